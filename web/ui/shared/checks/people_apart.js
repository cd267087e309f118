// @ts-check
// What people answered on an item where they disagree, for whoever settles it.

import { el, since } from "../dom.js";
import { NONE_OF_THESE } from "../page/categories.js";
import { chip } from "../tiles.js";
import { t } from "../page/words.js";

/** @typedef {{ label(category: number): void, none(): void }} Settling */

/**
 * One row a person, with a button that takes their answer; null where people agree.
 * @param {PersonsLabel[]} answers
 * @param {Categories} categories
 * @param {Settling} on
 */
export function peopleApart(answers, categories, on) {
  if (!answers.length) return null;
  const rows = answers.map(({ person, category, at }) => {
    const answer = category === null ? NONE_OF_THESE : categories.get(category);
    const take = () => (category === null ? on.none() : on.label(category));
    return el(
      "div",
      { class: "row line" },
      el(
        "div",
        { class: "col grow who" },
        chip(answer, "h"),
        el("span", { class: "sm q nm", title: `${person}, ${since(at)}` }, person),
      ),
      el(
        "button",
        { class: "btn s", type: "button", title: t("Settle on {name}", { name: answer.name }), onclick: take },
        t("Take this"),
      ),
    );
  });
  return el("div", { class: "col tight apart" }, el("h3", {}, t("People disagree")), rows);
}
