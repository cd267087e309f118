// @ts-check
// What keys and buttons decide about the selected videos or the focused one.

/** @import { Videos } from "./videos.js" */
import { choose, classOptions } from "../shared/picker.js";
import { common } from "../shared/tags.js";
import { t } from "../shared/page/words.js";

const REASONS = [t("Shows two classes"), t("Between two classes"), t("Cannot be made out")];
const NO_REASON = t("No reason given");

export class VideoVerdicts {
  /** @param {Videos} page */
  constructor(page) {
    this.page = page;
    this.everything = false; // whether the selection is all that the filter gives
    this.alike = false; // whether it is a cluster
  }

  /**
   * What a decision is about: the selection, else the focused video.
   * @returns {Versioned[]}
   */
  #subjects() {
    const { grid, pages } = this.page;
    if (pages.waiting) return [];
    if (grid.selected.size) return [...grid.selected];
    return grid.tile ? [[grid.tile.id, grid.tile.version]] : [];
  }

  /** @param {number} id */
  #tile(id) {
    return this.page.grid.tiles[this.page.grid.indexOf(id)];
  }

  /** @param {number} category */
  label(category) {
    const items = this.#subjects();
    if (this.page.categories.get(category).open) {
      this.#toggle(items, category);
      return;
    }
    this.page.decisions.decide(items, "label", category, this.#how());
    this.advance(items);
  }

  /**
   * How the videos of a decision were chosen: each by itself, all that match, or through their neighbours.
   * @returns {Partial<Operation>}
   */
  #how() {
    return this.alike ? { source: "neighbour", bulk: true, order: "neighbours" } : { bulk: this.everything };
  }

  /**
   * A tag goes on from yes to no to unknown; the focus stays for the next key. All that matches gets a plain yes.
   * @param {Versioned[]} items
   * @param {number} category
   */
  #toggle(items, category) {
    const { facet } = this.page.categories.get(category);
    const tiles = items.map(([id]) => this.#tile(id));
    const kind = this.everything || this.alike ? "label" : common(tiles.filter(Boolean), category);
    this.page.decisions.decide(
      items.map(([id, version], at) => [id, tiles[at]?.versions?.[facet] ?? version]),
      kind,
      category,
      this.#how(),
    );
    if (this.everything || this.alike) this.leave();
  }

  /** The machine's choice becomes the person's: its class, or each of its tags; then the next video. */
  accept() {
    const items = this.#subjects();
    this.page.decisions.decideAll(
      this.#lots(items, "label", (tile) => this.#proposed(tile), this.alike ? this.#how() : {}),
    );
    this.#done(items);
    this.advance(items);
  }

  /**
   * Items by the classes that a decision about them names, each with the version that its facet has on the page.
   * @param {Versioned[]} items
   * @param {Kind} kind
   * @param {(tile: Tile | undefined) => number[]} classesOf
   * @param {Partial<Operation>} [more]
   */
  #lots(items, kind, classesOf, more = {}) {
    /** @type {Map<number, Versioned[]>} */
    const lots = new Map();
    for (const [id, version] of items) {
      const tile = this.#tile(id);
      for (const category of classesOf(tile)) {
        const { facet } = this.page.categories.get(category);
        lots.set(category, [...(lots.get(category) ?? []), [id, tile?.versions?.[facet] ?? version]]);
      }
    }
    return [...lots].map(([category, some]) => ({ items: some, kind, category, more }));
  }

  /**
   * What the machine says of a video and nobody has answered.
   * @param {Tile | undefined} tile
   * @returns {number[]}
   */
  #proposed(tile) {
    if (!tile) return [];
    if (tile.tags) return tile.tags.filter((tag) => !tag.person && tag.value === "yes").map((tag) => tag.id);
    const category = tile.proposed ?? tile.category;
    return category === null ? [] : [category];
  }

  /** Not this: the machine's class is ruled out, or each of its tags. */
  reject() {
    this.page.decisions.decideAll(this.#lots(this.#subjects(), "reject", (tile) => this.#proposed(tile)));
  }

  /** None of the classes fits. A facet of tags has no such answer: its tags are each a no. */
  none() {
    this.#exclusively((items) => {
      this.#byGuess(items, "none");
      this.advance(items);
    });
  }

  async unsure() {
    this.#exclusively(async (items) => {
      const chosen = await choose(
        this.page.node,
        t("Why unsure? Enter for no reason"),
        [{ label: NO_REASON }, ...REASONS.map((label) => ({ label }))],
        { free: true },
      );
      if (!chosen) return;
      this.#byGuess(items, "unsure", { reason: chosen.label === NO_REASON ? null : chosen.label });
      this.advance(items);
    });
  }

  /** @param {(items: Versioned[]) => void} run */
  #exclusively(run) {
    const items = this.#subjects();
    if (items.length && !this.page.categories.list.some((category) => category.open)) run(items);
  }

  /**
   * An answer about the class in question, which is the one that stands or is proposed.
   * @param {Versioned[]} items
   * @param {Kind} kind
   * @param {Partial<Operation>} [more]
   */
  #byGuess(items, kind, more = {}) {
    const [first] = this.page.categories.list;
    this.page.decisions.decideAll(this.#lots(items, kind, (tile) => [tile?.guess || first.id], more));
  }

  skip() {
    const { tile } = this.page.grid;
    if (!tile) return;
    tile.skipped = true;
    this.page.grid.paint(this.page.grid.at);
    this.advance([tile]);
  }

  /** @param {Versioned[]} items */
  #done(items) {
    for (const [id] of items) {
      const tile = this.#tile(id);
      if (tile) tile.done = true;
    }
  }

  /**
   * After a decision the focus moves to the next video that is not done.
   * @param {readonly unknown[]} items
   */
  advance(items) {
    const { grid } = this.page;
    this.leave();
    if (!items.length || !grid.tiles.length) return;
    const next = grid.nextOpen(grid.at);
    grid.focus(next >= 0 ? next : Math.min(grid.at + 1, grid.tiles.length - 1));
  }

  async pick() {
    const chosen = await choose(this.page.node, t("Type a class"), classOptions(this.page.categories));
    if (chosen) this.label(chosen.category.id);
  }

  async selectAll() {
    const query = this.page.filters.query;
    const { items } = await this.page.api.get("videos/ids", query);
    if (query.facet !== this.page.filters.query.facet) return;
    this.page.grid.selected = new Map(items);
    [this.everything, this.alike] = [true, false];
    this.page.grid.selectionChanged();
  }

  /** The cluster of the focused video, among what the filter lets through. */
  async selectAlike() {
    const { api, filters, grid } = this.page;
    if (!grid.tile) return;
    const query = { ...filters.query, like: grid.tile.id };
    const { items } = await api.get("videos/ids", query);
    if (query.facet !== filters.query.facet) return;
    grid.selected = new Map(items);
    [this.everything, this.alike] = [false, true];
    grid.selectionChanged();
  }

  leave() {
    this.everything = false;
    this.alike = false;
    if (this.page.grid.selected.size) this.page.grid.clear();
  }
}
