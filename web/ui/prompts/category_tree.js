// @ts-check
// Left: the categories with their counts under the draft, and the category that a phrase means.

/** @import { Prompts } from "./prompts.js" */
/** @import { OutlineRow } from "../shared/outline.js" */
import { debounce, el, fill, fixed, icon, refill } from "../shared/dom.js";
import { FEW, fold, Outline } from "../shared/outline.js";
import { matching } from "../shared/picker.js";
import { colours, nameOf } from "../shared/tiles.js";
import { count, t } from "../shared/page/words.js";

export const MOST_LISTED = 5;

export class CategoryTree {
  /** @param {Prompts} page */
  constructor(page) {
    this.page = page;
    this.node = el("div", { class: "col tree" });
    this.words = this.#fromWords();
    this.outline = /** @type {Outline<PromptRow>} */ (new Outline());
    this.own = /** @type {Map<number, number>} */ (new Map());
    this.list = el("div", { class: "list", onkeydown: (/** @type {KeyboardEvent} */ event) => this.#walk(event) });
    this.search = el("input", {
      class: "field find",
      type: "search",
      placeholder: t("Find a category"),
      "aria-label": t("Find a category"),
    });
    this.search.oninput = () => {
      this.outline.typed = this.search.value;
      this.#paintList();
    };
    this.search.onkeydown = (event) => {
      if (event.key === "Enter") this.#best()?.click();
      else if (event.key === "ArrowDown") this.list.querySelector("button")?.focus();
      else if (event.key === "Escape") this.#clear();
      else return;
      event.preventDefault();
    };
  }

  /**
   * Images that the draft gives a category, those below it included; for an open one those above its threshold.
   * @param {number} id
   * @returns {number | undefined}
   */
  countOf(id) {
    if (this.page.tags?.has(id)) return this.page.tags.get(id).over;
    const below = (this.outline.children.get(id) ?? [])
      .map((row) => this.countOf(row.id))
      .filter((n) => n !== undefined);
    return this.own.get(id) ?? (below.length ? below.reduce((sum, n) => sum + n, 0) : undefined);
  }

  paint() {
    const { rows, facets, taxonomy } = this.page;
    this.outline.set(rows);
    this.own = new Map((this.page.effect?.counts ?? []).map((row) => [row.category, row.after]));
    this.several = facets.filter((facet) => rows.some((row) => row.facet === facet.id)).length > 1;
    this.search.hidden = rows.length <= FEW;
    this.#paintList();
    const button = (/** @type {string} */ symbol, /** @type {string} */ text, /** @type {() => void} */ run) =>
      el("button", { class: "btn s", type: "button", onclick: run }, icon(symbol, "s"), text);
    const facet = this.page.facetOf(rows[0]);
    fill(
      this.node,
      el(
        "div",
        { class: "row" },
        el("h2", {}, t("Categories")),
        el("span", { class: "sp" }),
        rows.length > FEW ? el("span", { class: "num q sm" }, count(rows.length)) : null,
      ),
      el(
        "div",
        { class: "row" },
        button("add", t("Add"), () => taxonomy.add(null, facets)),
        button("upload_file", t("Import"), () => taxonomy.importForm.choose()),
      ),
      this.search,
      this.list,
      facet && !this.several
        ? el(
            "div",
            { class: "sm q" },
            t("Facet: "),
            el("b", {}, facet.name),
            facet.exclusive ? t(", one label an image") : t(", any number of labels"),
          )
        : null,
      rows.length ? [this.page.lane.box, this.words] : null,
    );
  }

  #paintList() {
    const rows = this.outline.rows(this.page.focus ? [this.page.focus.id] : []);
    const nothing = this.page.rows.length ? t("No category of that name.") : t("No categories yet. Add one to start.");
    refill(
      this.list,
      rows.length
        ? rows.flatMap((row, at) => [this.#facetHead(row, rows[at - 1]), this.#branch(row)])
        : el("p", { class: "sm q" }, nothing),
    );
  }

  /**
   * Above the first row of each facet, where there are several.
   * @param {OutlineRow<PromptRow>} row
   * @param {OutlineRow<PromptRow> | undefined} before
   */
  #facetHead({ category }, before) {
    if (!this.several || before?.category.facet === category.facet) return null;
    const facet = this.page.facetOf(category);
    return el(
      "div",
      { class: "facet sm q" },
      el("b", {}, facet?.name ?? ""),
      facet?.exclusive ? t(", one label an image") : t(", any number"),
    );
  }

  /** @param {OutlineRow<PromptRow>} shown */
  #branch(shown) {
    const { category: row, depth } = shown;
    const category = this.page.category(row);
    const n = this.countOf(row.id);
    return el(
      "div",
      { class: `branch depth${depth}` },
      fold(this.outline, shown, () => this.#paintList()),
      el(
        "button",
        {
          class: `node ${row === this.page.focus ? "on" : ""}`,
          type: "button",
          title: category.path,
          "data-id": row.id,
          style: colours(category),
          onclick: () => this.page.show(row),
        },
        row.parent ? el("span", { class: "dot" }) : icon(category.icon),
        el("bdi", { class: "nm grow" }, row.name),
        el("span", { class: "num q sm count" }, n === undefined ? "" : count(n)),
      ),
    );
  }

  /** @param {number} id */
  #turn(id) {
    this.outline.turn(id);
    this.#paintList();
  }

  #clear() {
    this.outline.typed = this.search.value = "";
    this.#paintList();
  }

  /** What Enter takes: the best match that was typed. */
  #best() {
    const match = matching(
      this.outline.list.map((row) => ({ label: row.path || row.name, value: row.id })),
      this.outline.typed,
    )[0];
    return match && /** @type {HTMLElement | null} */ (this.list.querySelector(`.node[data-id="${match.value}"]`));
  }

  /**
   * Up and down from category to category, right and left open and close a branch.
   * @param {KeyboardEvent} event
   */
  #walk(event) {
    const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
    const buttons = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll(".node")]);
    const at = buttons.findIndex((button) => button.dataset.id === target.dataset.id);
    if (at < 0) return;
    const open = target.parentElement?.querySelector("[aria-expanded]")?.getAttribute("aria-expanded");
    if (event.key === "ArrowDown") buttons[at + 1]?.focus();
    else if (event.key === "ArrowUp") (buttons[at - 1] ?? this.search).focus();
    else if ((event.key === "ArrowRight" && open === "false") || (event.key === "ArrowLeft" && open === "true")) {
      this.#turn(Number(target.dataset.id));
    } else return;
    event.preventDefault();
  }

  /** A phrase or a title, and the categories that it means. */
  #fromWords() {
    const list = el("div", { class: "col two" });
    const field = el("input", {
      class: "field",
      placeholder: t("A search phrase or a title"),
      "aria-label": t("Category from words"),
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
              el("span", { class: "num sm q" }, fixed(score, 2)),
            );
          }),
        );
      } catch (error) {
        fill(list, el("div", { class: "sm bad" }, error.message));
      }
    }, 200);
    field.oninput = ask;
    return el("div", { class: "box fromwords" }, el("h3", {}, t("Category from words")), field, list);
  }
}
