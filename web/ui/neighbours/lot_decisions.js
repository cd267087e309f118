// @ts-check
// Which images of a lot a decision is about, and the decisions: a fix, none of these, not an error.

/** @import { Lot } from "./lot.js" */
import { answered, byPerson } from "../shared/tiles.js";

export class LotDecisions {
  /** @param {Lot} lot */
  constructor(lot) {
    this.lot = lot;
  }

  /** What one decision is about: in reach, not left out, not decided by a person. */
  open() {
    return this.lot.tiles.filter(
      (tile) => this.lot.within(tile) && !this.lot.left.has(tile.id) && !byPerson(tile) && !answered(tile),
    );
  }

  /**
   * What one decision changes: what is open and of another class.
   * @param {number} category
   */
  fixable(category) {
    return this.open().filter((tile) => tile.category !== category);
  }

  /**
   * One decision for some tiles.
   * @param {Kind} kind
   * @param {number | null} category
   * @param {Tile[]} tiles
   */
  #decide(kind, category, tiles) {
    const items = tiles.map((tile) => /** @type {Versioned} */ ([tile.id, tile.version]));
    this.lot.neighbours.decisions.decide(items, kind, category, { source: "neighbour", bulk: true });
    this.lot.paintFoot();
  }

  /** @param {number} category */
  fix(category) {
    this.#decide("label", category, this.fixable(category));
  }

  /** No class fits what is open: one decision, in place of the machine's labels. */
  none() {
    this.#decide("none", null, this.open());
  }

  /** What "not an error" writes a label for: in reach, not left out, with a label that no person gave. */
  confirmable() {
    const open = (/** @type {Tile} */ one) => this.lot.within(one) && !this.lot.left.has(one.id) && !byPerson(one);
    return this.lot.tiles.filter((one) => open(one) && one.category !== null);
  }

  /** The labels are right: a person confirms what stands, in one decision that one undo takes back. */
  leave() {
    const right = this.confirmable();
    this.lot.neighbours.decisions.decideAll(
      [...new Set(right.map((one) => one.category))].map((category) => ({
        kind: "label",
        category,
        items: right
          .filter((one) => one.category === category)
          .map((one) => /** @type {Versioned} */ ([one.id, one.version])),
        more: { source: "neighbour", bulk: true },
      })),
    );
    this.lot.paintFoot();
  }
}
