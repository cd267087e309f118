// @ts-check
// The buttons of the filters: views, clear, more filters, and what is done to all that the machine labelled.

/** @import { Filters } from "./filters.js" */
import { el, icon } from "../../shared/dom.js";
import { t } from "../../shared/page/words.js";

/** @param {Filters} filters */
export function actionButtons(filters) {
  const clear = el(
    "button",
    {
      class: "btn s",
      type: "button",
      title: t("Back to the review queue, by suspicion"),
      onclick: () => filters.clear(),
    },
    icon("filter_alt_off", "s"),
    t("Clear"),
  );
  const views = el(
    "button",
    { class: "btn s", type: "button", title: t("Filters under a name"), onclick: () => filters.on.views() },
    icon("bookmark", "s"),
    t("Views"),
  );
  const more = el(
    "button",
    {
      class: "btn s",
      type: "button",
      title: t("Proposed class, source, annotator, video, split, score"),
      onclick: () => filters.on.more(),
    },
    icon("tune", "s"),
    t("More filters"),
  );
  const accept = el(
    "button",
    {
      class: "btn s",
      type: "button",
      title: t("Accept a class above a score, after a spot check"),
      onclick: () => filters.on.accept(),
    },
    icon("done_all", "s"),
    t("Accept in bulk"),
  );
  const follow = el(
    "button",
    {
      class: "btn s",
      type: "button",
      title: t("Machine labels take the class that their neighbours favour; people's labels stay. Undo takes it back"),
      onclick: () => filters.on.follow(),
    },
    icon("hub", "s"),
    t("Follow neighbours"),
  );
  const { may } = filters.on;
  return [el("div", { class: "pair" }, views, clear), more, may("POST accept") && accept, may("POST follow") && follow];
}
