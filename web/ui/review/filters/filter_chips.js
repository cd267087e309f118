// @ts-check
// A chip for each further filter that is in place: a click removes it.

/** @import { Filters } from "./filters.js" */
import { el, fill, icon } from "../../shared/dom.js";
import { SOURCES } from "../../shared/page/categories.js";
import { EXTRA, EXTRA_WORDS, SEARCHED } from "./filter_options.js";
import { t } from "../../shared/page/words.js";

/**
 * @param {Filters} filters
 * @param {Categories} categories
 */
export function paintChips(filters, categories) {
  fill(
    filters.chips,
    EXTRA.filter((name) => filters.state[name] && !SEARCHED.includes(name)).map((name) =>
      el(
        "button",
        {
          class: "btn s",
          type: "button",
          title: t("Remove this filter"),
          onclick: () => {
            if (name === "ids") {
              filters.lift();
              return;
            }
            filters.set({ [name]: null });
          },
        },
        el(
          "span",
          { class: "nm" },
          `${EXTRA_WORDS[name]}${["ids", "tag", "held"].includes(name) ? "" : `: ${worded(filters, name, categories)}`}`,
        ),
        icon("close", "xs"),
      ),
    ),
  );
}

/**
 * @param {Filters} filters
 * @param {string} name
 * @param {Categories} categories
 */
function worded(filters, name, categories) {
  const value = filters.state[name];
  if (name === "proposed") return categories.get(Number(value)).name;
  if (name === "actor") return categories.actor(value) ?? value;
  if (name === "source") return SOURCES[value] ?? value;
  return name === "video" ? (filters.videos?.[value] ?? value) : value;
}
