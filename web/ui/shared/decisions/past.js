// @ts-check
// The history of one item in words: who or what labelled it, and when, the newest first.

import { el, since } from "../dom.js";
import { SOURCES } from "../page/categories.js";
import { t } from "../page/words.js";

/** @type {Record<string, string>} */
const ANSWERS = { no: t("not "), unsure: t("unsure, "), none: t("none of these, not ") };
const SHOWN = 6;

/**
 * The newest events of an item, one row each; what was undone is struck through.
 * @param {LabelEvent[]} history
 * @param {Categories} categories
 */
export const pastRows = (history, categories) =>
  history.slice(0, SHOWN).map((event) => {
    const what = `${ANSWERS[event.value] ?? ""}${categories.get(event.category).name}`;
    const origin = [
      event.origin || SOURCES[event.source] || event.source,
      event.actor === "machine" || event.origin?.includes(event.actor) ? null : event.actor,
    ]
      .filter(Boolean)
      .join(", ");
    return el(
      "div",
      { class: event.reverted ? "gone" : "" },
      `${what}, ${origin}, ${since(event.at)}${event.reverted ? t(", undone") : ""}${event.reason ? `: ${event.reason}` : ""}`,
    );
  });
