// @ts-check
// A segment in its band: name and score as far as there is room for them.

import { colours } from "../shared/tiles.js";
import { TOP } from "./band_places.js";
import { clock, el, fixed, icon } from "../shared/dom.js";
import { place } from "./band_places.js";
import { t } from "../shared/page/words.js";

const [LETTER_PX, SCORE_PX] = [7.2, 34]; // of a name, and of a score with its gap: the score gives way to the name

/**
 * @param {Segment} segment
 * @param {number} index
 * @param {Categories} categories
 * @param {number} whole
 * @param {number} width
 * @param {boolean} on
 * @param {{ pick(index: number): void }} report
 */
export function segmentOf(segment, index, categories, whole, width, on, report) {
  const category = categories.get(segment.category);
  const px = ((segment.end_s - segment.start_s) / whole) * width;
  const human = segment.source === "human";
  const needed = 46 + LETTER_PX * category.name.length + (human ? 20 : 0);
  const parts = [px > 26 ? icon(category.icon) : null, px > 60 ? pathOf(category) : null];
  if (segment.backed_off && px > 150) parts.push(icon("vertical_align_top", "s back"));
  const right = [
    px > 60 && human ? icon("person", "s") : null,
    px > Math.min(needed + SCORE_PX, 240)
      ? el("span", { class: "num", style: { "font-weight": 400 } }, fixed(segment.score, 2))
      : null,
  ].filter(Boolean);
  if (right.length) parts.push(el("span", { class: "sp" }), ...right);
  const why = segment.backed_off ? `. ${segment.reason}` : "";
  const title = t("{path} {score}, {start_s} to {end_s}{why}", {
    path: category.path || category.name,
    score: fixed(segment.score, 2),
    start_s: clock(segment.start_s),
    end_s: clock(segment.end_s),
    why,
  });
  const node = el(
    "div",
    {
      class: `segm ${segment.source === "human" ? "h" : ""} ${segment.backed_off ? "backed" : ""} ${on ? "on" : ""}`,
      "data-segment": index,
      title,
      style: { ...place(segment, whole), top: `${TOP.segments}px`, ...colours(category) },
    },
    parts,
  );
  node.onmousedown = (event) => {
    event.stopPropagation();
    report.pick(index);
  };
  return node;
}

/**
 * The name with its path before it; where room is short the path gives way first.
 * @param {Category} given
 */
function pathOf({ path, name }) {
  const above = path && path !== name ? path.slice(0, path.length - name.length) : "";
  return el(
    "span",
    { class: "path" },
    above ? el("span", { class: "nm up" }, above) : null,
    el("span", { class: "nm" }, name),
  );
}
