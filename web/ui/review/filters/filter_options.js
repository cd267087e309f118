// @ts-check
// What can be chosen in the filters: orders, whose labels, and what else narrows the list.

import { t } from "../../shared/page/words.js";

/** @type {[name: string, text: string][]} */
export const ORDERS = [
  ["suspicion", t("Suspicion")],
  ["margin", t("Margin")],
  ["confidence", t("Confidence")],
  ["disagreement", t("Disagreement")],
  ["newest", t("Newest")],
  ["random", t("Random (measures a head)")],
  ["next", t("Next batch (mixed, with audit items)")],
];
/** The order in which a reviewer settles what people disagree about; offered to whom the role allows it. */
export const ADJUDICATION = "adjudication";
export const ORDERS_HINT = t(
  "Suspicion: finds the most errors, and its labels teach a head most. Random: a fair sample, its labels measure a head on all images. Next batch: uncertain and diverse, a tenth of it audit items, dealt to you alone.",
);
/** @type {[name: string, text: string, query: { state?: string, source?: string, second?: boolean }][]} */
export const LABEL_BY = [
  ["open", t("To review"), { state: "none,machine" }],
  ["machine", t("Machine"), { state: "machine" }],
  ["person", t("Person"), { state: "person" }],
  ["import", t("Import"), { source: "import" }],
  ["neighbour", t("Neighbours"), { source: "neighbour" }],
  ["no_class", t("None of these"), { state: "no_class" }],
  ["unsure", t("Second look (unsure)"), { state: "unsure" }],
  ["second", t("Second opinion (others' labels, hidden)"), { state: "person", second: true }],
  ["all", t("Anyone or nobody"), {}],
];
export const SEARCHED = ["named", "text"];
export const EXTRA = [
  ...SEARCHED,
  "tag",
  "proposed",
  "source",
  "actor",
  "video",
  "split",
  "low",
  "high",
  "ids",
  "held",
];
/** @type {Record<string, string>} */
export const EXTRA_WORDS = {
  tag: "Labels",
  proposed: t("Proposed"),
  source: "Source",
  actor: t("Annotator"),
  video: t("Video"),
  split: t("Split"),
  low: t("From"),
  high: t("To"),
  ids: t("Chosen images"),
  held: t("Held back by the lane"),
};
/** Tiles a page, the first unless another is chosen. */
export const SIZES = [60, 20, 40, 200];
export const NAMES = ["by", "order", "class", "seed", "size", ...EXTRA];
