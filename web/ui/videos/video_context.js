// @ts-check
// Below the tags of a video: the videos most like it, and who said what of it.

import { el, fixed, since } from "../shared/dom.js";
import { SOURCES } from "../shared/page/categories.js";

/** @type {Record<string, string>} */
const ANSWERS = { yes: "", no: "not ", unsure: "unsure, ", none: "none of these, not " };

/**
 * The videos most like it, with their similarity.
 * @param {VideoDetail} detail
 * @param {Api} api
 * @param {(id: number) => void} open
 */
export function likeIt(detail, api, open) {
  return [
    el("h3", {}, "Videos like it"),
    detail.near.length ? null : el("span", { class: "sm q" }, "None: its frames were not read, or it is the only one."),
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
            "aria-label": `${near.name}, similarity ${fixed(near.similarity, 2)}`,
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
 * What people and imports said of it, the newest first.
 * @param {VideoDetail} detail
 * @param {Categories} categories
 */
export const saidOf = (detail, categories) =>
  detail.answers.map((answer) =>
    el(
      "div",
      {},
      `${answer.actor}: ${ANSWERS[answer.value] ?? ""}${categories.get(answer.category).name}`,
      answer.source === "human" ? "" : ` (${SOURCES[answer.source] ?? answer.source})`,
      `, ${since(answer.at)}`,
    ),
  );
