// @ts-check
// The curves of the scores below the bands, and the lines that stand for them in the legend.

import { fixed } from "../shared/dom.js";
import { colours } from "../shared/page/colours.js";
import { below, percent } from "./band_places.js";

const DASHES = ["", "7 4", "2 3"];

/**
 * The score curves between two times, as wide as that.
 * @param {Run} run
 * @param {Categories} categories
 * @param {number} from
 * @param {number} to
 */
export function curves(run, categories, from, to) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 1000 92");
  svg.setAttribute("preserveAspectRatio", "none");
  Object.assign(svg.style, {
    top: `${below(run).scores}px`,
    left: percent(from / run.duration_s),
    width: percent((to - from) / run.duration_s),
  });
  const draw = (/** @type {string} */ d, /** @type {Record<string, unknown>} */ attributes) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [name, value] of Object.entries({
      d,
      fill: "none",
      "vector-effect": "non-scaling-stroke",
      ...attributes,
    })) {
      path.setAttribute(name, String(value));
    }
    svg.append(path);
  };
  for (const y of [8, 48, 88]) draw(`M0 ${y}H1000`, { style: "stroke:var(--line2)" });
  const times = run.curve?.times ?? [];
  // One point more on each side, so that the line reaches the border.
  const first = Math.max(0, times.findIndex((time) => time >= from) - 1);
  const after = times.findIndex((time) => time > to);
  const end = after < 0 ? times.length : after + 1;
  for (const { id, at, thin } of lines(run, categories)) {
    const values = run.curve.scores[id];
    const points = values
      .slice(first, end)
      .map(
        (value, index) =>
          `${fixed(((times[first + index] - from) / (to - from)) * 1000, 1)} ${fixed(88 - value * 80, 1)}`,
      );
    if (points.length) {
      draw(`M${points.join("L")}`, {
        style: `--c:${colours(categories.get(id))["--c"]};stroke:var(--c)`,
        "stroke-width": thin ? 1 : 2,
        "stroke-opacity": thin ? 0.55 : 1,
        "stroke-dasharray": DASHES[at % 3],
        "stroke-linejoin": "round",
      });
    }
  }
  return svg;
}

/**
 * The curves, [{id, at, thin}]: in a tree the top categories, which have names of their own, and thin ones for those below.
 * @param {Run} run
 * @param {Categories} categories
 */
export function lines(run, categories) {
  const ids = Object.keys(run.curve?.scores ?? {}).map(Number);
  /** @param {number} id */
  const inner = (id) => {
    const parent = categories.get(id).parent ?? null;
    return parent !== null && ids.includes(parent);
  };
  const tops = ids.filter((id) => !inner(id));
  /** @param {number} id */
  /** @type {(id: number) => number} */
  const topOf = (id) => (inner(id) ? topOf(categories.get(id).parent) : id);
  return [...ids.filter(inner), ...tops].map((id) => ({ id, at: tops.indexOf(topOf(id)), thin: inner(id) }));
}

/**
 * The line style of the n-th class, so that colour is never the only sign.
 * @param {number} at
 */
export const lineClass = (at) => ["line-solid", "line-dashed", "line-dotted"][at % 3];
