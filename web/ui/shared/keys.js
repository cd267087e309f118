// @ts-check
// The keyboard of the grid. Keys that are ours never reach Streamlit, whose own `r` and `c` would fire otherwise.

import { el, isComposing, isTyping, key } from "./dom.js";
import { isOfListbox } from "./page/listbox.js";
import { sheet } from "./notices.js";
import { t } from "./page/words.js";

/** @typedef {[name: string, ...args: (number | boolean)[]]} Asked an action and its arguments */

/** @type {[caps: string[], what: string][]} */
const SHEET = [
  [["1", "…", "9", "0"], t("assign a class")],
  [["Shift", "1", "…"], t("classes 11 to 20, or fix the neighbours")],
  [["/"], t("any class, by typing")],
  [["a"], t("accept the proposed label")],
  [["x"], t("not this: propose the next")],
  [["o"], t("none of these classes")],
  [["u"], t("unsure, with a reason")],
  [["Space"], t("skip")],
  [["Backspace"], t("undo")],
  [["Ctrl", "Z"], t("undo")],
  [["←", "↑", "↓", "→"], t("move")],
  [["Shift", "→"], t("extend the selection")],
  [["Ctrl", "A"], t("all that matches the filter")],
  [["Ctrl", "K"], t("search")],
  [["Enter"], t("enlarge; next page when all is done; in batch mode accept what you have seen")],
  [["Esc"], t("clear the selection")],
  [["n"], t("neighbours: arrows change the reach")],
  [["f"], t("fix the neighbours in reach")],
  [["g"], t("guidelines of the classes")],
  [["b"], t("batch mode on or off")],
  [["v"], t("saved views")],
  [["PgDn"], t("next page")],
  [["PgUp"], t("previous page")],
  [["+"], t("larger tiles")],
  [["-"], t("smaller tiles")],
  [["?"], t("this sheet")],
];

/**
 * Show every key.
 * @param {HTMLElement} host
 */
export const cheatSheet = (host) =>
  sheet(
    host,
    t("Keys"),
    el(
      "div",
      { class: "keys" },
      SHEET.map(([caps, what]) =>
        el(
          "div",
          {},
          caps.map((cap) => (cap === "…" ? "…" : key(cap))),
          what,
        ),
      ),
    ),
  );

const PLACES = /^Digit(\d)$/;
const OTHER_SCRIPT = /^(?!\p{Script=Latin})\p{L}$/u;

/**
 * What a letter key means: its letter, or on a layout of another script (Cyrillic, Greek, Hebrew) the letter at its place.
 * @param {KeyboardEvent} event
 */
function letter(event) {
  const place = /^Key([A-Z])$/.exec(event.code);
  return (place && OTHER_SCRIPT.test(event.key) ? place[1] : event.key).toLowerCase();
}

/**
 * The digit that an event means: 1 to 9, 10 for 0; null for any other. A digit is what the key gives. Its place counts where the
 * layout's row gives something else: without Shift on AZERTY or Czech, with Shift everywhere. The number pad has no such place:
 * with NumLock off its keys are Home, End and arrows.
 * @param {KeyboardEvent} event
 */
function digit(event) {
  const figure = /^\d$/.test(event.key) ? event.key : PLACES.exec(event.code)?.[1];
  return figure === undefined ? null : Number(figure) || 10;
}

/** @type {Record<string, [dx: number, dy: number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** @type {Record<string, Asked>} */
const PLAYER = { j: ["speed", -1], k: ["pause"], l: ["speed", 1], "[": ["segmentStep", -1], "]": ["segmentStep", 1] };
/** @type {Record<string, string>} */
const PLAIN = {
  "/": "pick",
  a: "accept",
  x: "reject",
  o: "none",
  u: "unsure",
  " ": "skip",
  backspace: "undo",
  enter: "enter",
  escape: "escape",
  n: "neighbours",
  f: "fix",
  g: "guidelines",
  b: "batch",
  v: "views",
  "+": "larger",
  "=": "larger",
  "-": "smaller",
  "?": "help",
  pagedown: "nextPage",
  pageup: "previousPage",
  r: "nothing",
  c: "nothing",
  s: "split",
  m: "merge",
};

