// @ts-check
// Decisions on their way to the server: kept outside the page's elements and in localStorage, sent in order, sent again
// until the server has acknowledged them. A resend carries the same id, so the server counts it once. What is refused is sent again
// in its parts, and what still fails is refused or set aside by itself.

import { ApiError, uuid } from "./api.js";
import { nextLot } from "./queue_lots.js";
import { ALIVE_MS, QueueStorage } from "./queue_storage.js";
import { reach } from "./reachability.js";
import { t } from "../shared/page/words.js";

const BACKOFF_MS = [250, 500, 1000, 2000, 4000]; // before each resend
const TRIES = 3; // a server that answers, but fails on a request, gets it so many times before its parts are sent by themselves
const LATER = new Set([401, 408, 425, 429, 502, 503, 504]); // the same request may succeed later
const KEPT = new Set([403, 404]); // not the decision's fault: the server or the workspace is another one by now
const queues = /** @type {Map<string, Queue>} */ (new Map());

/**
 * Where a version counts: an item in the exclusive facet, or in one of the open ones.
 * @param {number} id
 * @param {number | null} facet
 */
const place = (id, facet) => (facet ? `${id}/${facet}` : String(id));

export class Queue extends EventTarget {
  /** @param {Api} api */
  constructor(api) {
    super();
    this.api = api;
    this.storage = new QueueStorage(api);
    this.entries = this.storage.restore();
    this.known = /** @type {Map<string, number>} */ (new Map());
    this.failures = 0;
    this.busy = false;
    this.beat = setInterval(() => this.entries.length && this.storage.keep(this.entries), ALIVE_MS / 2);
    window.addEventListener("online", () => this.flush());
    reach.addEventListener("back", () => this.flush());
    window.addEventListener("beforeunload", (event) => {
      if (this.storage.unkept) event.preventDefault();
    });
    if (this.entries.length) this.flush();
  }

  /** "saved", "saving", "offline", or "aside" when only what the server fails on is left. */
  get state() {
    if (this.entries.length === 0) return "saved";
    if (this.entries.every((entry) => entry.aside)) return "aside";
    return this.failures > 0 ? "offline" : "saving";
  }

  /** Labels that wait. */
  get waiting() {
    return this.entries.reduce((sum, entry) => sum + (entry.items?.length ?? 1), 0);
  }

  /**
   * Queue one operation; it is persisted before this returns.
   * @param {Operation} op
   */
  push(op) {
    return this.pushAll([op])[0];
  }

  /**
   * Queue operations that travel together and are one batch: one undo takes them back.
   * @param {Operation[]} ops
   * @returns {Operation[]}
   */
  pushAll(ops) {
    const batch = uuid();
    const entries = ops.map(
      (op, at) =>
        /** @type {Operation} */ ({
          id: at ? uuid() : batch,
          batch,
          source: "human",
          category: null,
          reason: null,
          ...op,
          items: op.items.map((item) => ({ ...item, own: this.owns(item.id, op.facet) })),
        }),
    );
    this.#add(...entries);
    return entries;
  }

  /**
   * Queue an undo behind what was decided before it.
   * @param {string} batch
   */
  undo(batch) {
    this.#add({ id: uuid(), kind: "undo", batch });
  }

