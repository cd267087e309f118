// @ts-check
// What can be chosen left of the videos: orders, and whose labels.

import { el, fill } from "../shared/dom.js";
import { t } from "../shared/page/words.js";

/** The order in which a reviewer settles what people disagree about; offered to whom the role allows it. */
export const ADJUDICATION = "adjudication";
/** @type {[value: string, text: string][]} */
export const ORDERS = [
  ["next", t("Next batch")],
  ["doubt", t("Doubt")],
  ["suspicion", t("Suspicion")],
  ["confidence", t("Confidence")],
  ["newest", t("Newest")],
  ["title", t("Title")],
  ["random", t("Random")],
  ["alike", t("Alike (clusters)")],
];
/** @type {[value: string, text: string]} */
export const SETTLING = [ADJUDICATION, t("People disagree")];
/** @type {[value: string, text: string, states: string, blind?: string][]} */
export const LABEL_BY = [
  ["open", t("To review"), "none,machine"],
  ["proposed", t("Proposed by the machine"), "machine"],
  ["person", t("Labelled"), "person"],
  ["no_class", t("None of these"), "no_class"],
  ["unsure", t("Unsure"), "unsure"],
  ["all", t("Anyone or nobody"), ""],
];
/**
 * Where a video has one class: what others have labelled, and what is agreed, both hidden until one has decided.
 * @type {typeof LABEL_BY}
 */
export const BLIND_BY = [
  ["second", t("Second opinion (others' labels, hidden)"), "", "opinion"],
  ["practice", t("Practice (agreed videos)"), "", "practice"],
];
export const EVERY_BY = [...LABEL_BY, ...BLIND_BY];
export const EVERY_ORDER = [...ORDERS, SETTLING];
export const ORDERS_HINT = t(
  "Next batch: where the machine is least certain and the videos differ most, kept from others for 15 minutes. Doubt: the machine's closest calls. Suspicion: labels that are unlikely to a head that did not see the video. Random: a fair sample, its labels feed the stop meter. Alike: clusters of videos that look alike; n selects one, and a key labels it.",
);

/**
 * What a field offers; the choice stays.
 * @param {HTMLSelectElement} field
 * @param {readonly (readonly [value: string, text: string, ...more: string[]])[]} offered
 * @param {string} value
 */
export function offer(field, offered, value) {
  if (field.options.length !== offered.length) {
    fill(
      field,
      offered.map(([key, text]) => el("option", { value: key }, text)),
    );
  }
  field.value = value;
}
