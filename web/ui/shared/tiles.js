// @ts-check
// Class names, chips and tiles. A dashed border is the machine's label, a solid one a person's.

import { playOnHover } from "./grid/clip.js";
import { scrubOnHover } from "./grid/scrub.js";
import { NONE_OF_THESE } from "./page/categories.js";
import { colours } from "./page/colours.js";
import { clock, el, fixed, icon } from "./dom.js";
import { paintTags } from "./tags.js";
import { t } from "./page/words.js";

/** @typedef {{ value?: number, name?: boolean, dim?: boolean }} Look how a tile is shown beside its own state */

export { colours };

/**
 * Icon and name in the class's colours.
 * @param {Drawn} category
 */
export function nameOf(category) {
  return el(
    "span",
    { class: "cls", style: colours(category), title: category.path || category.name },
    icon(category.icon),
    el("span", { class: "nm" }, category.name),
  );
}

/**
 * A chip: `kind` is "" (tint), "m" (dashed, machine) or "h" (solid, person).
 * @param {Drawn} category
 * @param {string} [kind]
 */
export function chip(category, kind = "") {
  return el(
    "span",
    { class: `chip ${kind}`, style: colours(category), title: category.path || category.name },
    icon(category.icon),
    el("span", { class: "nm" }, category.name),
  );
}

/** @param {Tile} tile */
export const byPerson = (tile) => ["person", "no_class"].includes(tile.state) || tile.source === "import";

/**
 * Whether somebody has decided, if only that it cannot be decided.
 * @param {Tile} tile
 */
export const answered = (tile) => ["person", "unsure", "no_class"].includes(tile.state);

/** @type {Record<string, [symbol: string, words: string]>} */
const MARKS = {
  right: ["check_circle", t("Practice: right")],
  wrong: ["cancel", t("Practice: the agreed class is another")],
  conflict: ["warning", t("Somebody else labelled it first")],
  saving: ["hourglass_empty", t("Saving")],
  unsure: ["question_mark", t("Unsure")],
  person: ["person", t("Labelled by a person")],
};

/** @param {Tile} tile */
function markOf(tile) {
  if (tile.practised !== undefined) return tile.practised ? "right" : "wrong";
  if (tile.conflict) return "conflict";
  if (tile.waiting) return "saving";
  if (tile.state === "unsure") return "unsure";
  return ["person", "no_class"].includes(tile.state) ? "person" : null;
}

/**
 * A tile in words, for who cannot see it: class, state and file.
 * @param {Tile} tile
 * @param {Category} category what is shown of it
 * @param {Category | null} proposed
 * @param {string | null} mark
 */
function spoken(tile, category, proposed, mark) {
  const by = tile.source === "import" ? "imported" : byPerson(tile) ? t("labelled by a person") : null;
  const machine =
    tile.category === null ? (category.id === null ? null : t("proposed by the machine")) : t("machine label");
  const state = tile.state === "unsure" ? "unsure" : (by ?? machine);
  const doubt =
    proposed && tile.category !== null && !byPerson(tile) ? t("may be {name}", { name: proposed.name }) : null;
  const more = mark && !["person", "unsure"].includes(mark) ? MARKS[mark][1].toLowerCase() : null;
  if (tile.duration_s !== undefined && category.id === null && tile.state !== "no_class") {
    return [tile.name, by, more].filter(Boolean).join(", "); // its labels are said by their chips
  }
  return [category.path || category.name, state, doubt, more, tile.name].filter(Boolean).join(", ");
}

/**
 * What tells a sub-category apart where only its colour and icon are shown, which are those of the class above: its key, else the
 * first two letters of its name.
 * @param {Category} category
 * @param {Categories} categories
 */
export const ownMark = (category, categories) =>
  category.parent
    ? el("span", { class: "own", title: category.path }, categories.capOf(category.id) || category.name.slice(0, 2))
    : null;

/**
 * A tile without its class: image, marks and caption. The parts are filled by `paint`.
 * @param {Tile} tile
 * @param {Api} api
 * @param {{ lazy?: boolean }} [options]
 */
