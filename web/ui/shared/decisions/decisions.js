// @ts-check
// What a person decides: painted at once, queued, and put right when the server answers otherwise.

import { Answers } from "./answers.js";
import { historyOf } from "./history.js";
import { Practice } from "./practice.js";
import { after } from "../tags.js";
import { many, t } from "../page/words.js";

/** @typedef {{ items: Versioned[], kind: Kind, category?: number | null, more?: Partial<Operation> }} Lot */

export class Decisions {
  /**
   * `view`: { grid, queue, categories(), toast(text, action), warn(text), changed(), conflicted(item, op), acknowledged(), cameBack(ids, batch), order() }; `order` says how the images came on screen.
   * @param {DecisionView} view
   */
  constructor(view) {
    this.view = view;
    this.history = historyOf(view.queue.api);
    this.answers = new Answers(this);
    this.practice = new Practice(this);
    this.times = /** @type {{ at: number, n: number }[]} */ ([]);
    this.onAck = /** @type {EventListener} */ (
      (/** @type {CustomEvent<Answered>} */ event) => this.answers.take(event.detail)
    );
    this.onAside = /** @type {EventListener} */ (
      (/** @type {CustomEvent<{ why: string, others: string }>} */ { detail }) =>
        this.view.warn(
          t("{why} It is kept here and sent again when this page is opened again{others}.", {
            why: detail.why,
            others: detail.others,
          }),
        )
    );
    view.queue.addEventListener("ack", this.onAck);
    view.queue.addEventListener("aside", this.onAside);
    if (view.queue.storage.outdated) {
      view.warn(
        t("{decisions} waited for an earlier build of this workspace; they were not sent.", {
          decisions: many(view.queue.storage.outdated, "decision"),
        }),
      );
    }
    view.queue.storage.outdated = 0;
  }

  stop() {
    this.view.queue.removeEventListener("ack", this.onAck);
    this.view.queue.removeEventListener("aside", this.onAside);
  }

  /**
   * Decide about items (`[id, version]` pairs). `kind` is label, reject, unsure, none or clear. Returns the operation.
   * @param {Versioned[]} items
   * @param {Kind} kind
   * @param {number} [category]
   * @param {Partial<Operation>} [more]
   */
  decide(items, kind, category = null, more = {}) {
    return this.decideAll([{ items, kind, category, more }]);
  }

  /**
   * Decide several things as one batch, that one undo takes back: `{items, kind, category, more}` each.
   * @param {Lot[]} lots
   */
  decideAll(lots) {
    const labels = lots.map((lot) => ({ ...lot, items: lot.items.filter(([id]) => !this.#tile(id)?.practice) }));
    for (const lot of lots) {
      this.practice.answer(
        lot.items.filter(([id]) => this.#tile(id)?.practice),
        lot,
      );
    }
    const wanted = labels.filter((lot) => lot.items.length);
    if (wanted.length === 0) {
      this.view.changed();
      return null;
    }
    const ops = this.view.queue.pushAll(
      wanted.map(({ items, kind, category = null, more = {} }) => ({
        kind,
        category,
        items: items.map(([id, version]) => ({ id, version })),
        of: wanted.length,
        facet: this.#openFacet(category),
        order: this.view.order?.() ?? null,
        ...more,
      })),
    );
    const before = wanted
      .flatMap(({ items, kind, category = null }) => items.map(([id]) => this.#foresee(id, kind, category)))
      .filter(Boolean);
    this.history.push(ops[0].batch, before);
    const n = wanted.reduce((sum, lot) => sum + lot.items.length, 0);
    this.times.push({ at: Date.now(), n });
    if (this.times.length > 20) this.times.shift();
    if (wanted.length > 1) {
      this.view.toast(t("{images} decided.", { images: many(n, this.view.noun ?? "image") }), [
        t("Undo"),
        () => this.undo(ops[0].batch),
      ]);
    }
    this.view.changed();
    return ops[0];
  }

  /** @param {number} id */
  #tile(id) {
    return this.view.grid.tiles[this.view.grid.indexOf(id)];
  }

  /**
   * Take back a batch, or what was decided last on any page.
   * @param {string} [batch]
   */
  undo(batch = null) {
    const { view } = this;
    return this.history.undo(batch, {
      queue: view.queue,
      categories: () => view.categories(),
      say: (text, action) => view.toast(text, action),
      take: (entry) => this.#comesBack(entry),
    });
  }

  /** @param {{ batch: string, before: Tile[] }} entry */
  #comesBack(entry) {
    this.view.toast(t("Undoing."));
    for (const old of [...entry.before].reverse()) this.change(old.id, { ...old, done: false }); // of a tile decided twice the first one last
    const first = entry.before.length ? this.view.grid.indexOf(entry.before[0].id) : -1;
    if (first >= 0) this.view.grid.focus(first);
    this.view.changed();
  }

  /** Labels a minute over the last twenty decisions, or null. */
  get perMinute() {
    if (this.times.length < 3) return null;
    const minutes = (this.times.at(-1).at - this.times[0].at) / 60000;
    return minutes > 0 ? this.times.slice(1).reduce((sum, time) => sum + time.n, 0) / minutes : null;
  }

  /**
   * The facet of a category that stands beside others, or null for one of the exclusive facet.
   * @param {number} category
   */
  #openFacet(category) {
    const target = category === null ? null : this.view.categories().get(category);
    return target?.open ? target.facet : null;
  }

  /**
   * Paint what the server will most likely answer. Returns what the tile was, or null when it is not on the page.
   * @param {number} id
   * @param {string} kind
   * @param {number} category
   */
  #foresee(id, kind, category) {
    const tile = this.view.grid.tiles[this.view.grid.indexOf(id)];
    if (!tile) return null;
    const before = { ...tile };
    if (this.#openFacet(category) !== null) {
      this.change(id, { tags: after(tile.tags, kind, category), waiting: true });
      return before;
    }
    /** @type {Partial<Tile>} */
    const labelled = { category, source: "human", state: "person", proposed: null, done: true };
    /** @type {Record<string, Partial<Tile>>} */
    const change = {
      label: labelled,
      unsure: { state: "unsure", done: true },
      none: { category: null, source: "human", state: "no_class", proposed: null, done: true },
      clear: { category: null, source: null, state: "none", done: false },
      reject: { category: null, proposed: null, guess: null, next: null, state: "none", source: null },
    };
    this.change(id, { ...change[kind], waiting: true, conflict: null, skipped: false });
    return before;
  }

  /**
   * @param {number} id
   * @param {Partial<Tile>} values
   */
  change(id, values) {
    const { grid } = this.view;
    const at = grid.indexOf(id);
    if (at < 0) return;
    Object.assign(grid.tiles[at], values);
    grid.paint(at);
  }
}