/** @type {Record<string, Asked>} */
const CONTROL = { z: ["undo"], a: ["selectAll"], k: ["search"] };

/** What goes on while a key is held down; a decision is one press. */
const HELD = new Set(["move", "larger", "smaller", "speed", "segmentStep"]);

/**
 * Name of the action that an event asks for, with its argument; null when it is none of ours.
 * @param {KeyboardEvent} event
 * @returns {Asked | null}
 */
export function action(event) {
  if (isComposing(event) || event.altKey || event.getModifierState("AltGraph")) return null;
  const name = letter(event);
  if (event.ctrlKey || event.metaKey) return event.shiftKey ? null : (CONTROL[name] ?? null);
  if (ARROWS[event.key]) return ["move", ...ARROWS[event.key], event.shiftKey];
  if (/^\d$/.test(event.key)) return ["digit", digit(event)];
  // On the row of digits, without Shift, AZERTY and Czech have signs of ours: "-" and "+" there are the digits 6 and 1.
  const row = PLACES.test(event.code) && !event.shiftKey && name !== "/";
  if (!row && PLAYER[name]) return PLAYER[name];
  if (!row && PLAIN[name]) return [PLAIN[name]];
  return digit(event) === null ? null : [event.shiftKey ? "shiftDigit" : "digit", digit(event)];
}

/**
 * Whether an element answers a key itself: its `data-keys` names those that it does.
 * @param {EventTarget | undefined} target
 * @param {KeyboardEvent} event
 */
const isOwnKey = (target, event) =>
  target instanceof HTMLElement &&
  !(event.ctrlKey || event.metaKey || event.altKey) &&
  (target.dataset.keys ?? "").split(" ").includes(event.key);

/** A link that led here keeps the focus, and would take Enter and Space for itself. */
function leaveLink() {
  if (document.activeElement instanceof HTMLAnchorElement) document.activeElement.blur();
}

/**
 * Listen until the returned function is called. `actions` has a method for each name; `host` is our element.
 * @param {HTMLElement} host
 * @param {Record<string, (...args: any[]) => unknown>} actions
 */
export function listen(host, actions) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (
      !host.isConnected ||
      isTyping(event) ||
      document.querySelector('[role="dialog"][aria-modal="true"]') ||
      host.querySelector(".veil")
    ) {
      return;
    }
    const target = event.composedPath()[0];
    if (isOfListbox(target, event.key) || isOwnKey(target, event)) return;
    if (
      target instanceof Element &&
      target.matches("button, a, input") &&
      ["Enter", " "].includes(event.key) &&
      !isComposing(event)
    ) {
      return;
    }
    if (target instanceof Element && target.matches("input[type=range]") && event.key.startsWith("Arrow")) return;
    const asked = action(event);
    if (!asked || !actions[asked[0]]) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!event.repeat || HELD.has(asked[0])) actions[asked[0]](...asked.slice(1));
  };
  const onPress = () => setTimeout(leaveLink); // once the click has done what it does
  leaveLink();
  window.addEventListener("keydown", onKey, true);
  window.addEventListener("click", onPress, true);
  return () => {
    window.removeEventListener("keydown", onKey, true);
    window.removeEventListener("click", onPress, true);
  };
}

/**
 * A button that was pressed by the pointer gives the keys back to the page, unless a sheet is open.
 * @param {HTMLElement} node
 */
export function releaseButtons(node) {
  node.addEventListener("pointerup", (event) => {
    const button = event.composedPath().find((part) => part instanceof HTMLButtonElement);
    if (button && !node.querySelector(".veil")) setTimeout(() => button.blur());
  });
}
