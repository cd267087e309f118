// @ts-check
// What each key does in Review, and the line below the grid that says so.

/** @import { Review } from "./review.js" */
import { el, key } from "../shared/dom.js";
import { cheatSheet } from "../shared/keys.js";
import { isOpen } from "./batch_mode.js";
import { openImage } from "./image_sheet.js";
import { t } from "../shared/page/words.js";

/**
 * The keys that are needed most.
 * @param {Review} review
 */
export function keyHints(review) {
  const hint = (/** @type {string} */ text, /** @type {string[]} */ ...caps) =>
    el("span", { class: "h" }, caps.map(key), text);
  const more = el(
    "button",
    { class: "btn link", type: "button", onclick: () => cheatSheet(review.node) },
    key("?"),
    t("all keys"),
  );
  return el(
    "div",
    { class: "hints" },
    hint(t("accept"), "a"),
    hint(t("not this"), "x"),
    hint(t("none of these"), "o"),
    hint(t("skip"), "Space"),
    hint(t("neighbours"), "n"),
    hint(t("guidelines"), "g"),
    hint(t("extend"), "Shift", "→"),
    more,
  );
}

/** @param {Review} review */
export function keyActions(review) {
  /** @param {number} n */
  const category = (n) => review.categories.byKey.get(n);
  return {
    digit: (/** @type {number} */ n) => {
      if (category(n)) review.verdicts.settled(() => review.verdicts.label(category(n).id));
    },
    shiftDigit: (/** @type {number} */ n) => {
      const far = category(n + 10);
      if (far) review.verdicts.settled(() => review.verdicts.label(far.id));
      else if (category(n) && !category(n).open) review.panel.within.fix(category(n).id);
    },
    pick: () => review.verdicts.give(),
    accept: () => review.verdicts.settled(() => review.verdicts.accept()),
    reject: () => review.verdicts.settled(() => review.verdicts.reject()),
    none: () => review.verdicts.settled(() => review.verdicts.none()),
    unsure: () => review.verdicts.settled(() => review.verdicts.unsure()),
    skip: () => {
      const tile = review.grid.tile;
      if (tile) {
        tile.skipped = true;
        review.grid.paint(review.grid.at);
        review.verdicts.advance([tile]);
      }
    },
    undo: () => review.decisions.undo(),
    move: (/** @type {number} */ dx, /** @type {number} */ dy, /** @type {boolean} */ extend) =>
      review.grid.move(dx, dy, extend),
    selectAll: () => review.verdicts.selectAll(),
    enter: () =>
      review.grid.batch && review.grid.tiles.some(isOpen)
        ? review.batch.submit()
        : review.grid.tiles.length && review.grid.nextOpen(-1) === -1
          ? review.pages.turn(1)
          : review.grid.tile && openImage(review, review.grid.tile.id),
    escape: () => {
      review.panel.within.slider?.blur();
      review.verdicts.leave();
      review.grid.node.focus({ preventScroll: true });
    },
    neighbours: () => {
      review.panel.within.slider?.focus();
      review.panel.within.node.scrollIntoView({ block: "nearest" });
    },
    fix: () => review.panel.within.fix(),
    larger: () => {
      review.grid.resize(1);
      review.toolbar.sizeChanged();
    },
    smaller: () => {
      review.grid.resize(-1);
      review.toolbar.sizeChanged();
    },
    search: () => review.filters.search.focus(),
    nextPage: () => review.pages.turn(1),
    previousPage: () => review.pages.turn(-1),
    help: () => cheatSheet(review.node),
    guidelines: () => review.openGuide(),
    batch: () => review.batch.toggle(),
    views: () => review.filters.on.views(),
    nothing: () => {},
  };
}
