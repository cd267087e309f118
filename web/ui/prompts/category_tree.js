// @ts-check
// Left: the categories with their counts under the draft, and the category that a phrase means.

/** @import { Prompts } from "./prompts.js" */
import { count, debounce, el, fill, icon } from "../shared/dom.js";
import { colours, nameOf } from "../shared/tiles.js";

export const MOST_LISTED = 5;

export class CategoryTree {
  /** @param {Prompts} page */
  constructor(page) {
    this.page = page;
    this.node = el("div", { class: "col tree" });
    this.words = this.#fromWords();
  }

  /**
   * Images that the draft gives a category, those below it included; for an open one those above its threshold.
   * @param {number} id
   * @returns {number | undefined}
   */
  countOf(id) {
    if (this.page.tags?.has(id)) return this.page.tags.get(id).over;
    const own = this.page.effect?.counts.find((row) => row.category === id)?.after;
    const below = this.page.rows
      .filter((row) => row.parent === id)
      .map((row) => this.countOf(row.id))
      .filter((n) => n !== undefined);
    return own ?? (below.length ? below.reduce((sum, n) => sum + n, 0) : undefined);
  }

  paint() {
    const several = this.page.facets.filter((facet) => this.page.rows.some((row) => row.facet === facet.id)).length > 1;
    const nodes = this.page.rows.flatMap((row, at) => {
      const category = this.page.category(row);
      const n = this.countOf(row.id);
      const first =
        several && this.page.rows[at - 1]?.facet !== row.facet
          ? [
              el(
                "div",
                { class: "facet sm q" },
                el("b", {}, this.page.facetOf(row)?.name ?? ""),
                this.page.facetOf(row)?.exclusive ? ", one label an image" : ", any number",
              ),
            ]
          : [];
      return [
        ...first,
        el(
          "button",
          {
            class: `node ${row === this.page.focus ? "on" : ""} depth${row.depth ?? 1}`,
            type: "button",
            title: category.path,
            style: colours(category),
            onclick: () => this.page.show(row),
          },
          row.parent ? el("span", { class: "dot" }) : icon(category.icon),
          el("bdi", { class: "nm grow" }, row.name),
          el("span", { class: "num q sm count" }, n === undefined ? "" : count(n)),
        ),
      ];
    });
    const add = el(
      "button",
      { class: "btn s", type: "button", onclick: () => this.page.taxonomy.add(null, this.page.facets) },
      icon("add", "s"),
      "Add",
    );
    const facet = this.page.facetOf(this.page.rows[0]);
    fill(
      this.node,
      el("div", { class: "row" }, el("h2", {}, "Categories"), el("span", { class: "sp" }), add),
      el(
        "div",
        { class: "list" },
        nodes.length ? nodes : el("p", { class: "sm q" }, "No categories yet. Add one to start."),
      ),
      facet && !several
        ? el(
            "div",
            { class: "sm q" },
            "Facet: ",
            el("b", {}, facet.name),
            facet.exclusive ? ", one label an image" : ", any number of labels",
          )
        : null,
      this.page.rows.length ? [this.page.lane.box, this.words] : null,
    );
  }

  /** A phrase or a title, and the categories that it means. */
  #fromWords() {
    const list = el("div", { class: "col two" });
    const field = el("input", {
      class: "field",
      placeholder: "A search phrase or a title",
      "aria-label": "Category from words",
      maxLength: 300,
    });
    const ask = debounce(async () => {
      if (!field.value.trim()) {
        fill(list);
        return;
      }
      try {
        const { categories } = await this.page.api.get("categorize", { text: field.value });
        fill(
          list,
          categories.slice(0, MOST_LISTED).map(({ id, name, score }) => {
            const row = this.page.rows.find((other) => other.id === id);
            return el(
              "button",
              { class: "row meant", type: "button", title: name, onclick: () => row && this.page.show(row) },
              nameOf(this.page.categories.get(id)),
              el("span", { class: "sp" }),
              el("span", { class: "num sm q" }, score.toFixed(2)),
            );
          }),
        );
      } catch (error) {
        fill(list, el("div", { class: "sm bad" }, error.message));
      }
    }, 200);
    field.oninput = ask;
    return el("div", { class: "box fromwords" }, el("h3", {}, "Category from words"), field, list);
  }
}
