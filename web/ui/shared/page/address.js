// @ts-check
// What is on screen stands in the address, so that a reload, Back and a link show it again. It adds nothing to the history: Back
// leaves a page at one press.

const WAIT_MS = 250; // a browser takes only so many changes of the address in a while
const KEPT = new Set(["workspace", "facet"]); // of every page, or Streamlit's own

/** @type {string | null} */
let last = null; // the workspace that this document showed last

/**
 * What the address says under a name.
 * @param {string} name
 */
export const asked = (name) => new URLSearchParams(location.search).get(name);

/**
 * A whole number of the address; null where it says none.
 * @param {string} name
 */
export function askedNumber(name) {
  const text = asked(name);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/** Take out what the address says twice: Streamlit keeps the workspace, and the link that was followed names it too. */
function sayOnce() {
  const url = new URL(location.href);
  const pairs = [...url.searchParams];
  const once = new Map(pairs.map((pair) => [pair.join("="), pair]));
  if (once.size === pairs.length) return;
  url.search = String(new URLSearchParams([...once.values()]));
  history.replaceState(history.state, "", url);
}

/**
 * Let the address say everything once, from now on.
 * @returns {() => void} ends it
 */
export function keepSingle() {
  const { navigation } = /** @type {{ navigation?: EventTarget }} */ (/** @type {unknown} */ (window));
  sayOnce();
  navigation?.addEventListener("currententrychange", sayOnce);
  return () => navigation?.removeEventListener("currententrychange", sayOnce);
}

/** The part of the address that a work area keeps. */
export class Place {
  /** @param {string} workspace what the address says of another workspace means nothing in this one */
  constructor(workspace) {
    this.workspace = workspace;
    this.path = location.pathname;
    this.waiting = /** @type {Record<string, unknown>} */ ({});
    this.timer = 0;
    if (last !== null && last !== workspace && history.state?.place !== workspace) this.#forget();
    last = workspace;
  }

  /**
   * Say something in the address in a moment; null, an empty text or nothing takes it out.
   * @param {Record<string, unknown>} values
   */
  set(values) {
    Object.assign(this.waiting, values);
    this.timer ||= setTimeout(() => this.write(), WAIT_MS);
  }

  /** Say it now. */
  write() {
    this.stop();
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(this.waiting)) {
      if (value === null || value === undefined || value === "") url.searchParams.delete(name);
      else url.searchParams.set(name, String(value));
    }
    this.waiting = {};
    this.#replace(url);
  }

  /** Say nothing more: what was still to be said is of a page that was left. */
  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
  }

  #forget() {
    const url = new URL(location.href);
    for (const name of [...url.searchParams.keys()]) if (!KEPT.has(name)) url.searchParams.delete(name);
    this.#replace(url);
  }

  /** @param {URL} url */
  #replace(url) {
    if (location.pathname !== this.path || url.href === location.href) return;
    history.replaceState({ ...history.state, place: this.workspace }, "", url);
  }
}
