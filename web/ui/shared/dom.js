// @ts-check
// Small builders for elements. Text always goes through textContent, never through markup.

import { t } from "./page/words.js";

/**
 * Element with properties, then children (nodes, strings, null). `class`, `style` (object), `on*` and `data-*` are understood.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown>} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  const fields = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (node));
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = String(value);
    else if (name === "style") for (const [key, v] of Object.entries(value)) node.style.setProperty(key, v);
    else if (name.startsWith("on")) fields[name.toLowerCase()] = value;
    else if (name in node && !name.includes("-")) fields[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...given(children));
  return node;
}

/**
 * Children as they may be written, lists among them, without those left out.
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
const given = (children) =>
  /** @type {(Node | string)[]} */ (
    children.flat().filter((child) => child !== null && child !== undefined && child !== false)
  );

/**
 * A Material symbol by its ligature name.
 * @param {string} name
 * @param {string} [cls]
 */
export const icon = (name, cls = "") => el("span", { class: `i ${cls}`, "aria-hidden": "true" }, name || "label");

/**
 * A key cap.
 * @param {string} text
 */
export const key = (text) => el("span", { class: "k" }, text);

/**
 * Replace the children of a node. One that stays is not taken out meanwhile: a field in it keeps the focus and what is being typed.
 * @param {Element} node
 * @param {...Child} children
 * @returns {Element}
 */
export function fill(node, ...children) {
  const wanted = given(children).map((child) => (child instanceof Node ? child : document.createTextNode(child)));
  const staying = new Set(wanted);
  for (const child of [...node.childNodes]) if (!staying.has(child)) child.remove();
  wanted.forEach((child, at) => {
    if (node.childNodes[at] !== child) node.insertBefore(child, node.childNodes[at] ?? null);
  });
  return node;
}

/**
 * Replace the children of a list that is built anew. What has the focus in it hands it to its like, which its first class and its
 * `data-id` name.
 * @param {HTMLElement} node
 * @param {...Child} children
 */
export function refill(node, ...children) {
  const held = /** @type {Document | ShadowRoot} */ (node.getRootNode()).activeElement;
  const inside = held instanceof HTMLElement && node.contains(held) && held.dataset.id;
  fill(node, ...children);
  if (inside) {
    /** @type {HTMLElement | null} */ (
      node.querySelector(`.${held.classList[0]}[data-id="${held.dataset.id}"]`)
    )?.focus({ preventScroll: true });
  }
}

const RELEASED_MS = 1000;
let release = /** @type {Promise<unknown>} */ (Promise.resolve());
let done = /** @type {(value?: unknown) => void} */ (() => {});
addEventListener(
  "pointerdown",
  (event) => {
    const pressed = event.composedPath()[0];
    if (pressed instanceof Element && pressed.closest("button, a")) {
      release = new Promise((resolve) => {
        done = resolve;
        setTimeout(resolve, RELEASED_MS);
      });
    }
  },
  { capture: true },
);
// The click comes after the release, so a turn later.
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(done), { capture: true });

/** When no button is held down. A click is a press and a release on one node: a repaint between the two would swallow it. */
export const released = () => release;

/**
 * A number with so many decimals. What rounds to nothing has no sign: "0.00", never "-0.00".
 * @param {number} value
 * @param {number} digits
 */
export function fixed(value, digits) {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}

/**
 * The same with a plus in front of what is more than nothing.
 * @param {number} value
 * @param {number} digits
 */
export const signed = (value, digits) => `${Number(value.toFixed(digits)) > 0 ? "+" : ""}${fixed(value, digits)}`;

/**
 * 14.2 -> "0:14.2".
 * @param {number} seconds
 */
export function clock(seconds) {
  const tenths = Math.round(seconds * 10);
  const rest = String(((tenths % 600) / 10).toFixed(1)).padStart(4, "0");
  return `${Math.floor(tenths / 600)}:${rest}`;
}

/**
 * How long ago an ISO time was: "now", "8 s", "3 min", "2 h", "4 d".
 * @param {string} iso
 */
export function ago(iso) {
  const s = Math.max(0, (Date.now() - Date.parse(iso)) / 1000);
  if (s < 5) return "now";
  if (s < 60) return `${Math.round(s)} s`;
  if (s < 3600) return t("{n} min", { n: Math.round(s / 60) });
  return s < 86400 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86400)} d`;
}

/**
 * The same as a phrase: "just now", "3 min ago".
 * @param {string} iso
 */
export function since(iso) {
  const span = ago(iso);
  return span === "now" ? t("just now") : t("{span} ago", { span });
}

/**
 * An element that is a text field, or lies in one: keys belong to it.
 * @param {Event} event
 */
export function isTyping(event) {
  const target = event.composedPath()[0];
  if (!(target instanceof Element)) return false;
  if ((target instanceof HTMLElement && target.isContentEditable) || target.matches("textarea, select")) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "range", "button"].includes(target.type);
}

/**
 * Whether a key belongs to an input method: the Enter that ends a composition chooses a word and nothing else.
 * @param {KeyboardEvent} event
 */
export const isComposing = (event) => event.isComposing || event.keyCode === 229 || event.key === "Process";

const sheets = new Map();

/**
 * Adopt our stylesheets in the shadow root that `node` lives in, once they have arrived.
 * @param {Node} node
 * @param {...string} paths
 */
export async function adopt(node, ...paths) {
  const root = /** @type {ShadowRoot} */ (node.getRootNode());
  const ready = await Promise.all(
    paths.map((path) => {
      if (!sheets.has(path)) {
        sheets.set(
          path,
          fetch(path)
            .then((r) => r.text())
            .then((css) => new CSSStyleSheet().replace(css)),
        );
      }
      return sheets.get(path);
    }),
  );
  root.adoptedStyleSheets = [...root.adoptedStyleSheets.filter((sheet) => !ready.includes(sheet)), ...ready];
}

/**
 * Call `run` after `wait` ms without another call; `cancel` forgets the call that waits.
 * @param {(...args: any[]) => void} run
 * @param {number} wait
 * @returns {((...args: any[]) => void) & { cancel: () => void }}
 */
export function debounce(run, wait) {
  let timer = 0;
  const cancel = () => clearTimeout(timer);
  const called = (/** @type {any[]} */ ...args) => {
    cancel();
    timer = setTimeout(() => run(...args), wait);
  };
  return Object.assign(called, { cancel });
}
