// @ts-check
// A box of tiles as a list to choose from: one stop of the Tab key, arrows move within it, Space and Enter do what a click does.

/** @typedef {(at: number, columns: number, last: number) => number} Step from a tile to the next one */

/** @type {Record<string, Step>} */
const STEPS = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  ArrowUp: (at, columns) => at - columns,
  ArrowDown: (at, columns) => at + columns,
  Home: () => 0,
  End: (_, __, last) => last,
};

/**
 * Make a box, whose children are tiles, such a list.
 * @param {HTMLElement} box
 * @param {string} label
 * @param {{ several?: boolean }} [given] whether several tiles can be chosen
 */
export function listbox(box, label, { several = false } = {}) {
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", label);
  if (several) box.setAttribute("aria-multiselectable", "true");
  box.onkeydown = (event) => pressed(box, event);
  return box;
}

/**
 * After the tiles of the box changed: the one that Tab stops at is still there, else the first.
 * @param {HTMLElement} box
 */
export function settle(box) {
  const tiles = /** @type {HTMLElement[]} */ ([...box.children]);
  const stop = tiles.find((tile) => tile.tabIndex === 0) ?? tiles[0];
  for (const tile of tiles) tile.tabIndex = tile === stop ? 0 : -1;
}

/**
 * Whether a key pressed on an element is for the list that the element is a tile of.
 * @param {EventTarget | undefined} target
 * @param {string} key
 */
export const isOfListbox = (target, key) =>
  target instanceof Element && target.matches("[role=option]") && (key in STEPS || key === "Enter" || key === " ");

/**
 * @param {HTMLElement} box
 * @param {KeyboardEvent} event
 */
function pressed(box, event) {
  const tiles = /** @type {HTMLElement[]} */ ([...box.children]);
  const at = tiles.findIndex((tile) => tile === event.target);
  if (at < 0 || !isOfListbox(event.target, event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  const step = STEPS[event.key];
  if (!step) {
    tiles[at].click();
    return;
  }
  const columns = getComputedStyle(box).gridTemplateColumns.split(" ").length;
  const to = tiles[Math.min(Math.max(step(at, columns, tiles.length - 1), 0), tiles.length - 1)];
  tiles[at].tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
}

/**
 * Tiles that are shown and not chosen from: a plain list.
 * @template {HTMLElement} T
 * @param {T} box
 * @param {string} label
 */
export function plainList(box, label) {
  box.setAttribute("role", "list");
  box.setAttribute("aria-label", label);
  for (const tile of box.children) tile.setAttribute("role", "listitem");
  return box;
}
