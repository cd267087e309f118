// @ts-check
// What each key does on the page of whole videos, and the line below the grid that says so.

/** @import { Videos } from "./videos.js" */
import { el, key } from "../shared/dom.js";
import { t } from "../shared/page/words.js";

/** The keys that are needed most. */
export function keyHints() {
  const hint = (/** @type {string} */ text, /** @type {string[]} */ ...caps) =>
    el("span", { class: "h" }, caps.map(key), text);
  return el(
    "div",
    { class: "hints" },
    hint(t("tag or class"), "1", "…"),
    hint(t("any, by typing"), "/"),
    hint(t("accept, next"), "a"),
    hint(t("not this"), "x"),
    hint(t("skip"), "Space"),
    hint(t("play"), "k"),
    hint(t("guidelines"), "g"),
    hint(t("all like it"), "n"),
    hint(t("all that match"), "Ctrl", "A"),
    hint(t("undo"), "Ctrl", "Z"),
  );
}

/** @param {Videos} page */
export function keyActions(page) {
  const { verdicts, grid } = page;
  const byKey = (/** @type {number} */ n) => {
    const category = page.categories.byKey.get(n);
    if (category) verdicts.label(category.id);
  };
  return {
    digit: byKey,
    shiftDigit: (/** @type {number} */ n) => byKey(n + 10),
    pick: () => verdicts.pick(),
    accept: () => verdicts.accept(),
    enter: () => verdicts.accept(),
    reject: () => verdicts.reject(),
    none: () => verdicts.none(),
    unsure: () => verdicts.unsure(),
    skip: () => verdicts.skip(),
    undo: () => page.decisions.undo(),
    guidelines: () => page.openGuide(),
    pause: () => page.panel.toggle(),
    move: (/** @type {number} */ dx, /** @type {number} */ dy, /** @type {boolean} */ extend) =>
      grid.move(dx, dy, extend),
    neighbours: () => verdicts.selectAlike().catch((/** @type {Error} */ error) => page.failed(error)),
    selectAll: () => verdicts.selectAll().catch((/** @type {Error} */ error) => page.failed(error)),
    escape: () => {
      verdicts.leave();
      grid.node.focus({ preventScroll: true });
    },
    larger: () => grid.resize(1),
    smaller: () => grid.resize(-1),
    search: () => page.filters.focus(),
    nextPage: () => page.pages.turn(1),
    previousPage: () => page.pages.turn(-1),
    nothing: () => {},
  };
}
