// @ts-check
// The server's answers to decisions: the tiles are put right, and what went otherwise is said.

/** @import { Decisions } from "./decisions.js" */
import { undoWords } from "./history.js";
import { many, t } from "../page/words.js";

export class Answers {
  /** @param {Decisions} decisions */
  constructor(decisions) {
    this.decisions = decisions;
  }

  /** @param {Answered} given */
  take({ ack, op, undone }) {
    if (undone) {
      this.#undone(undone);
      return;
    }
    if (op.kind === "practice" && ack.status === "saved") {
      this.decisions.practice.judged(ack.items, op);
      this.decisions.view.acknowledged(ack, op);
      return;
    }
    if (ack.batch && op.batch !== ack.batch) this.decisions.history.renamed(op.batch, ack.batch);
    if (ack.batch) op.batch = ack.batch;
    if (ack.status === "refused" && !ack.items?.length) this.#refused(op, ack);
    for (const item of ack.items ?? []) this.#settle(item, op);
    if (ack.gone?.length) this.#lost(op, ack);
    /** @param {Ack} ack */
    const skipped = (ack.items ?? []).filter((item) => item.status === "skipped").length + (ack.skipped ?? 0);
    if (op.items?.length > 1 && ack.status !== "refused" && !(op.of > 1)) this.#tellBulk(op, ack, skipped);
    this.decisions.view.acknowledged(ack, op);
  }

  /**
   * @param {Operation} op
   * @param {Ack} ack
   * @param {number} skipped
   */
  #tellBulk(op, ack, skipped) {
    const saved = ack.saved ?? (ack.items ?? []).filter((item) => item.status === "saved").length;
    const name =
      op.kind === "label"
        ? t(" to {name}", { name: this.decisions.view.categories().get(op.category).name })
        : op.kind === "none"
          ? t(", none of these")
          : "";
    const rest = skipped ? t(", {labels} made by people skipped", { labels: many(skipped, "label") }) : "";
    this.decisions.view.toast(`${many(saved, this.decisions.view.noun ?? "image")}${name}${rest}.`, [
      t("Undo"),
      () => this.decisions.undo(op.batch),
    ]);
  }

  /**
   * Some images of a decision are gone: they look as before, and the words say so.
   * @param {Operation} op
   * @param {Ack} ack
   */
  #lost(op, ack) {
    const before = this.decisions.history.find(op.batch)?.before ?? [];
    for (const old of before.filter((tile) => ack.gone.includes(tile.id))) {
      this.decisions.change(old.id, { ...old, waiting: false });
    }
    this.decisions.view.warn(ack.message);
  }

  /**
   * @param {Operation} op
   * @param {Ack} ack
   */
  #refused(op, ack) {
    if (op.kind === "practice") {
      for (const item of op.items) this.decisions.change(item.id, { practice: false, done: false, waiting: false });
    }
    const entry = this.decisions.history.find(op.batch);
    for (const old of entry?.before ?? []) this.decisions.change(old.id, { ...old, waiting: false });
    if (entry) this.decisions.history.forget(entry);
    this.decisions.view.warn(ack.message || t("The server refused this label. Nothing was changed."));
  }

  /**
   * @param {AckItem} item
   * @param {Operation} op
   */
  #settle(item, op) {
    const { grid, queue } = this.decisions.view;
    if (item.facet) {
      this.#settleTags(item, op);
      return;
    }
    if (grid.selected.has(item.id)) grid.selected.set(item.id, item.version);
    if (queue.owns(item.id)) return;
    /** @type {Partial<Tile>} */
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
    const own = item.versions?.[this.decisions.view.facet?.() ?? -1]; // of the facet that this page asks about
    if (own !== undefined) truth.version = own;
    if (item.status === "conflict") {
      truth.conflict = { actor: item.actor, theirs: item.category, kind: op.kind, mine: op.category };
    }
    this.decisions.change(item.id, truth);
    if (item.status === "conflict") this.decisions.view.conflicted(item, op);
  }

  /**
   * An answer about one open facet: its own version and labels, nothing of the class. What the machine says of a whole video at this
   * moment stands nowhere, so no answer speaks of it.
   * @param {AckItem} item
   * @param {Operation} op
   */
  #settleTags(item, op) {
    const tile = this.decisions.view.grid.tiles[this.decisions.view.grid.indexOf(item.id)];
    if (!tile || this.decisions.view.queue.owns(item.id, item.facet)) return;
    const machine = (tile.duration_s === undefined ? [] : (tile.tags ?? [])).filter(
      (tag) => !tag.person && tag.id !== op.category && !item.tags.some((other) => other.id === tag.id),
    );
    this.decisions.change(item.id, {
      tags: [...item.tags, ...machine],
      versions: { ...tile.versions, [item.facet]: item.version },
      waiting: false,
    });
    if (item.status === "conflict") {
      this.decisions.view.warn(t("Somebody else answered this label first. Their answer is shown now."));
    }
  }

  /** @param {Undone} undone */
  #undone(undone) {
    for (const item of undone.items ?? []) this.#settle({ ...item, status: "saved" }, { kind: "undo" });
    /** @param {Undone} undone */
    const ids = (undone.items ?? []).map((item) => item.id);
    this.decisions.view.toast(
      undoWords(undone, this.decisions.view.categories()),
      this.decisions.view.cameBack?.(ids, undone.undone) ?? null,
    );
    this.decisions.view.acknowledged(null, null);
  }
}
