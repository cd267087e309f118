// @ts-check
// The classes that are shown: a tree with counts that can be searched and folded; a click on a name shows that one only.

/** @import { Filters } from "./filters.js" */
/** @import { OutlineRow } from "../../shared/outline.js" */
import { el, refill } from "../../shared/dom.js";
import { FEW, fold, Outline } from "../../shared/outline.js";
import { nameOf } from "../../shared/tiles.js";
import { count, t } from "../../shared/page/words.js";

export class ClassList {
  /** @param {Filters} filters */
  constructor(filters) {
    this.filters = filters;
    this.outline = /** @type {Outline<Category>} */ (new Outline());
    this.counts = /** @type {Record<string, number> | null} */ (null);
    this.search = el("input", {
      class: "field find",
      type: "search",
      placeholder: t("Find a class"),
      "aria-label": t("Find a class"),
      hidden: true,
    });
    this.search.oninput = () => {
      this.outline.typed = this.search.value;
      this.#paint();
    };
    this.search.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.outline.typed = this.search.value = "";
      this.search.blur();
      this.#paint();
    };
    this.every = el(
      "button",
      {
        class: "btn link",
        type: "button",
        title: t("Show the images of all classes"),
        onclick: () => this.#choose(null),
      },
      t("All"),
    );
    this.rows = el("div", { class: "classes" });
    this.node = el(
      "div",
      {},
      el("div", { class: "row" }, el("span", { class: "lab" }, t("Class")), el("span", { class: "sp" }), this.every),
      this.search,
      this.rows,
    );
  }

  /**
   * @param {Category[]} list
   * @param {Record<string, number> | null} counts images by class that the rest of the filter lets through; null where nobody may know
   */
  paint(list, counts) {
    this.outline.set(list);
    this.counts = counts;
    this.search.hidden = list.length <= FEW;
    this.rows.classList.toggle("many", list.length > FEW);
    this.#paint();
  }

  #paint() {
    const chosen = this.filters.state.class;
    this.every.hidden = chosen === null;
    const rows = this.outline.rows(chosen ?? []);
    refill(
      this.rows,
      rows.length
        ? rows.map((row) => this.#row(row, chosen && new Set(chosen)))
        : el("div", { class: "sm q" }, t("No class of that name.")),
    );
  }

  /**
   * @param {OutlineRow<Category>} row
   * @param {Set<number> | null} chosen
   */
  #row(row, chosen) {
    const { category, depth } = row;
    const all = this.outline.below(category.id);
    const inside = chosen === null ? all.length : all.filter((id) => chosen.has(id)).length;
    const box = el("input", {
      type: "checkbox",
      class: "cbx",
      "data-id": category.id,
      checked: inside === all.length,
      indeterminate: inside > 0 && inside < all.length,
      "aria-label": category.path || category.name,
      onchange: () => this.#toggle(all, inside === all.length),
    });
    const only = () => this.#choose(all);
    return el(
      "div",
      { class: `row class depth${depth}` },
      fold(this.outline, row, () => this.#paint()),
      box,
      el(
        "span",
        { class: "grow", onclick: only, title: t("Show only {path}", { path: category.path || category.name }) },
        nameOf(category),
      ),
      el(
        "button",
        {
          class: "btn link only",
          type: "button",
          "data-id": category.id,
          "aria-label": t("Only {name}", { name: category.name }),
          onclick: only,
        },
        t("only"),
      ),
      el("span", { class: "num q sm" }, this.#carried(all)),
    );
  }

  /** @param {number[]} ids a category and all below it */
  #carried(ids) {
    const { counts } = this;
    return counts && count(ids.reduce((sum, id) => sum + (counts[id] ?? 0), 0));
  }

  /**
   * @param {number[]} ids a category and all below it
   * @param {boolean} shown
   */
  #toggle(ids, shown) {
    const every = this.outline.list.map((category) => category.id);
    const chosen = new Set(this.filters.state.class ?? every);
    for (const id of ids) {
      if (shown) chosen.delete(id);
      else chosen.add(id);
    }
    this.#choose(chosen.size === every.length || chosen.size === 0 ? null : [...chosen]);
  }

  /** @param {number[] | null} ids */
  #choose(ids) {
    this.filters.choose(ids);
  }
}
