// @ts-check
// Whether the server can be reached: one word for the whole tab. Suspicion comes from a request that failed or from Streamlit's own
// connection; a question settles it, asked again until there is an answer. A connection that was cut because the session has ended
// leads to the sign-in page, and what waits in the browser is sent after it; where a role changed the page is loaded anew.

import { t } from "../shared/page/words.js";

const [ASK_MS, PATIENCE_MS] = [1000, 4000];
const APP = "[data-test-connection-state]";

/** A request that never arrived. Its message is for the person at the screen. */
export class Unreachable extends TypeError {
  constructor() {
    super(t("The server cannot be reached. Nothing was changed; the page retries by itself."));
  }
}

class Reach extends EventTarget {
  away = false;
  stamp = ""; // whom the page was drawn for, and what they may do

  constructor() {
    super();
    addEventListener("online", () => this.suspect());
    addEventListener("offline", () => this.suspect());
    this.watched = new MutationObserver(() => {
      if (this.state !== "CONNECTED") this.suspect();
    });
    this.#watch();
  }

  get state() {
    return document.querySelector(APP)?.getAttribute("data-test-connection-state") ?? "CONNECTED";
  }

  #watch() {
    const app = document.querySelector(APP);
    if (app) this.watched.observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });
    else setTimeout(() => this.#watch(), ASK_MS);
  }

  /** Something failed: ask, and go on asking while there is no answer. */
  suspect() {
    this.asking ??= this.#ask().finally(() => {
      this.asking = null;
    });
  }

  async #ask() {
    while (!(await this.#answers())) {
      this.#is(true);
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    }
    this.#is(false);
    await this.#signedIn();
  }

  async #signedIn() {
    try {
      const answer = await fetch(new URL("/api/person", document.baseURI), { cache: "no-store" });
      const back = encodeURIComponent(location.pathname + location.search);
      if (answer.status === 401) location.assign(`/signin?next=${back}`);
      else if (answer.ok && (await answer.json()).stamp !== this.stamp) location.reload();
    } catch {
      this.suspect(); // it went away once more
    }
  }

  async #answers() {
    try {
      return (
        await fetch(new URL("/_stcore/health", document.baseURI), {
          cache: "no-store",
          signal: AbortSignal.timeout(PATIENCE_MS),
        })
      ).ok;
    } catch {
      return false;
    }
  }

  /** @param {boolean} away */
  #is(away) {
    if (away === this.away) return;
    this.away = away;
    this.dispatchEvent(new Event("change"));
    if (!away) this.dispatchEvent(new Event("back"));
  }
}

export const reach = new Reach();
