// @ts-check
// The images that one decision is about: those in reach, what lies just beyond, and the fix.

/** @import { Neighbours } from "./neighbours.js" */
import { count, el, fill, key, many } from "../shared/dom.js";
import { listbox, settle } from "../shared/page/listbox.js";
import { choose, classOptions } from "../shared/picker.js";
import { answered, build, byPerson, paint, select } from "../shared/tiles.js";
import { fixButton, noneButton, notAnErrorButton } from "./lot_buttons.js";
import { startReach } from "./start_reach.js";

export const BEYOND = 12;

export class Lot {
  /** @param {Neighbours} neighbours */
  constructor(neighbours) {
    this.neighbours = neighbours;
    this.tiles = /** @type {Tile[]} */ ([]);
    this.nodes = /** @type {Map<number, HTMLElement>} */ (new Map());
    this.left = /** @type {Set<number>} */ (new Set());
    this.edge = 0; // the reach of a cluster's farthest member
    this.reach = 0.15;
  }

  /**
   * What `Decisions` needs of a grid.
   * @returns {TileGrid}
   */
  asGrid() {
    return {
      tiles: this.tiles,
      selected: new Map(),
      indexOf: (id) => this.tiles.findIndex((tile) => tile.id === id),
      paint: (at) => this.paintTile(this.tiles[at]),
      focus: () => {},
    };
  }

