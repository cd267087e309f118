// @ts-check
// Forms of the category tree: a sheet, its fields, and what an operation touches.

/** @import { Previewed } from "./taxonomy.js" */
import { el } from "../../shared/dom.js";
import { sheet } from "../../shared/notices.js";
import { many, t } from "../../shared/page/words.js";

/**
 * A form in a sheet: typing stays in it, Escape closes it. Resolves the returned `close`.
 * @param {HTMLElement} host
 * @param {string} title
 * @param {...Child} content
 */
export function form(host, title, ...content) {
  const body = el("div", { class: "form" }, content);
  body.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") event.stopPropagation();
  });
  return sheet(host, title, body);
}
/**
 * @param {string} label
 * @param {Child} input
 * @param {string | null} [hint]
 */
export const field = (label, input, hint = null) =>
  el(
    "label",
    { class: "entry" },
    el("span", { class: "lab" }, label),
    input,
    hint ? el("span", { class: "sm q" }, hint) : null,
  );
/**
 * @param {string} text
 * @returns {string[]}
 */
export const lines = (text) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
/**
 * What an operation touches, in a sentence.
 * @param {TaxonomyEffect} effect
 * @param {{ misfit?: boolean }} [given]
 */
export function touches(effect, { misfit = false } = {}) {
  const parts = [
    t("{labels} on {images}", { labels: many(effect.labels, "label"), images: many(effect.items, "image") }),
    many(effect.prompts, "prompt"),
  ];
  const heads = effect.heads.length
    ? `${effect.heads.length === 1 ? "head" : "heads"} ${effect.heads.join(", ")}`
    : t("no head");
  const after =
    misfit && effect.heads.length
      ? t(" A head that does not fit any more stops proposing until a new one is trained.")
      : "";
  return t("Affects {parts} and {heads}. No label is lost.{after}", { parts: parts.join(", "), heads, after });
}

/**
 * @param {Previewed} parts
 * @param {() => void} close
 */
export function buttons(parts, close) {
  return el(
    "div",
    { class: "row foot" },
    parts.button,
    el("button", { class: "btn", type: "button", onclick: () => close() }, t("Cancel")),
  );
}
