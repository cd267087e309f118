// @ts-check
// The images that one decision is about: those in reach, what lies just beyond, and the fix.

/** @import { Neighbours } from "./neighbours.js" */
import { el, fill, fixed, key } from "../shared/dom.js";
import { listbox, settle } from "../shared/page/listbox.js";
import { choose, classOptions, NONE_OPTION } from "../shared/picker.js";
import { build, byPerson, paint, select } from "../shared/tiles.js";
import { fixButton, noneButton, notAnErrorButton } from "./lot_buttons.js";
import { LotDecisions } from "./lot_decisions.js";
import { startReach } from "./start_reach.js";
import { count, many, t } from "../shared/page/words.js";

export const BEYOND = 12;
const REACH_HINT = t("Images at least this similar (cosine, the number below each) are in reach");

export class Lot {
  /** @param {Neighbours} neighbours */
  constructor(neighbours) {
    this.neighbours = neighbours;
    this.decisions = new LotDecisions(this);
    this.tiles = /** @type {Tile[]} */ ([]);
    this.nodes = /** @type {Map<number, HTMLElement>} */ (new Map());
    this.left = /** @type {Set<number>} */ (new Set());
    this.members = /** @type {Set<number>} */ (new Set()); // of a cluster; what else is as near is left out until somebody takes it in
    this.nearest = 1; // the greatest and the least similarity of the tiles
    this.farthest = 0;
    this.reach = 1; // the least similarity of what is in reach
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
   * @param {{ members?: number[], picture?: HTMLElement }} [more] images of the cluster; what was searched with
   */
  show(tiles, suggest, title, subtitle, { members = [], picture } = {}) {
    this.tiles.splice(0, this.tiles.length, ...tiles);
    this.members = new Set(members);
    this.suggest = suggest;
    if (!tiles.length) {
      fill(this.neighbours.main, el("p", { class: "q" }, t("There are no images to compare with yet.")));
      this.foot = this.slider = undefined;
      return;
    }
    this.nearest = Math.max(...tiles.map((tile) => tile.similarity));
    this.farthest = Math.min(0.95, ...tiles.map((tile) => tile.similarity));
    this.chosen = undefined;
    this.isNone = false; // whether somebody chose none of these in place of a class
    this.reach = startReach(this);
    this.neighbours.place.set({ reach: null }); // one set meanwhile was of the images before
    const others = members.length ? tiles.filter((tile) => this.within(tile) && !this.members.has(tile.id)) : [];
    this.left = new Set(others.map((tile) => tile.id));
    const from = { min: 0, max: 1, step: 0.005, value: this.#toSlider(this.reach) };
    const slider = el("input", { type: "range", class: "slide", "aria-label": t("Reach"), ...from });
    slider.oninput = () => {
      this.reach = this.nearest - Number(slider.value) * (this.nearest - this.farthest);
      this.neighbours.place.set({ reach: fixed(this.reach, 5) });
      this.#reachChanged();
    };
    this.slider = slider;
    this.value = el("b", { class: "num sm" });
    this.number = el("span", { class: "sm q num" });
    this.inside = listbox(el("div", { class: "lot" }), t("In reach"), { several: true });
    this.outside = listbox(el("div", { class: "lot beyond" }), t("Just beyond"), { several: true });
    this.insideNote = el("div", { class: "sm q note" });
    this.foot = el("div", { class: "row foot" });
    this.nodes = new Map(tiles.map((tile) => [tile.id, this.#tileNode(tile)]));
    fill(
      this.neighbours.main,
      el(
        "div",
        { class: "row" },
        picture,
        el("h2", { class: "nm", title }, title),
        el("span", { class: "sm q nm" }, subtitle),
        el("span", { class: "sp" }),
        el("span", { class: "sm", title: REACH_HINT }, t("Reach")),
        slider,
        this.value,
        this.number,
      ),
      el(
        "div",
        { class: "row t lots" },
        el("div", { class: "grow" }, this.insideNote, this.inside),
        el("div", { class: "dash" }),
        el(
          "div",
          { class: "beyondcol" },
          el("div", { class: "sm q note" }, t("Just beyond: these stay")),
          this.outside,
        ),
      ),
      el("hr", { class: "rule" }),
      this.foot,
    );
    this.#reachChanged();
  }

  /** @param {number} reach */
  #toSlider(reach) {
    return this.nearest > this.farthest ? (this.nearest - reach) / (this.nearest - this.farthest) : 1;
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
    node.ondblclick = () => this.neighbours.queries.go({ item: tile.id });
    return node;
  }

  /** @param {Tile} tile */
  paintTile(tile) {
    const node = this.nodes.get(tile.id);
    if (!node) return;
    paint(node, { ...tile, proposed: null }, this.neighbours.categories, {
      value: tile.similarity,
      name: false,
      dim: this.left.has(tile.id),
    });
    select(node, this.within(tile) && !this.left.has(tile.id) && !byPerson(tile));
    node.title = t("{name}. Click to leave it out, double-click for its own neighbours.", { name: tile.name });
  }

  /** @param {Tile} tile */
  within(tile) {
    return tile.similarity >= this.reach - 1e-9;
  }

  /**
   * The similarity of the farthest of some images.
   * @param {Set<number>} ids
   */
  farthestOf(ids) {
    return Math.min(1, ...this.tiles.filter((tile) => ids.has(tile.id)).map((tile) => tile.similarity));
  }

  #reachChanged() {
    const within = this.tiles.filter((tile) => this.within(tile));
    const apart = (/** @type {Tile} */ tile) => this.members.size > 0 && !this.members.has(tile.id);
    const inside = [...within.filter((tile) => !apart(tile)), ...within.filter(apart)]; // a cluster's own first
    const beyond = this.tiles.filter((tile) => !this.within(tile)).slice(0, BEYOND);
    this.slider.style.setProperty("--at", `${this.#toSlider(this.reach) * 100}%`);
    this.value.textContent = `≥ ${fixed(this.reach, 2)}`;
    this.slider.setAttribute("aria-valuetext", t("similarity of at least {reach}", { reach: fixed(this.reach, 2) }));
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
    const others = inside.filter(apart).length;
    this.insideNote.textContent = [
      t("In reach: {n}", { n: count(inside.length) }),
      people ? t("{people} of them labelled by people", { people: count(people) }) : null,
      others
        ? t("{others} equally near but not in the cluster: faded images are left out, a click includes one", {
            others: count(others),
          })
        : null,
    ]
      .filter(Boolean)
      .join(", ");
    this.paintFoot();
  }

  target() {
    if (this.chosen !== undefined) return this.chosen;
    return this.suggest ?? null;
  }

  /** What the first button below the images does: a fix to the class that was chosen or suggested, or none of these. */
  decide() {
    if (this.isNone) this.decisions.none();
    else if (this.target() !== null) this.decisions.fix(this.target());
  }

  paintFoot() {
    if (!this.foot) return;
    const people = this.tiles.filter((tile) => this.within(tile) && byPerson(tile)).length;
    const target = this.target();
    const other = el(
      "button",
      { class: "btn", type: "button", onclick: () => this.another() },
      target === null && !this.isNone ? t("Choose a class") : t("Choose another class"),
      key("/"),
    );
    const skip = el(
      "span",
      { class: "sm q" },
      people
        ? t("Skips {labels} made by people", { labels: many(people, "label") })
        : t("No label made by a person is in reach"),
    );
    const none = noneButton(this.decisions.open().length, this.isNone, () => this.decisions.none());
    if (this.isNone) {
      fill(this.foot, none, other, el("span", { class: "sp" }), skip);
      return;
    }
    if (target === null) {
      fill(this.foot, other, none, el("span", { class: "sp" }), skip);
      return;
    }
    const category = this.neighbours.categories.get(target);
    const n = this.decisions.fixable(target).length;
    const cap = this.neighbours.categories.keyOf(target);
    const fix = fixButton(category, n, cap, () => this.decisions.fix(target));
    const not = notAnErrorButton(this.decisions.confirmable().length, () => this.decisions.leave());
    fill(this.foot, fix, other, none, not, el("span", { class: "sp" }), skip);
  }

  async another() {
    const options = [...classOptions(this.neighbours.categories), NONE_OPTION];
    const chosen = await choose(this.neighbours.node, t("Type a class"), options);
    if (chosen) {
      this.isNone = chosen === NONE_OPTION;
      this.chosen = this.isNone ? undefined : chosen.category.id;
      this.paintFoot();
    }
  }
}
