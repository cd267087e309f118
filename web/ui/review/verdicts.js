// @ts-check
// What keys and buttons decide about the selection or the focused tile.

/** @import { Review } from "./review.js" */
import { choose, classOptions, NONE_OPTION } from "../shared/picker.js";
import { common } from "../shared/tags.js";
import { t } from "../shared/page/words.js";

const NO_CLASS = t("No class fits"); // an answer, wherever it is chosen
const REASONS = [t("Shows two classes"), t("Between two classes"), t("Cannot be made out"), NO_CLASS];

export class Verdicts {
  /** @param {Review} review */
  constructor(review) {
    this.review = review;
    this.everything = false; // whether the selection is all that the filter gives
    this.selecting = /** @type {Promise<boolean> | null} */ (null); // until the server has said what all is
    this.alone = false; // a decision is about the focused tile, whatever is selected: it is shown enlarged
  }

  /**
   * What a decision is about: the selection, else the focused tile.
   * @returns {Versioned[]}
   */
  #subjects() {
    return this.review.pages.waiting
      ? []
      : this.review.grid.selected.size && !this.alone
        ? [...this.review.grid.selected]
        : this.review.grid.tile
          ? [[this.review.grid.tile.id, this.review.grid.tile.version]]
          : [];
  }

  /** Whether the decision is about all that the filter gives: what people have decided stays then. */
  get #all() {
    return this.everything && !this.alone;
  }

  /**
   * A label that stands beside others goes on from yes to no to unknown; the focus stays for the next key.
   * @param {number} category
   */
  toggle(category) {
    const { facet } = this.review.categories.get(category);
    const wanted = this.#subjects().filter(([id]) => !this.review.grid.tiles[this.review.grid.indexOf(id)]?.practice);
    const tiles = wanted.map(([id]) => this.review.grid.tiles[this.review.grid.indexOf(id)]);
    const kind = common(tiles.filter(Boolean), category);
    this.review.decisions.decide(
      wanted.map(([id], at) => [id, tiles[at]?.versions?.[facet] ?? null]),
      kind,
      category,
    );
  }

  /** @param {number} category */
  label(category) {
    if (this.review.categories.get(category).open) {
      this.toggle(category);
      return;
    }
    const items = this.#subjects();
    this.review.decisions.decide(items, "label", category, { bulk: this.#all });
    this.advance(items);
  }

  /**
   * After a decision the focus moves to the next undecided tile.
   * @param {readonly unknown[]} items
   */
  advance(items) {
    this.everything = false;
    if (this.review.grid.selected.size && !this.alone) this.review.grid.clear();
    if (items.length === 0) return;
    const next = this.review.grid.nextOpen(this.review.grid.at);
    this.review.grid.focus(next >= 0 ? next : Math.min(this.review.grid.at + 1, this.review.grid.tiles.length - 1));
  }

  accept() {
    const lots = new Map();
    for (const [id, version] of this.#subjects()) {
      const tile = this.review.grid.tiles[this.review.grid.indexOf(id)];
      const category = tile ? (tile.proposed ?? tile.category) : null;
      if (category !== null && category !== undefined) {
        lots.set(category, [...(lots.get(category) ?? []), [id, version]]);
      }
    }
    this.review.decisions.decideAll([...lots].map(([category, items]) => ({ items, kind: "label", category })));
    this.advance([...lots.values()].flat());
  }

  /** "Not this" rejects what stands on the tile; the server's answer brings the next likely class, so the focus stays. */
  reject() {
    const lots = new Map();
    for (const [id, version] of this.#subjects()) {
      const tile = this.review.grid.tiles[this.review.grid.indexOf(id)];
      const category = tile ? (this.review.grid.batch ? tile.guess : (tile.category ?? tile.proposed)) : null; // what is shown of it
      if (category !== null) lots.set(category, [...(lots.get(category) ?? []), [id, version]]);
    }
    this.review.decisions.decideAll([...lots].map(([category, items]) => ({ items, kind: "reject", category })));
    if (this.review.grid.batch && !this.alone) this.review.grid.clear(); // each comes back with its next likely class, no longer marked as wrong
  }

  /** None of the classes fits: an answer, not a doubt. */
  none() {
    const items = this.#subjects();
    this.review.decisions.decide(items, "none", null, { bulk: this.#all });
    this.advance(items);
  }

  async unsure() {
    const items = this.#subjects();
    if (!items.length) return;
    const chosen = await choose(
      this.review.node,
      t("Why unsure? Enter for no reason"),
      [{ label: t("No reason given") }, ...REASONS.map((label) => ({ label }))],
      { free: true },
    );
    if (!chosen) return;
    if (chosen.label === NO_CLASS) this.review.decisions.decide(items, "none");
    else {
      const reason = chosen.label === "No reason given" ? null : chosen.label;
      this.review.decisions.decide(items, "unsure", null, { reason });
    }
    this.advance(items);
  }

  /**
   * A class by typing.
   * @param {(category: number) => void} run
   * @param {Choice[]} [others] what can be chosen beside the classes
   */
  async pick(run, others = []) {
    const options = [...classOptions(this.review.categories), ...others];
    const chosen = await choose(this.review.node, t("Type a class"), options);
    if (chosen) run(chosen.category.id);
  }

  /** A class, or that none fits, by typing: for the selection, or all that the filter gives once that is known. */
  give() {
    const decide = (/** @type {number | null} */ id) => (id === null ? this.none() : this.label(id));
    return this.pick((id) => this.settled(() => decide(id)), [NONE_OPTION]);
  }

  /**
   * One decision, so that one undo takes it back.
   * @param {Tile[]} tiles
   * @param {number} category
   */
  fix(tiles, category) {
    this.review.decisions.decide(
      tiles.map((tile) => [tile.id, tile.version]),
      "label",
      category,
      { source: "neighbour", bulk: true },
    );
    this.review.grid.paintAll();
  }

  async selectAll() {
    if (this.review.grid.batch) {
      this.review.grid.selected = new Map(this.review.batch.inSight.map((tile) => [tile.id, tile.version]));
      this.review.grid.paintAll();
      this.review.paintSelection();
      return;
    }
    const asked = this.#selectEverything(() => this.selecting === asked);
    this.selecting = asked;
    try {
      await asked;
    } finally {
      if (this.selecting === asked) this.selecting = null;
    }
  }

  /**
   * Whether it was selected.
   * @param {() => boolean} wanted whether nobody has left it or asked anew meanwhile
   */
  async #selectEverything(wanted) {
    const { items } = await this.review.api.get("ids", this.review.filters.query);
    if (!wanted()) return false;
    this.review.grid.selected = new Map(items);
    this.everything = true;
    this.review.grid.paintAll();
    this.review.paintSelection();
    return true;
  }

  /**
   * Decide now, or once it is known what is selected.
   * @param {() => void} decide
   */
  settled(decide) {
    const asked = this.selecting;
    if (!asked) {
      decide();
      return;
    }
    asked.then(
      (selected) => selected && decide(),
      () => {}, // what could not be selected is not decided
    );
  }

  /** Select nothing, and nothing that is still asked for. */
  leave() {
    this.selecting = null;
    this.everything = false;
    this.review.grid.clear();
  }
}
