// @ts-check
// The column left of the videos: which question, which videos, in which order. All of it stands in the address.

/** @import { Place } from "../shared/page/address.js" */
import { asked, askedNumber } from "../shared/page/address.js";
import { debounce, el, fill, icon } from "../shared/dom.js";
import { tagFilter } from "../shared/tags.js";
import { nameOf } from "../shared/tiles.js";
import { count, many, t } from "../shared/page/words.js";
import {
  ADJUDICATION,
  BLIND_BY,
  EVERY_BY,
  EVERY_ORDER,
  LABEL_BY,
  ORDERS,
  ORDERS_HINT,
  offer,
} from "./video_choices.js";

const TYPED_MS = 300;

export class VideoFilters {
  /**
   * @param {Place} place
   * @param {{ change(): void, facet(): void, may(route: string): boolean }} on
   */
  constructor(place, on) {
    this.place = place;
    this.on = on;
    this.state = {
      facet: askedNumber("facet_id") ?? 0,
      by: EVERY_BY.some(([value]) => value === asked("by")) ? asked("by") : "open",
      order: EVERY_ORDER.some(([value]) => value === asked("order")) ? asked("order") : "doubt",
      tag: asked("tag") ?? "",
      named: asked("named") ?? "",
      ids: asked("ids") ?? "",
    };
    this.exclusive = false; // whether a video has one class
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
    this.chosen = el("div");
    this.checks = el("div", { class: "col" });
    this.missing = el("div", { class: "sm q col tight" });
    this.node = el(
      "div",
      { class: "col filters" },
      this.facet.label,
      el("label", {}, el("span", { class: "lab" }, t("Find")), this.find),
      this.by.label,
      this.order.label,
      this.chosen,
      this.classes,
      this.checks,
      this.missing,
    );
  }

  /** Query of `videos/tiles` and `videos/ids`. */
  get query() {
    const [, , state, blind] = EVERY_BY.find(([value]) => value === this.state.by);
    return {
      facet: this.state.facet,
      order: this.state.order,
      state,
      blind,
      tag: this.state.tag,
      named: this.state.named,
      ids: this.state.ids,
    };
  }

  /** Whether the next batch is asked for: labels that are hidden are a list of their own. */
  get dealt() {
    return this.state.order === "next" && !BLIND_BY.some(([value]) => value === this.state.by);
  }

  /** How the videos of a decision came on screen: the order; a random one of a part of the videos is not a fair sample. */
  get draw() {
    const { order, by, tag, named, ids } = this.state;
    if (order !== "random") return order;
    return !tag && !named && !ids && ["open", "all"].includes(by) ? "random" : "filtered";
  }

  /** @param {Partial<VideoFilters["state"]>} values */
  set(values) {
    Object.assign(this.state, values);
    this.#notify();
    this.on.change();
  }

  clear() {
    this.find.value = "";
    this.set({ by: "all", tag: "", named: "", ids: "" });
  }

  /**
   * A list by itself, whatever narrowed the last one.
   * @param {Partial<VideoFilters["state"]>} values
   */
  open(values) {
    this.find.value = "";
    this.set({ tag: "", named: "", ids: "", ...values });
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
    this.exclusive = meta.facets.some((facet) => facet.id === meta.facet && facet.exclusive);
    this.#offer();
    const open = categories.list.some((category) => category.open);
    fill(
      this.classes,
      el("span", { class: "lab" }, open ? t("Tags") : t("Classes")),
      this.#rows(categories, counts, open),
    );
    this.#paintMissing(meta.counts);
  }

  /** Second opinions, practice and what people disagree about, where a video has one class. */
  #offer() {
    const settles = this.exclusive && this.on.may("adjudicate");
    offer(this.by.field, this.exclusive ? EVERY_BY : LABEL_BY, this.state.by);
    offer(this.order.field, settles ? EVERY_ORDER : ORDERS, this.state.order);
    fill(
      this.chosen,
      this.state.ids &&
        el(
          "button",
          { class: "btn s", type: "button", title: t("Show all again"), onclick: () => this.set({ ids: "" }) },
          icon("close", "s"),
          `${many(this.state.ids.split(",").length, "chosen video")}`,
        ),
    );
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
          el("span", { class: "num q sm" }, counts[category.id] === undefined ? "" : count(counts[category.id])),
        ),
      ),
    );
  }

  /** @param {VideoCounts} counts */
  #paintMissing(counts) {
    /** @type {[number, string][]} */
    const parts = [
      [counts.untitled, t("without a title")],
      [counts.silent, t("silent")],
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
        const blind = BLIND_BY.some(([value]) => value === this.state.by);
        const settles = this.state.order === ADJUDICATION;
        Object.assign(this.state, { facet: Number(field.value), tag: "", ids: "" });
        Object.assign(this.state, blind ? { by: "open" } : null, settles ? { order: "doubt" } : null);
        this.#notify();
        this.on.facet();
      } else this.set(this.#suits({ [name]: field.value }));
    };
    return { field, label: el("label", {}, el("span", { class: "lab" }, label), field) };
  }

  /**
   * What people disagree about is labelled: a list of what is to be reviewed would hold nothing of it.
   * @param {Partial<VideoFilters["state"]>} values
   */
  #suits(values) {
    return values.order === ADJUDICATION ? { ...values, by: "all" } : values;
  }

  #notify() {
    const { facet, by, order, tag, named, ids } = this.state;
    this.place.set({ facet_id: facet || null, by, order, tag, named, ids, item: null, from: null });
  }
}
