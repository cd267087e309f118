// @ts-check
// The categories of a workspace in the browser, the answer that none of them fits, and words for where a label comes from.

import { t } from "./words.js";

/** @type {Category} */
const GREY = {
  id: null,
  name: t("no label"),
  color: "#9AA1B2",
  tint: "#EEF0F4",
  text: "#565E70",
  icon: "label_off",
  key: null,
};

/**
 * The answer that no class fits, drawn like a class.
 * @type {Category}
 */
export const NONE_OF_THESE = {
  id: null,
  name: t("None of these"),
  color: "#4A5163",
  tint: "#E6E8EE",
  text: "#343A4A",
  icon: "block",
  key: null,
};
export const NONE_KEY = "o";

/**
 * What gave a label, in words.
 * @type {Record<string, string>}
 */
export const SOURCES = {
  zero_shot: "zero-shot",
  head: "head",
  human: "person",
  import: "import",
  neighbour: "neighbours",
};

const MOST_KEYS = 20; // a digit each, then Shift and a digit

/** The categories of a workspace by id, with what belongs to "none". */
export class Categories {
  /**
   * @param {Category[]} list
   * @param {Record<string, string>} [actors]
   */
  constructor(list, actors = {}) {
    this.actors = actors;
    this.list = list.filter((category) => !category.retired);
    this.byId = new Map(list.map((category) => [category.id, category]));
    const keys = new Map();
    for (const category of this.list) {
      if (category.key !== null && category.key !== "") keys.set(Number(category.key) || 10, category);
    }
    this.byKey = keys;
  }

  /**
   * A person's name, from an id or a name.
   * @param {number | string} who
   */
  actor(who) {
    return this.actors[who] ?? (typeof who === "string" ? who : null);
  }

  /**
   * @param {number} id
   * @returns {Category}
   */
  get(id) {
    return this.byId.get(id) ?? GREY;
  }

  /**
   * The class that stands for an item, which may be none of them.
   * @param {{ state?: string, category: number | null }} item
   * @returns {Category}
   */
  of(item) {
    return item.state === "no_class" ? NONE_OF_THESE : this.get(item.category);
  }

  /**
   * @param {number} id
   * @returns {number | null}
   */
  keyOf(id) {
    for (const [key, category] of this.byKey) if (category.id === id) return key;
    return null;
  }

  /**
   * The key of a class as a cap: "3", "0" for the tenth, "⇧3" for the thirteenth; empty where it has none.
   * @param {number} id
   */
  capOf(id) {
    const at = this.keyOf(id);
    if (at === null || at > MOST_KEYS) return "";
    return at > 10 ? `⇧${at % 10}` : String(at % 10);
  }
}