  /** @param {...Operation} entries */
  #add(...entries) {
    this.entries.push(...entries);
    this.storage.keep(this.entries);
    this.#changed();
    this.flush();
  }

  async flush() {
    const lot = this.busy ? [] : nextLot(this.entries);
    if (lot.length === 0) return;
    this.busy = true;
    clearTimeout(this.timer);
    try {
      const done = lot[0].kind === "undo" ? await this.#sendUndo(lot[0]) : await this.#sendOps(lot);
      this.failures = 0;
      this.entries = this.entries.filter((entry) => !lot.some((sent) => sent.id === entry.id));
      this.storage.keep(this.entries);
      for (const event of done) this.dispatchEvent(new CustomEvent("ack", { detail: event }));
    } catch (error) {
      this.#failed(error, lot);
    } finally {
      this.busy = false;
      this.#changed();
    }
    if (this.failures === 0) this.flush();
  }

  /**
   * @param {Operation[]} lot
   * @returns {Promise<Answered[]>}
   */
  async #sendOps(lot) {
    const ops = lot.map((entry) => ({ ...entry, items: entry.items.map((item) => this.#rebased(item, entry.facet)) }));
    const { acks } = await this.api.post("ops", { ops });
    for (const ack of acks) {
      for (const item of ack.items ?? []) {
        if (item.status === "saved" && item.version !== undefined) {
          this.known.set(place(item.id, item.facet), item.version);
        }
      }
    }
    acks.forEach((ack, at) => this.#renamed(lot[at].batch, ack.batch));
    return acks.map((ack, at) => ({ ack, op: lot[at] }));
  }

  /**
   * The server may know a batch by another id; an undo that waits must speak of that one.
   * @param {string} ours
   * @param {string} theirs
   */
  #renamed(ours, theirs) {
    if (!theirs || ours === theirs) return;
    for (const entry of this.entries) if (entry.kind === "undo" && entry.batch === ours) entry.batch = theirs;
  }

  /**
   * @param {Operation} entry
   * @returns {Promise<Answered[]>}
   */
  async #sendUndo(entry) {
    const undone = await this.api.post("undo", entry.batch ? { batch: entry.batch } : {});
    for (const item of undone.items ?? []) {
      this.known.set(place(item.id, null), item.version);
      for (const [facet, version] of Object.entries(item.versions ?? {})) {
        this.known.set(place(item.id, Number(facet)), version);
      }
    }
    return [{ undone, op: entry }];
  }

  /**
   * A decision of ours that was saved since this one was made moves the version it is based on.
   * @param {{ id: number, version: number | null, own?: boolean }} item
   * @param {number | null} facet
   */
  #rebased(item, facet) {
    const at = place(item.id, facet);
    return { id: item.id, version: item.own && this.known.has(at) ? this.known.get(at) : item.version };
  }

  /**
   * Whether a decision of ours about this item still waits.
   * @param {number} id
   * @param {number | null} [facet]
   */
  owns(id, facet = null) {
    return this.entries.some(
      (entry) => (entry.facet ?? null) === (facet ?? null) && entry.items?.some((item) => item.id === id),
    );
  }

  /**
   * @param {Error} error
   * @param {Operation[]} lot
   */
  #failed(error, lot) {
    const answered = error instanceof ApiError && !LATER.has(error.status);
    for (const entry of lot) entry.tries = answered ? (entry.tries ?? 0) + 1 : 0;
    if (!answered || (error.status >= 500 && lot[0].tries < TRIES)) {
      this.#again();
      return;
    }
    this.failures = 0;
    const alone = lot.some((entry) => entry.batch !== lot[0].batch) ? "batch" : "op";
    if (KEPT.has(error.status)) for (const entry of lot) this.#setAside(entry, error.message);
    else if (lot.length > 1) for (const entry of lot) Object.assign(entry, { alone, tries: 0 });
    else if (error.status < 500) this.#refused(lot[0], error.message);
    else this.#setAside(lot[0], t("The server failed on a decision."), t("; what came after it is saved"));
    this.storage.keep(this.entries);
  }

  #again() {
    const wait = BACKOFF_MS[Math.min(this.failures, BACKOFF_MS.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => this.flush(), wait);
  }

  /**
   * @param {Operation} op
   * @param {string} message
   */
  #refused(op, message) {
    this.entries = this.entries.filter((entry) => entry !== op);
    this.dispatchEvent(
      new CustomEvent("ack", { detail: { op, ack: { id: op.id, status: "refused", items: [], message } } }),
    );
  }

  /**
   * The server does not take this one now: it is kept and sent again when the page is opened again, and holds up no other.
   * @param {Operation} op
   * @param {string} why
   * @param {string} [others]
   */
  #setAside(op, why, others = "") {
    op.aside = true;
    this.dispatchEvent(new CustomEvent("aside", { detail: { op, why, others } }));
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** Every queue of this tab. */
export const allQueues = () => [...queues.values()];

/**
 * The one queue of a workspace in this tab.
 * @param {Api} api
 */
export function queueOf(api) {
  if (!queues.has(api.workspace)) queues.set(api.workspace, new Queue(api));
  return queues.get(api.workspace);
}
