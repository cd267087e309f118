// @ts-check
// One history of what a person decided in a workspace, for all pages of this tab: the newest is taken back first, each once.

import { many, t } from "../page/words.js";

/** @typedef {{ batch: string, before: Tile[] }} Entry what was decided in this tab, and the tiles as they were */
/** @typedef {{ queue: Queue, categories(): Categories, say(text: string, action?: ToastAction): void, take(entry: Entry): void }} Undoing */

/** @type {Map<string, History>} */
const histories = new Map();
const [STACK, REMEMBERED] = [200, 1000];
/** @type {Record<string, string>} */
const STATES = { unsure: t("unsure"), no_class: t("none of these") };

/**
 * What a batch did, as in "12 images, nature"; `change` is the server's description of it.
 * @param {BatchSummary} change
 * @param {Categories} categories
 */
export function did(change, categories) {
  if (!change.images) return change.note || t("a change of the categories");
  const name = change.category === null ? t("several classes") : categories.get(change.category).name;
  const what =
    change.value === null
      ? t("several answers")
      : ({ no: t("not {name}", { name }), unsure: t("unsure"), none: t("none of these"), clear: t("no label") }[
          change.value
        ] ?? name);
  return `${change.kind === "segments" ? t("a segment's {labels}", { labels: many(change.images, "label") }) : many(change.images, change.of_videos ? "video" : "image")}, ${what}`;
}

/**
 * What stands now for the images that came back, in a word.
 * @param {AckItem[]} items
 * @param {Categories} categories
 */
function standing(items, categories) {
  const names = new Set(items.map((item) => STATES[item.state] ?? categories.of(item).name));
  return names.size === 1 ? [...names][0] : t("several classes");
}

/**
 * What an undo left, because somebody changed it later.
 * @param {number} n
 * @param {boolean} ofVideos
 */
function stays(n, ofVideos) {
  if (ofVideos) {
    return n === 1 ? t(" 1 video changed again later stays.") : t(" {n} videos changed again later stay.", { n });
  }
  return n === 1 ? t(" 1 image changed again later stays.") : t(" {n} images changed again later stay.", { n });
}

/**
 * What an undo did, as in "Undid: 12 images, nature → document."
 * @param {Undone} undone
 * @param {Categories} categories
 */
export function undoWords(undone, categories) {
  const kept = undone.kept ? stays(undone.kept, undone.undone.of_videos) : "";
  const now = undone.items?.length ? ` → ${standing(undone.items, categories)}` : "";
  return t("Undid: {did}{now}.{kept}", { did: did(undone.undone, categories), now, kept });
}

export class History {
  /** @param {Api} api */
  constructor(api) {
    this.api = api;
    this.entries = /** @type {Entry[]} */ ([]); // {batch, before}: what was decided in this tab, oldest first
    this.taken = /** @type {string[]} */ ([]); // batches that were taken back
    this.after = false; // the last thing done was an undo
    this.offered = /** @type {string | null} */ (null);
  }

  /**
   * @param {string} batch
   * @param {Tile[]} [before]
   */
  push(batch, before = []) {
    if (!batch) return;
    this.entries.push({ batch, before });
    if (this.entries.length > STACK) this.entries.shift();
    this.after = false;
    this.offered = null;
  }

  /** @param {string} batch */
  find(batch) {
    return this.entries.find((entry) => entry.batch === batch);
  }

  /** @param {Entry} entry */
  forget(entry) {
    this.entries = this.entries.filter((other) => other !== entry);
  }

  /**
   * The server knows a batch by another id.
   * @param {string} ours
   * @param {string} theirs
   */
  renamed(ours, theirs) {
    const entry = this.find(ours);
    if (entry) entry.batch = theirs;
    if (this.taken.includes(ours)) this.taken.push(theirs);
  }

  /**
   * Take a batch back, or the newest; each goes once. After an undo a further one says first what it would take back, and does it
   * when it is asked again. `on`: queue, categories(), say(text, action), take(entry) to paint what comes back.
   * @param {string} batch
   * @param {Undoing} on
   */
  async undo(batch, on) {
    if (batch) {
      if (this.taken.includes(batch)) on.say(t("Already undone."));
      else this.#take(batch, on);
      return;
    }
    const top = this.entries.at(-1);
    if (top && !this.after) {
      this.#take(top.batch, on);
      return;
    }
    if (this.asking || on.queue.entries.some((entry) => entry.kind === "undo")) return; // the last undo is on its way: nothing is known of the next
    this.asking = true;
    try {
      const { next } = await this.api.post("undo", { preview: true });
      if (!next) {
        on.say(this.after ? t("Nothing left to undo.") : t("You have no decision to undo."));
      } else if (!this.after || this.offered === next.batch) this.#take(next.batch, on);
      else {
        this.offered = next.batch;
        on.say(t("The next undo takes back: {did}. Press again to do it.", { did: did(next, on.categories()) }), [
          t("Undo it"),
          () => this.undo(next.batch, on),
        ]);
      }
    } catch (error) {
      on.say(error.message);
    } finally {
      this.asking = false;
    }
  }

  /**
   * @param {string} batch
   * @param {Undoing} on
   */
  #take(batch, on) {
    const entry = this.find(batch) ?? { batch, before: [] };
    this.forget(entry);
    this.taken.push(batch);
    if (this.taken.length > REMEMBERED) this.taken.shift();
    this.after = true;
    this.offered = null;
    on.queue.undo(batch);
    on.take(entry);
  }
}

/**
 * The one history of a workspace in this tab.
 * @param {Api} api
 */
export function historyOf(api) {
  const name = `${api.workspace} ${api.born}`;
  if (!histories.has(name)) histories.set(name, new History(api));
  return histories.get(name);
}
