// @ts-check
// Batch mode: click the wrong ones, Enter accepts the rest of what was seen.

/** @import { Review } from "./review.js" */
import { answered } from "../shared/tiles.js";
import { count, t } from "../shared/page/words.js";

/**
 * What batch mode decides: a guess that no person has decided on.
 * @param {Tile} tile
 */
export const isOpen = (tile) => !tile.done && !tile.skipped && tile.guess !== null && !answered(tile);

/**
 * What Enter decides of a tile: its guess, or of a wrong one the runner-up ("not this" where there is none).
 * @param {Tile} tile
 * @param {boolean} wrong
 * @returns {{ kind: Kind, category: number }}
 */
const verdict = (tile, wrong) =>
  !wrong
    ? { kind: "label", category: tile.guess }
    : tile.next
      ? { kind: "label", category: tile.next }
      : { kind: "reject", category: tile.guess };

/**
 * Tiles of one guess together, so that the wrong one jumps out. Those that are labelled otherwise, which are the suspected ones, come
 * first, one label after the other; the rest keep their order.
 * @param {Tile} a
 * @param {Tile} b
 */
const byGuess = (a, b) =>
  (a.guess ?? 0) - (b.guess ?? 0) ||
  Number(a.category === a.guess) - Number(b.category === b.guess) ||
  (a.category ?? 0) - (b.category ?? 0);

export class BatchMode {
  /** @param {Review} review */
  constructor(review) {
    this.review = review;
  }

  /** @param {boolean} on */
  show(on) {
    this.review.grid.batch = on;
    this.review.toolbar.batchBox.checked = on;
    this.review.place.set({ batch: on ? 1 : null });
    this.review.grid.guess = (tile) => tile.guess;
    this.review.grid.selected.clear();
    const tiles = on ? [...this.review.grid.tiles].sort(byGuess) : this.review.grid.tiles;
    if (tiles.length) this.review.display(tiles);
    this.review.paintSelection();
    this.review.toolbar.paint();
  }

  /** What batch mode would accept: open, and seen. */
  get inSight() {
    return this.review.grid.tiles.filter(
      (tile, at) => isOpen(tile) && this.review.sight.seen.has(this.review.grid.nodes[at]),
    );
  }

  /**
   * Of what was seen accept what was not clicked, give what was its runner-up ("not this" where there is none), and go on to what
   * was not seen yet; nothing is accepted before somebody saw it.
   */
  async submit() {
    /** @type {Map<string, import("../shared/decisions/decisions.js").Lot>} */
    const lots = new Map();
    const seen = this.inSight;
    if (this.review.pages.waiting) return;
    if (!seen.length) {
      this.review.grid.focus(this.review.grid.tiles.findIndex(isOpen), "start");
      return;
    }
    for (const tile of seen) {
      const { kind, category } = verdict(tile, this.review.grid.selected.has(tile.id));
      const name = `${kind} ${category}`;
      if (!lots.has(name)) lots.set(name, { items: [], kind, category });
      lots.get(name).items.push([tile.id, tile.version]);
    }
    this.review.decisions.decideAll([...lots.values()]);
    for (const tile of seen) this.review.grid.selected.delete(tile.id);
    const next = this.review.grid.tiles.findIndex(isOpen);
    if (next < 0) {
      await this.review.pages.turn(1);
      return;
    }
    this.review.grid.focus(next, "start");
    this.review.paintSelection();
  }

  /** What Enter would do in batch mode. */
  words() {
    const seen = this.inSight;
    const rest = this.review.grid.tiles.filter(isOpen).length - seen.length;
    const wrong = seen.filter((tile) => this.review.grid.selected.has(tile.id)).length;
    const more = rest ? t(" · {rest} not seen yet", { rest: count(rest) }) : "";
    if (!seen.length) {
      if (!this.review.grid.tiles.length) return t("nothing to decide here");
      return rest
        ? t("{rest} not seen yet: scroll to them", { rest: count(rest) })
        : t("all decided, Enter turns the page");
    }
    return (
      (wrong
        ? wrong === 1
          ? t("Enter: 1 to its runner-up, {n} as guessed", { n: seen.length - 1 })
          : t("Enter: {wrong} to their runner-up, {n} as guessed", { wrong, n: seen.length - wrong })
        : t("click the wrong ones, Enter accepts the other {n} you see", { n: count(seen.length) })) + more
    );
  }

  toggle() {
    this.review.toolbar.batchBox.checked = !this.review.toolbar.batchBox.checked;
    this.show(this.review.toolbar.batchBox.checked);
  }
}
