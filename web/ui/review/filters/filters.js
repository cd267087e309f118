// @ts-check
// The column left of the grid: what is shown, in which order, and what was decided last. All of it lives in the URL.

/** @import { Place } from "../../shared/page/address.js" */
import { el, fill } from "../../shared/dom.js";
import { readAddress } from "./filter_address.js";
import { ClassList } from "./class_list.js";
import { actionButtons } from "./filter_buttons.js";
import { paintChips } from "./filter_chips.js";
import { ADJUDICATION, EXTRA, LABEL_BY, NAMES, ORDERS, ORDERS_HINT, SIZES } from "./filter_options.js";
import { OrderRules } from "./order_rules.js";
import { SearchField } from "./search.js";
import { FEW } from "../../shared/outline.js";
import { tagFilter } from "../../shared/tags.js";
import { noneRows } from "./none_rows.js";
import { t } from "../../shared/page/words.js";

/** @typedef {{ change(): void, undo(batch: string | null): void, accept(): void, follow(): void, views(): void, more(): void, may(route: string): boolean }} FilterGestures */

export class Filters {
  /**
   * `on.change()` is called after each change; `on.undo(batch)` from the last decisions; `on.accept()`, `on.more()`, `on.views()` and `on.agreement()` open their boxes. `on.may(route)` says whether the role allows it.
   * @param {Place} place
   * @param {FilterGestures} on
   */
  constructor(place, on) {
    this.on = on;
    this.place = place;
    this.state = readAddress();
    this.videos = /** @type {Record<string, string>} */ ({});
    this.classes = new ClassList(this);
    this.unfit = el("div");
    this.lane = false; // whether the lane for none of these holds images back
    this.tags = el("div");
    this.search = new SearchField(this);
    this.rules = new OrderRules(this);
    this.by = this.#select(t("Label by"), LABEL_BY, "by");
    this.order = this.#select(t("Order"), ORDERS, "order");
    this.order.label.title = ORDERS_HINT;
    this.chips = el("div", { class: "chips" });
    this.me = /** @type {number | null} */ (null); // id of the person who asks
    this.meter = el("div");
    this.practice = el("div");
    this.agreement = el("div");
    this.decisions = el("div");
    this.node = el(
      "div",
      { class: "col filters" },
      el("div", {}, this.classes.node, this.unfit),
      this.tags,
      this.by.label,
      this.order.label,
      this.chips,
      actionButtons(this),
      this.meter,
      this.practice,
      this.agreement,
      this.decisions,
    );
  }

  /** Query of `/tiles` and `/ids`. */
  get query() {
    const { second, ...by } = LABEL_BY.find(([name]) => name === this.state.by)[2];
    const extra = Object.fromEntries(EXTRA.filter((name) => this.state[name]).map((name) => [name, this.state[name]]));
    return {
      order: this.state.order,
      seed: this.state.seed,
      class: this.state.class?.join(","),
      ...by,
      ...(second ? { not_actor: this.me } : null),
      ...extra,
    };
  }

  /** How the images of a decision came on screen: the order; a random one of a part of the images is not a fair sample. */
  get draw() {
    const { order, by, seed, split } = this.state;
    if (order !== "random") return order;
    const part =
      seed ||
      this.state.class ||
      !["open", "all"].includes(by) ||
      EXTRA.some((name) => name !== "split" && this.state[name]);
    return part || split === "train" ? "filtered" : split === "audit" ? "audit" : "random";
  }

  /** Tiles a page. */
  get size() {
    return SIZES.includes(Number(this.state.size)) ? Number(this.state.size) : SIZES[0];
  }

  /** Labels that stand are hidden: the person gives an opinion of their own. */
  get blind() {
    return ["unsure", "second"].includes(this.state.by);
  }

  /** The parameters of the address, and back: what a saved view keeps. */
  get address() {
    return Object.fromEntries([...new URLSearchParams(location.search)].filter(([name]) => NAMES.includes(name)));
  }

  /** @param {Record<string, string>} query */
  open(query) {
    this.under = null;
    this.state = readAddress(new URLSearchParams(query));
    this.#changed();
  }

  /**
   * Change some of the further filters; an empty value removes one.
   * @param {Record<string, string | number | null>} values
   */
  set(values) {
    for (const [name, value] of Object.entries(values)) {
      if (value === null || value === "") delete this.state[name];
      else this.state[name] = value;
    }
    if ("text" in values) this.rules.rank();
    this.#changed();
  }

  /**
   * These images alone, over the filter that is in place; lifting them has it back.
   * @param {number[]} ids
   */
  only(ids) {
    this.under ??= { ...this.state };
    const order = ["next", "disagreement", "tags", "likeness", ADJUDICATION].includes(this.state.order)
      ? "suspicion"
      : this.state.order;
    this.state = { by: "all", order, class: null, seed: this.state.seed, size: this.state.size, ids: ids.join(",") };
    this.#changed();
  }

  lift() {
    if (this.under) [this.state, this.under] = [this.under, null];
    else delete this.state.ids;
    this.#changed();
  }

  clear() {
    this.under = null;
    this.state = { by: "open", order: "suspicion", class: null, seed: 0 };
    this.#changed();
  }

  /**
   * @param {Categories} categories
   * @param {Record<string, number> | null} counts
   * @param {number} [noClass] how many are none of the classes
   */
  paint(categories, counts, noClass = 0) {
    this.classes.paint(
      categories.list.filter((category) => !category.open), // those of which an image has one
      counts,
    );
    fill(this.unfit, noneRows(this, noClass));
    const tags = tagFilter(categories, this.state.tag, (value) => {
      if (value) this.state.tag = value;
      else delete this.state.tag;
      this.#changed();
    });
    fill(
      this.tags,
      el("span", { class: "lab" }, t("Labels")),
      el("div", { class: tags.length > FEW ? "classes many" : "classes" }, tags),
    );
    this.tags.hidden = !tags.length;
    if (tags.length && ![...this.order.field.options].some((option) => option.value === "tags")) {
      this.order.field.append(el("option", { value: "tags" }, t("Labels in doubt")));
    }
    this.rules.offer();
    this.by.field.value = this.state.by;
    this.order.field.value = this.state.order;
    paintChips(this, categories);
    this.search.paint();
  }

  /**
   * The classes that are shown, or null for all.
   * @param {number[] | null} ids
   */
  choose(ids) {
    this.state.class = ids;
    this.#changed();
  }

  /**
   * @param {string} label
   * @param {readonly (readonly [string, string, ...unknown[]])[]} options
   * @param {string} name
   */
  #select(label, options, name) {
    const field = el(
      "select",
      { class: "field", "aria-label": label },
      options.map(([value, text]) => el("option", { value }, text)),
    );
    field.onchange = () => {
      this.state[name] = field.value;
      if (name === "order") this.state.seed = 0; // one random order for all: what is labelled in it is a fair sample
      if (name === "order") this.rules.suit(field.value);
      if (name === "order" && field.value !== "likeness") delete this.state.text;
      field.blur();
      this.#changed();
    };
    return { field, label: el("label", {}, el("span", { class: "lab" }, label), field) };
  }

  #changed() {
    /** @type {Record<string, unknown>} */
    const values = {
      by: this.state.by,
      order: this.state.order,
      class: this.state.class?.join(","),
      seed: this.state.seed || null,
      size: this.size === SIZES[0] ? null : this.size,
    };
    for (const name of EXTRA) values[name] = this.state[name];
    this.place.set(values);
    this.place.write();
    this.on.change();
  }
}
