// @ts-check
// The buttons below the images that one decision is about.

import { el, icon, key } from "../shared/dom.js";
import { NONE_KEY, NONE_OF_THESE } from "../shared/page/categories.js";
import { count, many, t } from "../shared/page/words.js";

/**
 * Fix `n` images to a class; `cap` is the class's key, null where only `f` does it.
 * @param {Category} category
 * @param {number} n
 * @param {number | null} cap
 * @param {() => void} onclick
 */
export function fixButton(category, n, cap, onclick) {
  return el(
    "button",
    { class: "btn p fix", type: "button", disabled: n === 0, onclick },
    icon(category.icon),
    el(
      "span",
      { class: "nm" },
      n
        ? t("Fix {n} to {name}", { n: count(n), name: category.name })
        : t("All in reach are {name}", { name: category.name }),
    ),
    n === 0 ? null : cap !== null ? [key("Shift"), key(String(cap % 10))] : key("f"),
  );
}

/**
 * No class fits `n` images. It is the first button where somebody chose it, and `f` presses it too.
 * @param {number} n
 * @param {boolean} isFirst
 * @param {() => void} onclick
 */
export function noneButton(n, isFirst, onclick) {
  return el(
    "button",
    { class: `btn none ${isFirst ? "p" : ""}`, type: "button", disabled: n === 0, onclick },
    icon(NONE_OF_THESE.icon, "s"),
    n ? t("None of these ({n})", { n: count(n) }) : t("None of these"),
    isFirst ? key("f") : null,
    key(NONE_KEY),
  );
}

/**
 * The labels are right: `n` of them are confirmed as they stand.
 * @param {number} n
 * @param {() => void} onclick
 */
export const notAnErrorButton = (n, onclick) =>
  el(
    "button",
    {
      class: "btn right",
      type: "button",
      disabled: n === 0,
      title: n ? t("Keeps their labels and records them as yours") : t("No label of the machine is in reach"),
      onclick,
    },
    n ? t("Not an error: confirm {labels}", { labels: many(n, "label") }) : t("Not an error"),
  );
