// What a person decides: painted at once, queued, and put right when the server answers otherwise.

import { many } from "./dom.js";
import { historyOf, told } from "./history.js";
import { Practice } from "./practice.js";
import { after } from "./tags.js";

export class Decisions {
  /** `view`: { grid, queue, categories(), toast(text, action), changed(), conflicted(item, op), acknowledged(), cameBack(ids, batch), order() }; `order` says how the images came on screen. */
  constructor(view) {
    this.view = view;
    this.history = historyOf(view.queue.api);
    this.practice = new Practice(this);
    this.times = [];
    this.onAck = (event) => this.#acknowledged(event.detail);
    this.onAside = ({ detail }) =>
      this.view.toast(`${detail.why} It is kept here and sent again when this page is opened again${detail.others}.`);
    view.queue.addEventListener("ack", this.onAck);
    view.queue.addEventListener("aside", this.onAside);
    if (view.queue.storage.outdated) {
      view.toast(
        `${many(view.queue.storage.outdated, "decision")} waited for this workspace as it was before it was built anew; they were not sent.`,
      );
    }
    view.queue.storage.outdated = 0;
  }

  stop() {
    this.view.queue.removeEventListener("ack", this.onAck);
    this.view.queue.removeEventListener("aside", this.onAside);
  }

  /** Decide about items (`[id, version]` pairs). `kind` is label, reject, unsure or clear. Returns the operation. */
  decide(items, kind, category = null, more = {}) {
    return this.decideAll([{ items, kind, category, more }]);
  }

  /** Decide several things as one batch, that one undo takes back: `{items, kind, category, more}` each. */
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
    if (wanted.length > 1) this.view.toast(`${many(n, "image")} decided.`, ["Undo", () => this.undo(ops[0].batch)]);
    this.view.changed();
    return ops[0];
  }

  #tile(id) {
    return this.view.grid.tiles[this.view.grid.indexOf(id)];
  }

  /** Take back a batch, or what was decided last on any page. */
  undo(batch = null) {
    const { view } = this;
    return this.history.undo(batch, {
      queue: view.queue,
      categories: () => view.categories(),
      say: (text, action) => view.toast(text, action),
      take: (entry) => this.#comesBack(entry),
    });
  }

  #comesBack(entry) {
    this.view.toast("Taking it back.");
    for (const old of entry.before) this.change(old.id, { ...old, done: false });
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

  /** The facet of a category that stands beside others, or null for one of the exclusive facet. */
  #openFacet(category) {
    const found = category === null ? null : this.view.categories().get(category);
    return found?.open ? found.facet : null;
  }

  /** Paint what the server will most likely answer. Returns what the tile was, or null when it is not on the page. */
  #foresee(id, kind, category) {
    const tile = this.view.grid.tiles[this.view.grid.indexOf(id)];
    if (!tile) return null;
    const before = { ...tile };
    if (this.#openFacet(category) !== null) {
      this.change(id, { tags: after(tile.tags, kind, category), waiting: true });
      return before;
    }
    const labelled = { category, source: "human", state: "person", proposed: null, done: true };
    const change = {
      label: labelled,
      unsure: { state: "unsure", done: true },
      clear: { category: null, source: null, state: "none", done: false },
      reject: { category: null, proposed: null, guess: null, next: null, state: "none", source: null },
    };
    this.change(id, { ...change[kind], waiting: true, conflict: null, skipped: false });
    return before;
  }

  change(id, values) {
    const { grid } = this.view;
    const at = grid.indexOf(id);
    if (at < 0) return;
    Object.assign(grid.tiles[at], values);
    grid.paint(at);
  }

  #acknowledged({ ack, op, undone }) {
    if (undone) {
      this.#undone(undone);
      return;
    }
    if (op.kind === "practice" && ack.status === "saved") {
      this.practice.judged(ack.items, op);
      this.view.acknowledged(ack, op);
      return;
    }
    if (ack.batch && op.batch !== ack.batch) this.history.renamed(op.batch, ack.batch);
    if (ack.batch) op.batch = ack.batch;
    if (ack.status === "refused" && !ack.items?.length) this.#refused(op, ack);
    for (const item of ack.items ?? []) this.#settle(item, op);
    if (ack.gone?.length) this.#lost(op, ack);
    const skipped = (ack.items ?? []).filter((item) => item.status === "skipped").length + (ack.skipped ?? 0);
    if (op.items?.length > 1 && ack.status !== "refused" && !(op.of > 1)) this.#tellBulk(op, ack, skipped);
    this.view.acknowledged(ack, op);
  }

  #tellBulk(op, ack, skipped) {
    const saved = ack.saved ?? (ack.items ?? []).filter((item) => item.status === "saved").length;
    const name = op.kind === "label" ? ` to ${this.view.categories().get(op.category).name}` : "";
    const rest = skipped ? `, ${many(skipped, "label")} made by people skipped` : "";
    this.view.toast(`${many(saved, "image")}${name}${rest}.`, ["Undo", () => this.undo(op.batch)]);
  }

  /** Some images of a decision are gone: they look as before, and the words say so. */
  #lost(op, ack) {
    const before = this.history.find(op.batch)?.before ?? [];
    for (const old of before.filter((tile) => ack.gone.includes(tile.id))) {
      this.change(old.id, { ...old, waiting: false });
    }
    this.view.toast(ack.message);
  }

  #refused(op, ack) {
    if (op.kind === "practice") {
      for (const item of op.items) this.change(item.id, { practice: false, done: false, waiting: false });
    }
    const entry = this.history.find(op.batch);
    for (const old of entry?.before ?? []) this.change(old.id, { ...old, waiting: false });
    if (entry) this.history.forget(entry);
    this.view.toast(ack.message || "The server refused this label. Nothing was changed.");
  }

  #settle(item, op) {
    const { grid, queue } = this.view;
    if (item.facet) {
      this.#settleTags(item);
      return;
    }
    if (grid.selected.has(item.id)) grid.selected.set(item.id, item.version);
    if (queue.owns(item.id)) return;
    const truth = {
      category: item.category,
      source: item.source,
      state: item.state,
      actor: item.actor,
      version: item.version,
      waiting: false,
    };
    if (item.proposed !== undefined) truth.proposed = item.proposed;
    if (item.proposed !== undefined && item.category === null) {
      Object.assign(truth, { guess: item.proposed, next: item.next });
    } // after "not this" batch mode goes on with the next likely class
    if (item.versions) Object.assign(truth, { tags: item.tags, versions: item.versions });
    if (item.status === "conflict") {
      truth.conflict = { actor: item.actor, theirs: item.category, kind: op.kind, mine: op.category };
    }
    this.change(item.id, truth);
    if (item.status === "conflict") this.view.conflicted(item, op);
  }

  /** An answer about one open facet: its own version and labels, nothing of the class. */
  #settleTags(item) {
    const tile = this.view.grid.tiles[this.view.grid.indexOf(item.id)];
    if (!tile || this.view.queue.owns(item.id, item.facet)) return;
    this.change(item.id, {
      tags: item.tags,
      versions: { ...tile.versions, [item.facet]: item.version },
      waiting: false,
    });
    if (item.status === "conflict") {
      this.view.toast("Somebody else answered this label first. What they said is shown now.");
    }
  }

  #undone(undone) {
    for (const item of undone.items ?? []) this.#settle({ ...item, status: "saved" }, { kind: "undo" });
    const ids = (undone.items ?? []).map((item) => item.id);
    this.view.toast(told(undone, this.view.categories()), this.view.cameBack?.(ids, undone.undone) ?? null);
    this.view.acknowledged(null, null);
  }
}
