// @ts-check
// A grid of tiles: focus, selection and the mouse. It knows nothing of labels; it reports gestures.

import { el } from "../dom.js";
import { build, nameOf, paint, select } from "../tiles.js";
import { GridMouse } from "./grid_mouse.js";
import { many, t } from "../page/words.js";

const SIZES = [96, 128, 176];
const FLASH_MS = 2500;

export class Grid {
  /**
   * `on` has: focus(tile), select(), open(tile).
   * @param {Api} api
   * @param {{ focus(tile: Tile): void, select(): void, open(tile: Tile): void }} on
   */
  constructor(api, on) {
    this.api = api;
    this.on = on;
    this.tiles = /** @type {Tile[]} */ ([]);
    this.nodes = /** @type {HTMLElement[]} */ ([]);
    this.at = -1;
    this.anchor = -1;
    this.selected = /** @type {Map<number, number | null>} */ (new Map());
    this.batch = false; // a plain click marks a tile as wrong: the selection is what is wrong, and shows its runner-up
    this.guess = (/** @type {Tile} */ tile) => tile.category ?? tile.proposed; // what a batch accepts, and is grouped by
    this.node = el("div", {
      class: "grid",
      role: "listbox",
      tabIndex: 0,
      "aria-multiselectable": "true",
      "aria-label": t("Images"),
    });
    this.size = Number(localStorage.getItem("sceneloop.tile")) || 128;
    this.mouse = new GridMouse(this);
    this.#resize();
    this.node.ondblclick = (event) => {
      const at = this.mouse.indexAt(event);
      if (at >= 0) this.on.open(this.tiles[at]);
    };
  }

  /**
   * @param {Tile[]} tiles
   * @param {Categories} categories
   */
  show(tiles, categories) {
    this.tiles = tiles;
    this.categories = categories;
    this.nodes = tiles.map((tile) => Object.assign(build(tile, this.api), { id: `tile-${tile.id}` }));
    this.node.setAttribute("role", tiles.length ? "listbox" : "group");
    this.node.removeAttribute("aria-activedescendant");
    this.node.replaceChildren(...(this.batch ? this.#grouped() : this.nodes));
    tiles.forEach((_, index) => this.paint(index));
    this.at = -1;
    this.anchor = -1;
    if (tiles.length) this.focus(Math.max(0, this.nextOpen(-1)));
  }

  /** The tiles with a heading before each guess. */
  #grouped() {
    const sizes = new Map();
    for (const tile of this.tiles) sizes.set(this.guess(tile), (sizes.get(this.guess(tile)) ?? 0) + 1);
    return this.tiles.flatMap((tile, index) => {
      const guess = this.guess(tile);
      if (index && guess === this.guess(this.tiles[index - 1])) return [this.nodes[index]];
      return [
        el(
          "div",
          { class: "guess", role: "presentation" },
          nameOf(this.categories.get(guess)),
          el("span", { class: "q sm num" }, many(sizes.get(guess), "tile")),
        ),
        this.nodes[index],
      ];
    });
  }

  /** Ask once more for the pictures that did not come. */
  loadMissing() {
    for (const image of this.node.querySelectorAll("img")) {
      if (image.complete && !image.naturalWidth) image.setAttribute("src", image.src);
    }
  }

  /**
   * Grey tiles of the final size while a page is on its way.
   * @param {number} [n]
   */
  wait(n = 60) {
    this.node.replaceChildren(
      ...Array.from({ length: n }, () =>
        el(
          "div",
          { class: "tile ghost" },
          el("div", { class: "im" }, el("div", { class: "blank" })),
          el("div", { class: "cap" }),
        ),
      ),
    );
  }

  get tile() {
    return this.tiles[this.at] ?? null;
  }

  /** @param {number} index */
  paint(index) {
    const node = this.nodes[index];
    const tile = this.tiles[index];
    const chosen = this.selected.has(tile.id);
    paint(
      node,
      this.batch && !tile.done
        ? { ...tile, category: this.guess(tile), proposed: chosen ? (tile.next ?? null) : null }
        : tile,
      this.categories,
    );
    node.classList.toggle("wrong", this.batch && chosen);
    select(node, !this.batch && chosen);
    node.setAttribute("aria-selected", String(chosen));
  }

  paintAll() {
    this.tiles.forEach((_, index) => this.paint(index));
  }

  /** @param {number} id */
  indexOf(id) {
    return this.tiles.findIndex((tile) => tile.id === id);
  }

  /**
   * `block` is where it comes to lie: as near as it is, or at the `start` of what is in view.
   * @param {number} index
   * @param {ScrollLogicalPosition} [block]
   */
  focus(index, block = "nearest") {
    if (index < 0 || index >= this.tiles.length) return;
    this.nodes[this.at]?.classList.remove("foc");
    this.at = index;
    this.nodes[index].classList.add("foc");
    this.node.setAttribute("aria-activedescendant", this.nodes[index].id);
    this.#reveal(block);
    this.on.focus(this.tiles[index]);
  }

  /**
   * Draw the eye to some tiles for a moment: they came back.
   * @param {number[]} ids
   */
  flash(ids) {
    const nodes = ids.map((id) => this.nodes[this.indexOf(id)]).filter(Boolean);
    for (const node of nodes) node.classList.add("back");
    setTimeout(() => nodes.forEach((node) => node.classList.remove("back")), FLASH_MS);
  }

  /**
   * Scroll to the focused tile with the next frame, whose layout is made anyway.
   * @param {ScrollLogicalPosition} block
   */
  #reveal(block) {
    this.block = block;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.nodes[this.at]?.scrollIntoView({ block: this.block });
    });
  }

  /**
   * First tile after `from` that nobody has decided on this page; wraps once; -1 when there is none.
   * @param {number} from
   */
  nextOpen(from) {
    const n = this.tiles.length;
    for (let step = 1; step <= n; step += 1) {
      const index = (from + step + n) % n;
      const tile = this.tiles[index];
      if (!tile.done && !tile.skipped) return index;
    }
    return -1;
  }

  columns() {
    return Math.max(1, getComputedStyle(this.node).gridTemplateColumns.split(" ").length);
  }

  /**
   * @param {number} dx
   * @param {number} dy
   * @param {boolean} extend
   */
  move(dx, dy, extend) {
    const to = Math.min(Math.max(this.at + dx + dy * this.columns(), 0), this.tiles.length - 1);
    if (extend) {
      if (this.anchor < 0) this.anchor = this.at;
      this.range(this.anchor, to);
    } else this.anchor = -1;
    this.focus(to);
  }

  clear() {
    this.selected.clear();
    this.anchor = -1;
    this.selectionChanged();
  }

  /** @param {number} step */
  resize(step) {
    const at = Math.min(Math.max(SIZES.indexOf(this.size) + step, 0), SIZES.length - 1);
    this.size = SIZES[at];
    localStorage.setItem("sceneloop.tile", String(this.size));
    this.#resize();
  }

  #resize() {
    this.node.style.setProperty("--tile", `${Math.round(this.size * 0.89)}px`);
  }

  selectionChanged() {
    this.paintAll();
    this.on.select();
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  range(from, to) {
    if (!this.batch) this.selected.clear();
    for (let index = Math.min(from, to); index <= Math.max(from, to); index += 1) this.add(index);
    this.selectionChanged();
  }

  /** @param {number} index */
  add(index) {
    this.selected.set(this.tiles[index].id, this.tiles[index].version);
  }
}
