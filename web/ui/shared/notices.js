// @ts-check
// The Saved badge, toasts, warnings, menus and sheets: what stands over the work for a moment.

import { el, fill, icon, isComposing } from "./dom.js";
import { many, t } from "./page/words.js";

/** @typedef {[symbol: string, text: string, run: () => void]} MenuEntry */
/** @typedef {(() => void) & { box: HTMLElement, wide(): Close }} Close closes a sheet; `box` is what it closes */

const MARGIN_PX = 28; // left of a work area

/** @type {Record<string, [cls: string, symbol: string, word: string]>} */
const WORDS = {
  saved: ["ok", "cloud_done", t("Saved")],
  saving: ["", "cloud_upload", t("Saving")],
  offline: ["warn", "cloud_off", t("Offline")],
  aside: ["warn", "error", t("Not saved")],
};

/**
 * A badge that follows the queue. While offline it says how many labels wait.
 * @param {Queue} queue
 */
export function savedBadge(queue) {
  const badge = el("span", { class: "badge ok", role: "status" });
  const paint = () => {
    const [cls, symbol, word] = WORDS[queue.state];
    badge.className = `badge ${cls}`;
    badge.dataset.state = queue.state;
    const waits = /** @type {Record<string, string>} */ ({
      offline: t("wait, sending when the server is back"),
      aside: t("kept here, sent again when this page is opened again"),
    })[queue.state];
    const text = waits ? `${word}. ${many(queue.waiting, "label")} ${waits}` : word;
    fill(badge, icon(symbol, "s"), text);
  };
  queue.addEventListener("change", paint);
  paint();
  return Object.assign(badge, { stop: () => queue.removeEventListener("change", paint) });
}

/**
 * The corner of `host` where notices stand one above the other.
 * @param {HTMLElement} host
 */
function corner(host) {
  const standing = host.querySelector(":scope > .notices");
  if (standing) return standing;
  const node = el("div", { class: "notices", role: "status" });
  host.append(node);
  return node;
}

/**
 * What was just done, at the lower right of `host`. The next toast takes its place; `action` is [label, run].
 * @param {HTMLElement} host
 * @param {string} text
 * @param {ToastAction} [action]
 * @param {number} [ms]
 */
export function toast(host, text, action = null, ms = 6000) {
  const stack = corner(host);
  stack.querySelector(".toast:not(.warning)")?.remove();
  const node = el("div", { class: "toast" }, el("span", {}, text));
  if (action) {
    node.append(
      el(
        "button",
        {
          onclick: () => {
            node.remove();
            action[1]();
          },
        },
        action[0],
      ),
    );
  }
  stack.append(node);
  setTimeout(() => node.remove(), ms);
}

/**
 * What went otherwise than a person decided. It stays until it is closed, and no toast takes its place; of more than three
 * the oldest goes.
 * @param {HTMLElement} host
 * @param {string} text
 */
export function warn(host, text) {
  const stack = corner(host);
  const standing = [...stack.querySelectorAll(".warning")];
  standing.filter((other) => other.firstChild?.textContent === text).forEach((other) => other.remove());
  stack.querySelectorAll(".warning").forEach((other, k, all) => k < all.length - 2 && other.remove());
  const close = el(
    "button",
    { class: "close", type: "button", "aria-label": t("Close this notice"), onclick: () => node.remove() },
    icon("close", "s"),
  );
  const node = el("div", { class: "toast warning" }, el("span", {}, text), close);
  stack.prepend(node);
}

/**
 * Both kinds of notice on a page whose node comes later.
 * @param {() => HTMLElement} host
 * @returns {Pick<DecisionView, "toast" | "warn">}
 */
export const noticesOf = (host) => ({
  toast: (text, action) => toast(host(), text, action),
  warn: (text) => warn(host(), text),
});

/**
 * Undo for the mouse, on every page that has a history.
 * @param {() => void} run
 */
export const undoButton = (run) =>
  el(
    "button",
    {
      class: "btn s undobutton",
      type: "button",
      title: t("Undo what was decided last (Ctrl+Z)"),
      "aria-label": t("Undo last decision"),
      onclick: run,
    },
    icon("undo", "s"),
  );

/**
 * A menu under `anchor`; entries are `[symbol, text, run]`. It goes by a choice, by Escape and by a press elsewhere.
 * @param {HTMLElement} anchor
 * @param {string} label
 * @param {MenuEntry[]} entries
 */
export function menu(anchor, label, entries) {
  const close = () => {
    box.remove();
    window.removeEventListener("pointerdown", away, true);
  };
  const away = (/** @type {PointerEvent} */ event) => {
    if (!event.composedPath().includes(box)) close();
  };
  const entry = (/** @type {MenuEntry} */ [symbol, text, run]) =>
    el(
      "button",
      {
        class: "opt plain",
        type: "button",
        role: "menuitem",
        onclick: () => {
          close();
          run();
        },
      },
      icon(symbol, "s"),
      text,
    );
  const box = el("div", { class: "pop menu", role: "menu", "aria-label": label }, entries.map(entry));
  anchor.append(box);
  box.onkeydown = (event) => {
    if (event.key === "Escape") close();
  };
  setTimeout(() => window.addEventListener("pointerdown", away, true));
  box.querySelector("button").focus();
}

/**
 * A sheet in the middle that Esc, `?` or a click beside it closes.
 * @param {HTMLElement} host
 * @param {string} title
 * @param {...Child} content
 * @returns {Close}
 */
export function sheet(host, title, ...content) {
  const veil = el("div", { class: "veil", tabIndex: -1 });
  veil.style.left = `${Math.max(0, host.getBoundingClientRect().left - MARGIN_PX)}px`; // the sidebar would stand over it
  const close = () => {
    veil.remove();
    window.removeEventListener("keydown", escape, true);
  };
  const escape = (/** @type {KeyboardEvent} */ event) => {
    // also where a repaint took the focus away
    if (event.key !== "Escape" || isComposing(event) || [...host.querySelectorAll(".veil")].at(-1) !== veil) return;
    event.stopImmediatePropagation();
    close();
  };
  window.addEventListener("keydown", escape, true);
  const box = el(
    "div",
    { class: "sheet", role: "dialog", tabIndex: 0, "aria-label": title },
    el("h2", {}, title),
    ...content,
  );
  veil.append(box);
  veil.onclick = (event) => {
    if (event.target === veil) close();
  };
  veil.onkeydown = (event) => {
    event.stopPropagation();
    if (["?", "Enter"].includes(event.key) && !isComposing(event)) close();
  };
  host.append(veil);
  box.focus(); // so that arrows scroll what does not fit
  const closing = Object.assign(close, {
    box,
    /** @returns {Close} */
    wide() {
      box.classList.add("wide");
      return closing;
    },
  });
  return closing;
}
