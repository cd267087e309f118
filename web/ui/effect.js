// What a draft or another version does: accuracy, counts per class, the largest moves with their images.

import { count, el, icon, many } from "./dom.js";
import { chip, nameOf } from "./tiles.js";

/** Accuracy and macro F1, after and by how much. */
export function metricsOf(effect, more = "") {
  if (!effect.accuracy) return el("div", { class: "sm q" }, "Accuracy is shown once people have confirmed some labels.");
  const part = (label, { before, after }, text, unit) => {
    const gain = after - before;
    const sign = Math.abs(gain) < 5e-5 ? "no change" : `${gain > 0 ? "↑" : "↓"} ${unit(Math.abs(gain))}`;
    return el("div", {}, el("div", { class: "sm q" }, label), el("div", { class: "v num" }, text(after)), el("div", { class: "sm num", style: { color: gain > 5e-5 ? "var(--ok)" : gain < -5e-5 ? "var(--bad)" : "var(--ink2)" } }, sign));
  };
  return el("div", { class: "box" }, el("div", { class: "metrics" }, part("Accuracy", effect.accuracy, (v) => `${(100 * v).toFixed(1)} %`, (v) => `${(100 * v).toFixed(1)} points`), effect.macro_f1 ? part("Macro F1", effect.macro_f1, (v) => v.toFixed(3), (v) => v.toFixed(3)) : null),
    el("div", { class: "sm q" }, `Zero-shot, ${many(effect.accuracy.n, effect.accuracy.set === "audit items" ? "audit item" : "human label")}. ${more}`));
}

/** In, out and contested of each class. */
export function effectTable(effect, categories) {
  const rows = effect.counts.map((row) => el("tr", {}, el("td", {}, nameOf(categories.get(row.category))), el("td", { class: "r" }, count(row.in)), el("td", { class: "r" }, count(row.out)), el("td", { class: "r" }, count(row.contested))));
  const th = (text, cls = "") => el("th", { class: cls }, text);
  return el("div", { class: "scroll" }, el("table", { class: "df" }, el("thead", {}, el("tr", {}, th("Class"), th("In", "r"), th("Out", "r"), th("Contested", "r"))), el("tbody", {}, rows)));
}

/** The largest moves, each with its most certain images. */
export function movesOf(effect, categories, api, most = 3) {
  return effect.moves.slice(0, most).map((move) => el("div", { class: "move" }, el("div", { class: "row" }, chip(categories.get(move.from)), icon("arrow_forward", "s"), chip(categories.get(move.to)), el("span", { class: "sp" }), el("b", { class: "num" }, count(move.count))),
    el("div", { class: "moves" }, move.tiles.slice(0, 5).map((tile) => el("img", { src: api.thumb(tile.id), alt: tile.name, title: tile.name })))));
}
