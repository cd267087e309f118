// @ts-check
// Every class that has a key, with it: what a press gives is seen before it is pressed, and a click gives the same.

import { el, icon, key } from "../dom.js";
import { NONE_KEY, NONE_OF_THESE } from "../page/categories.js";
import { colours } from "../tiles.js";

/**
 * Buttons of the classes in the order of their keys, then of none of these. The one that stands for the tile is marked.
 * @param {Categories} categories
 * @param {Tile | null} tile
 * @param {(category: number) => void} label
 * @param {() => void} none
 */
export function classKeys(categories, tile, label, none) {
  const button = (
    /** @type {Category} */ category,
    /** @type {string} */ cap,
    /** @type {boolean} */ on,
    /** @type {() => void} */ run,
  ) =>
    el(
      "button",
      {
        class: `classkey ${on ? "on" : ""}`,
        type: "button",
        style: colours(category),
        title: category.path || category.name,
        "aria-pressed": String(on),
        onclick: run,
      },
      key(cap),
      icon(category.icon, "s"),
      el("span", { class: "nm" }, category.name),
    );
  const keyed = [...categories.byKey].filter(([at, category]) => at <= 20 && !category.open).sort(([a], [b]) => a - b);
  return [
    ...keyed.map(([, category]) =>
      button(category, categories.capOf(category.id), tile?.category === category.id, () => label(category.id)),
    ),
    button(NONE_OF_THESE, NONE_KEY, tile?.state === "no_class", none),
  ];
}
