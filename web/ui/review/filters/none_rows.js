// @ts-check
// Below the classes: what people called none of them, and what the lane for those holds back.

/** @import { Filters } from "./filters.js" */
import { el } from "../../shared/dom.js";
import { NONE_OF_THESE } from "../../shared/page/categories.js";
import { nameOf } from "../../shared/tiles.js";
import { count, t } from "../../shared/page/words.js";

const HELD_HINT = t("Images held back from every class by the background prompts, decided or not");

/**
 * A click on a row shows it alone; *Label by* then tells what people said of what is held back from what nobody has looked at.
 * @param {Filters} filters
 * @param {number} noClass how many are none of the classes
 */
export function noneRows(filters, noClass) {
  const row = (
    /** @type {Category} */ shown,
    /** @type {string} */ name,
    /** @type {string} */ title,
    /** @type {Record<string, string>} */ query,
  ) =>
    el(
      "button",
      { class: `row class ${name}`, type: "button", title, onclick: () => filters.open(query) },
      nameOf(shown),
      el("span", { class: "sp" }),
      name === "unfit" ? el("span", { class: "num q sm" }, count(noClass)) : null,
    );
  const held = { ...NONE_OF_THESE, name: t("Held back"), icon: "front_hand" };
  return [
    noClass ? row(NONE_OF_THESE, "unfit", t("Show only none of these"), { by: "no_class", order: "newest" }) : null,
    filters.lane ? row(held, "held", HELD_HINT, { by: "all", order: "newest", held: "1" }) : null,
  ];
}