  /**
   * @param {Tile[]} tiles
   * @param {number | null} suggest
   * @param {string} title
   * @param {string} subtitle
   */
  show(tiles, suggest, title, subtitle) {
    this.tiles.splice(0, this.tiles.length, ...tiles);
    this.left.clear();
    this.suggest = suggest;
    this.max = Math.max(0.05, ...tiles.map((tile) => 1 - tile.similarity));
    this.min = Math.min(...tiles.map((tile) => 1 - tile.similarity));
    this.chosen = undefined;
    this.reach = startReach(this);
    this.neighbours.place.set({ reach: null }); // one set meanwhile was of the images before
    const from = { min: 0, max: 1, step: 0.005, value: this.#toSlider(this.reach) };
    const slider = el("input", { type: "range", class: "slide", "aria-label": "Reach", ...from });
    slider.oninput = () => {
      this.reach = this.min + Number(slider.value) * (this.max - this.min);
      this.neighbours.place.set({ reach: this.reach.toFixed(3) });
      this.#reachChanged();
    };
    this.slider = slider;
    this.value = el("b", { class: "num sm" });
    this.number = el("span", { class: "sm q num" });
    this.inside = listbox(el("div", { class: "lot" }), "In reach", { several: true });
    this.outside = listbox(el("div", { class: "lot beyond" }), "Just beyond", { several: true });
    this.insideNote = el("div", { class: "sm q" });
    this.foot = el("div", { class: "row foot" });
    this.nodes = new Map(tiles.map((tile) => [tile.id, this.#tileNode(tile)]));
    fill(
      this.neighbours.main,
      el(
        "div",
        { class: "row" },
        el("h2", { class: "nm", title }, title),
        el("span", { class: "sm q nm" }, subtitle),
        el("span", { class: "sp" }),
        el("span", { class: "sm" }, "Reach"),
        slider,
        this.value,
        this.number,
      ),
      el(
        "div",
        { class: "row t lots" },
        el("div", { class: "grow" }, this.inside, this.insideNote),
        el("div", { class: "dash" }),
        el(
          "div",
          { class: "beyondcol" },
          this.outside,
          el(
            "div",
            { class: "sm q" },
            this.neighbours.query?.cluster === undefined
              ? "Just beyond: these stay"
              : "Near, not in the cluster: these stay",
          ),
        ),
      ),
      el("hr", { class: "rule" }),
      this.foot,
    );
    this.#reachChanged();
  }

  /** @param {number} reach */
  #toSlider(reach) {
    return this.max > this.min ? (reach - this.min) / (this.max - this.min) : 1;
  }

  /** @param {Tile} tile */
  #tileNode(tile) {
    const node = build(tile, this.neighbours.api, { lazy: true });
    node.onclick = () => {
      if (this.left.has(tile.id)) this.left.delete(tile.id);
      else this.left.add(tile.id);
      this.paintTile(tile);
      this.paintFoot();
    };
    node.ondblclick = () => this.neighbours.go({ item: tile.id });
    return node;
  }

  /** @param {Tile} tile */
  paintTile(tile) {
    const node = this.nodes.get(tile.id);
    if (!node) return;
    paint(node, { ...tile, proposed: null }, this.neighbours.categories, {
      value: 1 - (tile.shown ?? tile.similarity),
      name: false,
      dim: this.left.has(tile.id),
    });
    select(node, this.#within(tile) && !this.left.has(tile.id) && !byPerson(tile));
    node.title = `${tile.name}. Click to leave it out, double-click for its own neighbours.`;
  }

  /** @param {Tile} tile */
  #within(tile) {
    return 1 - tile.similarity <= this.reach + 1e-9;
  }

  #reachChanged() {
    const inside = this.tiles.filter((tile) => this.#within(tile));
    const beyond = this.tiles.filter((tile) => !this.#within(tile)).slice(0, BEYOND);
    this.slider.style.setProperty("--at", `${this.#toSlider(this.reach) * 100}%`);
    this.value.textContent = this.reach.toFixed(2);
    this.number.textContent = many(inside.length, "image");
    fill(
      this.inside,
      inside.map((tile) => this.nodes.get(tile.id)),
    );
    fill(
      this.outside,
      beyond.map((tile) => this.nodes.get(tile.id)),
    );
    [this.inside, this.outside].forEach(settle);
    for (const tile of [...inside, ...beyond]) this.paintTile(tile);
    const people = inside.filter(byPerson).length;
    this.insideNote.textContent = `In reach: ${count(inside.length)}${people ? `, ${count(people)} of them labelled by people` : ""}`;
    this.paintFoot();
  }

  /** What one decision is about: in reach, not left out, not decided by a person. */
  #open() {
    return this.tiles.filter(
      (tile) => this.#within(tile) && !this.left.has(tile.id) && !byPerson(tile) && !answered(tile),
    );
  }

  /**
   * What one decision changes: what is open and of another class.
   * @param {number} category
   */
  #fixable(category) {
    return this.#open().filter((tile) => tile.category !== category);
  }

  target() {
    if (this.chosen !== undefined) return this.chosen;
    return this.suggest ?? null;
  }

  paintFoot() {
    if (!this.foot) return;
    const people = this.tiles.filter((tile) => this.#within(tile) && byPerson(tile)).length;
    const target = this.target();
    const other = el(
      "button",
      { class: "btn", type: "button", onclick: () => this.another() },
      target === null ? "Choose a class" : "Choose another class",
      key("/"),
    );
    const skip = el(
      "span",
      { class: "sm q" },
      people ? `Skips ${many(people, "label")} made by people` : "No label made by a person is in reach",
    );
    const none = noneButton(this.#open().length, () => this.none());
    if (target === null) {
      fill(this.foot, other, none, el("span", { class: "sp" }), skip);
      return;
    }
    const category = this.neighbours.categories.get(target);
    const n = this.#fixable(target).length;
    const cap = this.neighbours.categories.keyOf(target);
    const fix = fixButton(category, n, cap, () => this.fix(target));
    const not = notAnErrorButton(() => this.#leave());
    fill(this.foot, fix, other, none, not, el("span", { class: "sp" }), skip);
  }

  /**
   * One decision for some tiles.
   * @param {Kind} kind
   * @param {number | null} category
   * @param {Tile[]} tiles
   */
  #decide(kind, category, tiles) {
    const items = tiles.map((tile) => /** @type {Versioned} */ ([tile.id, tile.version]));
    this.neighbours.decisions.decide(items, kind, category, { source: "neighbour", bulk: true });
    this.paintFoot();
  }

  /** @param {number} category */
  fix(category) {
    this.#decide("label", category, this.#fixable(category));
  }

  /** No class fits what is open: one decision, in place of the machine's labels. */
  none() {
    this.#decide("none", null, this.#open());
  }

  /** The labels are right: a person confirms what stands. */
  #leave() {
    const open = (/** @type {Tile} */ one) => this.#within(one) && !this.left.has(one.id) && !byPerson(one);
    const right = this.tiles.filter((one) => open(one) && one.category !== null);
    for (const category of new Set(right.map((one) => one.category))) {
      const alike = right.filter((one) => one.category === category);
      this.#decide("label", category, alike);
    }
  }

  async another() {
    const chosen = await choose(this.neighbours.node, "Type a class", classOptions(this.neighbours.categories));
    if (chosen) {
      this.chosen = chosen.category.id;
      this.paintFoot();
    }
  }
}
