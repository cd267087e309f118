// The keyboard of the grid. Keys that are ours never reach Streamlit, whose own `r` and `c` would fire otherwise.

import { el, isTyping, key } from "./dom.js";
import { sheet } from "./notices.js";

const SHEET = [
  [["1", "…", "9", "0"], "assign a class"], [["Shift", "1", "…"], "classes 11 to 20, or fix the neighbours"], [["/"], "any class, by typing"],
  [["a"], "accept the proposed label"], [["x"], "not this: propose the next"], [["u"], "unsure, with a reason"], [["Space"], "skip"],
  [["Backspace"], "undo"], [["Ctrl", "Z"], "undo"], [["←", "↑", "↓", "→"], "move"], [["Shift", "→"], "extend the selection"], [["Ctrl", "A"], "all that matches the filter"],
  [["Enter"], "open; next page when all is done; accept what batch mode shows"], [["Esc"], "clear the selection"], [["n"], "neighbours: arrows change the reach"], [["f"], "fix the neighbours in reach"], [["g"], "guidelines of the classes"], [["b"], "batch mode on or off"], [["v"], "saved views"],
  [["PgDn"], "next page"], [["PgUp"], "previous page"], [["+"], "larger tiles"], [["-"], "smaller tiles"], [["?"], "this sheet"],
];

/** Show every key. */
export const cheatSheet = (host) => sheet(host, "Keys", el("div", { class: "keys" }, SHEET.map(([caps, what]) => el("div", {}, caps.map((cap) => (cap === "…" ? "…" : key(cap))), what))));

/** The digit of an event's physical key: 1 to 9, 10 for 0; null for any other key. */
function digit(event) {
  const found = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  return found ? Number(found[1]) || 10 : null;
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Name of the action that an event asks for, with its argument; null when it is none of ours. */
export function action(event) {
  const command = event.ctrlKey || event.metaKey;
  const name = event.key.toLowerCase();
  if (command) return { z: ["undo"], a: ["selectAll"] }[name] ?? null;
  if (event.altKey) return null;
  if (ARROWS[event.key]) return ["move", ...ARROWS[event.key], event.shiftKey];
  if (digit(event) !== null) return event.shiftKey ? ["shiftDigit", digit(event)] : ["digit", digit(event)];
  const player = { j: ["speed", -1], k: ["pause"], l: ["speed", 1], "[": ["segmentStep", -1], "]": ["segmentStep", 1] };
  if (player[name]) return player[name];
  const plain = { "/": "pick", a: "accept", x: "reject", u: "unsure", " ": "skip", backspace: "undo", enter: "enter", escape: "escape", n: "neighbours", f: "fix", g: "guidelines", b: "batch", v: "views",
    "+": "larger", "=": "larger", "-": "smaller", "?": "help", pagedown: "nextPage", pageup: "previousPage", r: "nothing", c: "nothing", s: "split", m: "merge" };
  return plain[name] ? [plain[name]] : null;
}

/** Listen until the returned function is called. `actions` has a method for each name; `host` is our element. */
export function listen(host, actions) {
  const onKey = (event) => {
    if (!host.isConnected || isTyping(event) || document.querySelector('[role="dialog"][aria-modal="true"]') || host.querySelector(".veil")) return;
    const target = event.composedPath()[0];
    if (target instanceof Element && target.matches("button, a, input") && ["Enter", " "].includes(event.key)) return;
    if (target instanceof Element && target.matches("input[type=range]") && event.key.startsWith("Arrow")) return;
    const asked = action(event);
    if (!asked || !actions[asked[0]]) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    actions[asked[0]](...asked.slice(1));
  };
  window.addEventListener("keydown", onKey, true);
  return () => window.removeEventListener("keydown", onKey, true);
}
