// @ts-check
// One stretch of a video of which a clip is a piece.

import { clock, el, fixed } from "../../shared/dom.js";
import { t } from "../../shared/page/words.js";

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
    match.same_file ? t("this very file") : "",
    match.mirrored ? "mirrored" : "",
    Math.abs(match.speed - 1) > SPEED ? t("at {speed} of its speed", { speed: fixed(match.speed, 2) }) : "",
  ].filter(Boolean);
  const share = (/** @type {number} */ seconds) => `${(100 * seconds) / Math.max(clip.duration_s, 0.01)}%`;
  return el(
    "button",
    {
      type: "button",
      class: `match ${on ? "on" : ""}`,
      "aria-pressed": String(on),
      title: t("Likeness {score} of at most 1; matches below {limit} are not shown", {
        score: fixed(match.score, 2),
        limit: fixed(clip.limit, 2),
      }),
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
        t("{start_s} to {end_s}", { start_s: clock(match.start_s), end_s: clock(match.end_s) }),
        match.programme ? ` · ${match.programme}` : "",
      ),
      el(
        "span",
        {
          class: "stretch",
          title: t("{from_s} to {to_s} of the clip", { from_s: clock(match.from_s), to_s: clock(match.to_s) }),
        },
        el("i", { style: { left: share(match.from_s), width: share(match.to_s - match.from_s) } }),
      ),
      el("span", { class: "sm q" }, [t("likeness {score}", { score: fixed(match.score, 2) }), ...notes].join(" · ")),
    ),
  );
}
