// @ts-check
// A tree of categories as rows of a list: branches open and close, and typing narrows it.

import { el, icon } from "./dom.js";
import { rank } from "./picker.js";
import { t } from "./page/words.js";

/** @typedef {{ id: number | null, name: string, path?: string, parent?: number | null }} Branch */
/** @template {Branch} T @typedef {{ category: T, depth: number, inner: boolean, open: boolean }} OutlineRow */

export const FEW = 12; // categories that are seen at once: nobody needs to search
const LARGE = 40; // from here on branches are closed at first

/** @template {Branch} T */
export class Outline {
  /** @type {T[]} */ list = [];
  typed = "";

  constructor() {
    this.turned = /** @type {Map<number, boolean>} */ (new Map()); // branches that somebody opened (true) or closed
    this.byId = /** @type {Map<number, T>} */ (new Map());
    this.children = /** @type {Map<number | null, T[]>} */ (new Map());
  }

  /**
   * Categories depth first, each after its parent; one whose parent is not among them stands at the top. A branch that was there
   * before opens when something new lies in it.
   * @param {T[]} list
   */
  set(list) {
    const known = this.byId;
    this.list = list;
    this.byId = new Map(list.map((category) => [category.id, category]));
    this.children = new Map();
    for (const category of list) {
      const parent = this.parentOf(category.id);
      this.children.set(parent, [...(this.children.get(parent) ?? []), category]);
    }
    for (const { id } of known.size ? list.filter((category) => !known.has(category.id)) : []) {
      for (const branch of this.above(id)) if (known.has(branch)) this.turned.set(branch, true);
    }
  }

  /**
   * @param {number} id
   * @returns {number | null}
   */
  parentOf(id) {
    const parent = this.byId.get(id)?.parent ?? null;
    return parent !== null && this.byId.has(parent) ? parent : null;
  }

  /** @param {number} id */
  isInner(id) {
    return this.children.has(id);
  }

  /** Whether there is a second level. */
  get isDeep() {
    return this.children.size > 1;
  }

  /**
   * A category and all below it.
   * @param {number} id
   * @returns {number[]}
   */
  below(id) {
    return [id, ...(this.children.get(id) ?? []).flatMap((child) => this.below(child.id))];
  }

  /**
   * All above a category, the nearest first.
   * @param {number} id
   * @returns {number[]}
   */
  above(id) {
    const parent = this.parentOf(id);
    return parent === null ? [] : [parent, ...this.above(parent)];
  }

  /** @param {number} id */
  turn(id) {
    this.turned.set(id, !this.isOpen(id, new Set()));
  }

  /**
   * The rows to be seen; branches with one of the `wanted` inside are open unless somebody closed them.
   * @param {Iterable<number>} [wanted]
   * @returns {OutlineRow<T>[]}
   */
  rows(wanted = []) {
    const holding = new Set([...wanted].flatMap((id) => this.above(id)));
    const kept = this.typed.trim() ? this.#matching() : null;
    /** @returns {OutlineRow<T>[]} */
    const walk = (/** @type {number | null} */ parent, /** @type {number} */ depth) =>
      (this.children.get(parent) ?? []).flatMap((category) => {
        if (kept && !kept.has(category.id)) return [];
        const inner = this.isInner(category.id);
        const open = inner && (kept !== null || this.isOpen(category.id, holding));
        return [{ category, depth, inner, open }, ...(open ? walk(category.id, depth + 1) : [])];
      });
    return walk(null, 1);
  }

  /**
   * @param {number} id
   * @param {Set<number>} holding
   */
  isOpen(id, holding) {
    return this.turned.get(id) ?? (this.list.length <= LARGE || holding.has(id));
  }

  /** Those whose name or path answers what was typed, and what they lie under. */
  #matching() {
    const matching = this.list.filter((category) => rank(category.path || category.name, this.typed) !== null);
    return new Set(matching.flatMap((category) => [category.id, ...this.above(category.id)]));
  }
}

/**
 * A button before a branch, room of its size before a leaf, and nothing where no row is a branch.
 * @template {Branch} T
 * @param {Outline<T>} outline
 * @param {OutlineRow<T>} row
 * @param {() => void} paint called once the branch has been turned
 */
export function fold(outline, { category, inner, open }, paint) {
  if (!inner) return outline.isDeep ? el("span", { class: "fold" }) : null;
  return el(
    "button",
    {
      class: "fold",
      type: "button",
      "data-id": category.id,
      "aria-expanded": String(open),
      "aria-label": `${open ? t("Close") : t("Open")} ${category.name}`,
      onclick: () => {
        outline.turn(category.id);
        paint();
      },
    },
    icon(open ? "expand_more" : "chevron_right", "s"),
  );
}
