// @ts-check
// One stretch of a video of which a clip is a piece.

import { clock, el, fixed } from "../shared/dom.js";

const SPEED = 0.02; // nearer to 1 than this a clip runs as fast as its video

/**
 * Where it lies in the video and in the clip, and how alike they are.
 * @param {ClipMatch} match
 * @param {ClipView} clip
 * @param {Api} api
 * @param {{ on: boolean, show: () => void }} choice
 */
export function matchOf(match, clip, api, { on, show }) {
  const notes = [
    match.same_file ? "this very file" : "",
    match.mirrored ? "mirrored" : "",
    Math.abs(match.speed - 1) > SPEED ? `at ${fixed(match.speed, 2)} of its speed` : "",
  ].filter(Boolean);
  const share = (/** @type {number} */ seconds) => `${(100 * seconds) / Math.max(clip.duration_s, 0.01)}%`;
  return el(
    "button",
    {
      type: "button",
      class: `match ${on ? "on" : ""}`,
      "aria-pressed": String(on),
      title: `Likeness ${fixed(match.score, 2)} of at most 1; matches below ${fixed(clip.limit, 2)} are not shown`,
      onclick: show,
    },
    el("img", { src: api.still(match.item, match.start_s), alt: "", loading: "lazy" }),
    el(
      "span",
      { class: "col" },
      el("bdi", { class: "nm" }, match.title || match.video),
      el(
        "span",
        { class: "sm" },
        `${clock(match.start_s)} to ${clock(match.end_s)}`,
        match.programme ? ` · ${match.programme}` : "",
      ),
      el(
        "span",
        { class: "stretch", title: `${clock(match.from_s)} to ${clock(match.to_s)} of the clip` },
        el("i", { style: { left: share(match.from_s), width: share(match.to_s - match.from_s) } }),
      ),
      el("span", { class: "sm q" }, [`likeness ${fixed(match.score, 2)}`, ...notes].join(" · ")),
    ),
  );
}
