// @ts-check
// What can be chosen in the filters: orders, whose labels, and what else narrows the list.

/** @type {[name: string, text: string][]} */
export const ORDERS = [
  ["suspicion", "Suspicion"],
  ["margin", "Margin"],
  ["confidence", "Confidence"],
  ["disagreement", "Disagreement"],
  ["newest", "Newest"],
  ["random", "Random (measures a head)"],
  ["next", "Next batch (mixed, with audit items)"],
];
/** The order in which a reviewer settles what people disagree about; offered to whom the role allows it. */
export const ADJUDICATION = "adjudication";
export const ORDERS_HINT =
  "Suspicion: finds the most errors, and its labels teach a head most. Random: a fair sample, its labels measure a head on all images. Next batch: uncertain and diverse, a tenth of it audit items, dealt to you alone.";
/** @type {[name: string, text: string, query: { state?: string, source?: string, second?: boolean }][]} */
export const LABEL_BY = [
  ["open", "To review", { state: "none,machine" }],
  ["machine", "Machine", { state: "machine" }],
  ["person", "Person", { state: "person" }],
  ["import", "Import", { source: "import" }],
  ["neighbour", "Neighbours", { source: "neighbour" }],
  ["no_class", "None of these", { state: "no_class" }],
  ["unsure", "Second look (unsure)", { state: "unsure" }],
  ["second", "Second opinion (others' labels, hidden)", { state: "person", second: true }],
  ["all", "Anyone or nobody", {}],
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
  proposed: "Proposed",
  source: "Source",
  actor: "Annotator",
  video: "Video",
  split: "Split",
  low: "From",
  high: "To",
  ids: "Chosen images",
  held: "Held back by the lane",
};
/** Tiles a page, the first unless another is chosen. */
export const SIZES = [60, 20, 40, 200];
export const NAMES = ["by", "order", "class", "seed", "size", ...EXTRA];
