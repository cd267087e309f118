// @ts-check
// Below the filters: practice, how far to go on, and what was decided last.

/** @import { Filters } from "./filters.js" */
import { ago, el, fill, icon, key } from "../../shared/dom.js";
import { NONE_OF_THESE } from "../../shared/page/categories.js";
import { colours } from "../../shared/tiles.js";
import { paintMeter, paintPractice } from "../../shared/checks/stop_meter.js";
import { many, t } from "../../shared/page/words.js";

/**
 * The last ten decisions, newest first.
 * @param {Filters} filters
 * @param {Recent} recent
 * @param {Categories} categories
 */
export function paintDecisions(filters, recent, categories) {
  paintPractice(filters.practice, recent.practice, categories);
  paintMeter(filters.meter, recent.remaining, () => filters.open({ by: "open", order: "random", size: "20" }));
  const rows = recent.batches
    .filter((batch) => batch.kind !== "undo" && !batch.reverted)
    .slice(0, 10)
    .map((batch) => {
      const category = batch.value === "none" ? NONE_OF_THESE : categories.get(batch.category);
      const undo = el(
        "button",
        {
          class: "btn link undo",
          type: "button",
          title: t("Undo {labels}", { labels: many(batch.labels, "label") }),
          onclick: () => filters.on.undo(batch.batch),
        },
        icon("undo", "s"),
      );
      const name = batch.category === null ? t("mixed") : category.name;
      const what =
        /** @type {Record<string, string>} */ ({
          no: t("not {name}", { name }),
          unsure: t("unsure"),
          none: t("none of these"),
          clear: t("cleared"),
        })[batch.value] ?? name;
      return el(
        "div",
        { class: "row sm last", style: colours(category) },
        el("span", { class: "q n" }, many(batch.labels, "tile")),
        icon(category.icon, "s c"),
        el("span", { class: "nm grow c", title: what }, what),
        el("span", { class: "qq" }, ago(batch.at)),
        undo,
      );
    });
  if (rows.length === 0) {
    fill(filters.decisions);
    return;
  }
  fill(
    filters.decisions,
    el("h3", {}, t("Last decisions")),
    rows,
    el(
      "div",
      { class: "sm undoline" },
      el(
        "button",
        { class: "btn link", type: "button", onclick: () => filters.on.undo(null) },
        icon("undo", "xs"),
        t("Undo last"),
      ),
      key("Ctrl"),
      key("Z"),
    ),
  );
}
