// The stop meter: about how many labels that nobody has looked at are wrong, with its interval.

import { count, el, fill } from "./dom.js";

const FEW = 20; // audit items below which there is no estimate worth showing

/** Paints the meter into a node; `remaining` is the answer of `/recent`. */
export function paintMeter(node, remaining) {
  if (!remaining || !remaining.items || !remaining.unseen) { fill(node); return; }
  const known = remaining.audited >= FEW;
  const span = Math.max(remaining.high, 1);
  const at = (value) => `${(100 * Math.min(value, span)) / span}%`;
  const bar = el("div", { class: "meterbar", "aria-hidden": "true" },
    el("i", { class: "range", style: `left:${at(remaining.low)};right:calc(100% - ${at(remaining.high)})` }),
    el("i", { class: "mark", style: `left:${at(remaining.estimate)}` }));
  fill(node, el("div", { class: "meter" },
    el("h3", {}, "Errors left"),
    known ? el("div", { class: "big" }, `about ${count(remaining.estimate)}`) : el("div", { class: "q sm" }, `${count(remaining.audited)} of ${FEW} audit items verified`),
    known ? el("div", { class: "q sm" }, `${count(remaining.low)} to ${count(remaining.high)} of ${count(remaining.unseen)} (95 %)`) : null,
    known ? bar : null,
    el("div", { class: "q sm" }, remaining.advice),
    remaining.pending ? el("div", { class: "q sm" }, `${count(remaining.pending)} audit ${remaining.pending === 1 ? "item waits" : "items wait"} to be confirmed: they come first in Next batch.`) : null));
}
