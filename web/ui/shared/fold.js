// @ts-check
// The mark before a row of an outline: it opens and closes a branch.

/** @import { Branch, Outline, OutlineRow } from "./outline.js" */
import { el, icon } from "./dom.js";

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
      "aria-label": `${open ? "Close" : "Open"} ${category.name}`,
      onclick: () => {
        outline.turn(category.id);
        paint();
      },
    },
    icon(open ? "expand_more" : "chevron_right", "s"),
  );
}