export function build(tile, api, options = {}) {
  const picture = el("img", {
    src: api.thumb(tile.id),
    alt: tile.name,
    loading: options.lazy ? "lazy" : "eager",
    decoding: "async",
    draggable: false,
  });
  const frame = el(
    "div",
    { class: "im", "aria-hidden": "true" },
    picture,
    el("span", { class: "ck", hidden: true }, icon("check")),
    el("span", { class: "mk", hidden: true }),
  );
  if (tile.time_s !== null && tile.time_s !== undefined) {
    frame.append(el("span", { class: "tg num" }, `▶ ${clock(tile.time_s)}`));
    playOnHover(frame, tile, api);
  }
  const isVideo = tile.duration_s !== undefined;
  if (isVideo) {
    frame.append(el("span", { class: "tg num" }, tile.duration_s === null ? "" : clock(tile.duration_s)));
    scrubOnHover(frame, tile, api);
  }
  const node = el(
    "div",
    { class: isVideo ? "tile film" : "tile", role: "option", "data-id": tile.id, title: tile.name },
    frame,
    isVideo ? el("div", { class: "ttl nm", "aria-hidden": "true" }, tile.name) : null,
    isVideo && tile.tags ? el("div", { class: "tagline", "aria-hidden": "true" }) : null,
    el("div", { class: "cap", "aria-hidden": "true", hidden: Boolean(isVideo && tile.tags) }), // of any number none is the class
  );
  node.setAttribute("aria-label", tile.name);
  return node;
}

/**
 * Bring a tile's element in line with its state.
 * @param {HTMLElement} node
 * @param {Tile} tile
 * @param {Categories} categories
 * @param {Look} [options]
 */
export function paint(node, tile, categories, options = {}) {
  const unfit = tile.state === "no_class";
  const category = unfit ? NONE_OF_THESE : categories.get(tile.category ?? tile.proposed);
  const proposed =
    !unfit && tile.proposed !== null && tile.proposed !== tile.category ? categories.get(tile.proposed) : null;
  for (const [name, value] of Object.entries(colours(category))) node.style.setProperty(name, value);
  node.classList.toggle("h", byPerson(tile));
  node.classList.toggle("dim", Boolean(tile.skipped || options.dim));
  const mark = markOf(tile);
  node.classList.toggle("conflict", mark === "conflict");
  node.classList.toggle("right", mark === "right");
  node.classList.toggle("mistaken", mark === "wrong");
  const badge = /** @type {HTMLElement} */ (node.querySelector(".mk"));
  badge.replaceChildren(...(mark ? [icon(MARKS[mark][0])] : []));
  badge.hidden = mark === null;
  badge.title = mark ? MARKS[mark][1] : "";
  node.querySelector(".cap").replaceChildren(...caption(tile, category, proposed, categories, options));
  node.setAttribute("aria-label", spoken(tile, category, proposed, mark));
  paintTags(node, tile, categories);
}

/**
 * @param {Tile} tile
 * @param {Category} category
 * @param {Category} proposed
 * @param {Categories} categories
 * @param {Look} options
 */
function caption(tile, category, proposed, categories, options) {
  const value = options.value === undefined ? tile.value : options.value;
  const parts = [icon(category.icon), ownMark(category, categories)];
  if (proposed && tile.category !== null && !byPerson(tile)) {
    parts.push(
      icon("arrow_forward", "ar"),
      el("span", { class: "i to", style: { "--c2": colours(proposed)["--c"] }, title: proposed.name }, proposed.icon),
      ownMark(proposed, categories),
    );
  } else if (options.name !== false) {
    parts.push(el("span", { class: "nm", title: category.path || category.name }, category.name));
  }
  if (typeof value === "number") parts.push(el("span", { class: "v" }, fixed(value, 2)));
  return parts.filter(Boolean);
}

/**
 * Whether a tile is chosen: its ring, its check mark and what a screen reader says.
 * @param {HTMLElement} node
 * @param {boolean} chosen
 */
export function select(node, chosen) {
  node.classList.toggle("sel", chosen);
  node.setAttribute("aria-selected", String(chosen));
  /** @type {HTMLElement} */ (node.querySelector(".ck")).hidden = !chosen;
}
