// @ts-check
// Below the tags of a video: the videos most like it, and its history.

import { pastRows } from "../shared/decisions/past.js";
import { el, fixed } from "../shared/dom.js";
import { t } from "../shared/page/words.js";

/**
 * The videos most like it, with their similarity.
 * @param {VideoDetail} detail
 * @param {Api} api
 * @param {(id: number) => void} open
 */
export function likeIt(detail, api, open) {
  return [
    el("h3", {}, t("Videos like it")),
    detail.near.length
      ? null
      : el("span", { class: "sm q" }, t("None: its frames were not read, or it is the only one.")),
    el(
      "div",
      { class: "near-grid" },
      detail.near.map((near) =>
        el(
          "button",
          {
            class: "nearvideo",
            type: "button",
            title: near.name,
            "aria-label": t("{name}, similarity {similarity}", {
              name: near.name,
              similarity: fixed(near.similarity, 2),
            }),
            onclick: () => open(near.id),
          },
          el("img", { src: api.thumb(near.id), alt: "", loading: "lazy" }),
          el("span", { class: "num sm q" }, fixed(near.similarity, 2)),
        ),
      ),
    ),
  ];
}

/**
 * Who or what labelled it, the newest first.
 * @param {VideoDetail} detail
 * @param {Categories} categories
 */
export const historyOf = (detail, categories) => [
  el("h3", {}, t("History")),
  ...(detail.history.length ? pastRows(detail.history, categories) : [t("No label yet.")]),
];
