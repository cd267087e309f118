// @ts-check
// Where decisions wait in the browser: one place a tab and workspace in localStorage, which outlives the page.

import { uuid } from "./api.js";

/** A tab that has not kept its decisions for so long is gone; another one sends them. */
export const ALIVE_MS = 4000;

function tabId() {
  const known = sessionStorage.getItem("sceneloop.tab");
  if (known) return known;
  const fresh = uuid();
  sessionStorage.setItem("sceneloop.tab", fresh);
  return fresh;
}

export class QueueStorage {
  /** @param {Api} api */
  constructor(api) {
    this.born = api.born;
    this.prefix = `sceneloop.queue.${api.workspace}.`;
    this.slot = this.prefix + tabId();
    this.outdated = 0; // decisions that waited for the workspace as it was before it was built anew: they are left out
    this.unkept = false; // whether what waits is too large for the browser to keep
  }

  /** @param {Operation[]} entries */
  keep(entries) {
    this.unkept = false;
    if (entries.length === 0) {
      localStorage.removeItem(this.slot);
      return;
    }
    try {
      localStorage.setItem(this.slot, JSON.stringify({ at: Date.now(), born: this.born, entries }));
    } catch (error) {
      // a decision about some hundred thousand images is larger than the browser keeps: it waits in memory alone
      if (error.name !== "QuotaExceededError") throw error;
      this.unkept = true;
    }
  }

  /**
   * What this tab, or a tab that is gone, had left. A resend is harmless, a loss is not.
   * @returns {Operation[]}
   */
  restore() {
    const taken = [];
    for (const name of Object.keys(localStorage).filter((key) => key.startsWith(this.prefix))) {
      const kept = JSON.parse(localStorage.getItem(name));
      if (name !== this.slot && Date.now() - kept.at < ALIVE_MS) continue;
      if (kept.born !== undefined && kept.born !== this.born) {
        // ids mean nothing in a workspace that was built anew
        this.outdated += kept.entries.length;
        localStorage.removeItem(name);
        continue;
      }
      taken.push(...kept.entries);
      if (name !== this.slot) localStorage.removeItem(name);
    }
    for (const entry of taken) {
      delete entry.aside;
      delete entry.tries;
    }
    if (taken.length) {
      localStorage.setItem(this.slot, JSON.stringify({ at: Date.now(), born: this.born, entries: taken }));
    }
    return taken;
  }
}
