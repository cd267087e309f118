// @ts-check
// The column left of the videos: which question, which videos, in which order. All of it stands in the address.

/** @import { Place } from "../shared/page/address.js" */
import { asked, askedNumber } from "../shared/page/address.js";
import { debounce, el, fill } from "../shared/dom.js";
import { tagFilter } from "../shared/tags.js";
import { nameOf } from "../shared/tiles.js";
import { count, many, t } from "../shared/page/words.js";

/** @type {[value: string, text: string][]} */
export const ORDERS = [
  ["doubt", t("Doubt")],
  ["suspicion", t("Suspicion")],
  ["confidence", t("Confidence")],
  ["newest", t("Newest")],
  ["title", t("Title")],
  ["random", t("Random")],
];
/** @type {[value: string, text: string, states: string][]} */
export const LABEL_BY = [
  ["open", t("To review"), "none,machine"],
  ["proposed", t("Proposed by the machine"), "machine"],
  ["person", t("Labelled"), "person"],
  ["no_class", t("None of these"), "no_class"],
  ["unsure", t("Unsure"), "unsure"],
  ["all", t("Anyone or nobody"), ""],
];
const ORDERS_HINT = t(
  "Doubt: the machine's closest calls. Suspicion: labels that are unlikely to a head that did not see the video.",
);
const TYPED_MS = 300;

export class VideoFilters {
  /**
   * @param {Place} place
   * @param {{ change(): void, facet(): void }} on
   */
  constructor(place, on) {
    this.place = place;
    this.on = on;
    this.state = {
      facet: askedNumber("facet_id") ?? 0,
      by: LABEL_BY.some(([value]) => value === asked("by")) ? asked("by") : "open",
      order: ORDERS.some(([value]) => value === asked("order")) ? asked("order") : "doubt",
      tag: asked("tag") ?? "",
      named: asked("named") ?? "",
    };
    this.facet = this.#select(t("Question"), [], "facet");
    this.by = this.#select(t("Label by"), LABEL_BY, "by");
    this.order = this.#select(t("Order"), ORDERS, "order");
    this.order.label.title = ORDERS_HINT;
    this.find = el("input", {
      class: "field",
      type: "search",
      placeholder: t("Title, programme, file"),
      "aria-label": t("Find videos by title, programme or file"),
      value: this.state.named,
      oninput: debounce(() => this.set({ named: this.find.value.trim() }), TYPED_MS),
    });
    this.classes = el("div");
    this.missing = el("div", { class: "sm q col tight" });
    this.node = el(
      "div",
      { class: "col filters" },
      this.facet.label,
      el("label", {}, el("span", { class: "lab" }, t("Find")), this.find),
      this.by.label,
      this.order.label,
      this.classes,
      this.missing,
    );
  }

  /** Query of `videos/tiles` and `videos/ids`. */
  get query() {
    const [, , state] = LABEL_BY.find(([value]) => value === this.state.by);
    return {
      facet: this.state.facet,
      order: this.state.order,
      state,
      tag: this.state.tag,
      named: this.state.named,
    };
  }

  /** @param {Partial<VideoFilters["state"]>} values */
  set(values) {
    Object.assign(this.state, values);
    this.#notify();
    this.on.change();
  }

  clear() {
    this.find.value = "";
    this.set({ by: "all", tag: "", named: "" });
  }

  focus() {
    this.find.focus();
  }

  /**
   * @param {VideoMeta} meta
   * @param {Categories} categories
   * @param {Record<string, number>} counts
   */
  paint(meta, categories, counts) {
    this.state.facet = meta.facet ?? 0;
    fill(
      this.facet.field,
      meta.facets.map((facet) => el("option", { value: facet.id }, facet.name)),
    );
    this.facet.field.value = String(this.state.facet);
    this.facet.label.hidden = meta.facets.length < 2;
    this.by.field.value = this.state.by;
    this.order.field.value = this.state.order;
    const open = categories.list.some((category) => category.open);
    fill(
      this.classes,
      el("span", { class: "lab" }, open ? t("Tags") : t("Classes")),
      this.#rows(categories, counts, open),
    );
    this.#paintMissing(meta.counts);
  }

  /**
   * Classes with the number of videos that carry each; of an open facet with what is asked of it.
   * @param {Categories} categories
   * @param {Record<string, number>} counts
   * @param {boolean} open
   */
  #rows(categories, counts, open) {
    if (open) {
      const rows = tagFilter(categories, this.state.tag, (value) => this.set({ tag: value ?? "" }));
      return el("div", { class: rows.length > 12 ? "classes many" : "classes" }, rows);
    }
    const chosen = this.state.tag.split(":")[0];
    return el(
      "div",
      { class: categories.list.length > 12 ? "classes many" : "classes" },
      categories.list.map((category) =>
        el(
          "button",
          {
            type: "button",
            class: `row class unfit depth${(category.path ?? "").split("/").length}`,
            "aria-pressed": String(chosen === String(category.id)),
            title: t("Show only these"),
            onclick: () =>
              this.set(chosen === String(category.id) ? { tag: "" } : { tag: `${category.id}:yes`, by: "all" }),
          },
          nameOf(category),
          el("span", { class: "sp" }),
          el("span", { class: "num q sm" }, count(counts[category.id] ?? 0)),
        ),
      ),
    );
  }

  /** @param {VideoCounts} counts */
  #paintMissing(counts) {
    /** @type {[number, string][]} */
    const parts = [
      [counts.untitled, t("without a title")],
      [counts.silent, "silent"],
      [counts.without_sound, t("without a sound track")],
      [counts.unreadable, t("with unreadable sound")],
      [counts.not_computed, t("to be read again for the encoders in use")],
    ];
    fill(
      this.missing,
      el("b", {}, many(counts.videos, "video")),
      parts.filter(([n]) => n).map(([n, words]) => el("span", {}, `${count(n)} ${words}`)),
    );
  }

  /**
   * @param {string} label
   * @param {[value: string, text: string, ...more: string[]][]} options
   * @param {"facet" | "by" | "order"} name
   */
  #select(label, options, name) {
    const field = el(
      "select",
      { class: "field", "aria-label": label },
      options.map(([value, text]) => el("option", { value }, text)),
    );
    field.onchange = () => {
      field.blur();
      if (name === "facet") {
        Object.assign(this.state, { facet: Number(field.value), tag: "" });
        this.#notify();
        this.on.facet();
      } else this.set({ [name]: field.value });
    };
    return { field, label: el("label", {}, el("span", { class: "lab" }, label), field) };
  }

  #notify() {
    const { facet, by, order, tag, named } = this.state;
    this.place.set({ facet_id: facet || null, by, order, tag, named, item: null, from: null });
  }
}
