// @ts-check
// What the lane of none of these was judged on, in words.

import { fixed } from "../../shared/dom.js";
import { count, many, t } from "../../shared/page/words.js";

/** @param {number} share */
export const percent = (share) => `${fixed(100 * share, 1)} %`;

/**
 * Labels, those of none of the classes, and how many of these are held back.
 * @param {{ n: number, none: number, caught: number | null }} report
 */
export function judgedWords(report) {
  const places = { labels: many(report.n, "label"), none: count(report.none) };
  if (!report.none) {
    return [
      t("{labels} of people, {none} of them none of the classes.", places),
      t(
        'Until somebody says "None of these" in Review (key o), only the background prompts show which images fit no class.',
      ),
    ].join(" ");
  }
  return report.caught === null
    ? t("{labels} of people, {none} of them none of the classes.", places)
    : t("{labels} of people, {none} of them none of the classes; {caught} of those are held back.", {
        ...places,
        caught: percent(report.caught),
      });
}
