// @ts-check
// The bar over the grid that says how many images are selected and what can be done with them.

import { el, fill, icon, key } from "../dom.js";
import { NONE_KEY } from "../page/categories.js";
import { count, t } from "../page/words.js";

const NAMED = 10; // classes that have a button of their own

/**
 * The proposed class that all known tiles of a selection share, or null.
 * @param {Tile[]} tiles
 */
function shared(tiles) {
  const offered = new Set(tiles.map((tile) => tile.proposed ?? tile.category));
  return offered.size === 1 ? ([...offered][0] ?? null) : null;
}

/** @typedef {{ label(category: number): void, pick(): void, accept(): void, none(): void, unsure(): void, clear(): void }} Gestures */

export class SelectionBar {
  /**
   * `on`: label(id), pick(), accept(), none(), unsure(), clear().
   * @param {Gestures} on
   */
  constructor(on) {
    this.on = on;
    this.node = el("div", { class: "selbar", role: "toolbar", "aria-label": t("Selection"), hidden: true });
  }

  /**
   * `tiles` are those of the page that are selected, `n` counts all; in batch mode the selection is what is wrong.
   * @param {number} n
   * @param {Tile[]} tiles
   * @param {Categories} categories
   * @param {boolean} batch
   */
  paint(n, tiles, categories, batch) {
    this.node.hidden = n === 0;
    if (!n) return;
    const button = (/** @type {string} */ title, /** @type {() => void} */ run, /** @type {Child[]} */ ...parts) =>
      el("button", { type: "button", title, onclick: run }, parts.flat());
    const name = (/** @type {Category} */ category) => [
      icon(category.icon, "s"),
      el("span", { class: "nm" }, category.name),
    ];
    const keyed = [...categories.byKey]
      .filter(([at]) => at <= 10)
      .sort(([a], [b]) => a - b)
      .slice(0, NAMED);
    const offered = batch || tiles.length < n ? null : shared(tiles);
    const proposal = offered === null ? null : categories.get(offered);
    const isOpen = categories.list.length > 0 && categories.list.every((category) => category.open);
    const machine = isOpen && tiles.some((tile) => tile.tags?.some((tag) => !tag.person));
    const divide = () => el("span", { class: "dv" });
    fill(
      this.node,
      el("span", { class: "n num" }, icon("check_circle", "s"), `${count(n)} ${batch ? "wrong" : "selected"}`),
      divide(),
      proposal
        ? [
            button(
              t("Accept {name}", { name: proposal.name }),
              () => this.on.accept(),
              key("a"),
              el("span", { class: "nm" }, t("Accept {name}", { name: proposal.name })),
            ),
            divide(),
          ]
        : null,
      machine
        ? [
            button(t("Accept what the machine proposes"), () => this.on.accept(), key("a"), t("Accept proposed")),
            divide(),
          ]
        : null,
      keyed.map(([at, category]) =>
        button(category.path || category.name, () => this.on.label(category.id), key(String(at % 10)), name(category)),
      ),
      button(t("Any class, by typing"), () => this.on.pick(), key("/"), t("more")),
      divide(),
      isOpen
        ? null
        : [
            button(t("None of these classes"), () => this.on.none(), key(NONE_KEY), t("None of these")),
            button(t("Unsure, with a reason"), () => this.on.unsure(), key("u"), t("Unsure")),
          ],
      button(t("Clear the selection"), () => this.on.clear(), key("Esc"), t("Clear")),
    );
  }
}
