// @ts-check
// How often people agree: each pair, and what they confuse.

import { el, fixed } from "../dom.js";
import { LEAST } from "./figures.js";
import { sheet } from "../notices.js";
import { count, many, t } from "../page/words.js";
import { SAYS } from "./check_words.js";

/** @import { Noun } from "./check_words.js" */
/** @typedef {{ noun: Noun, show(ids: number[]): void, settle: (() => void) | null }} Opening `settle` only where the role allows it */

/**
 * Cohen's kappa of each pair, with the items that they disagree about.
 * @param {HTMLElement} host
 * @param {Answers["agreement"]} agreement
 * @param {Opening} on
 */
export function openAgreement(host, agreement, { noun, show, settle }) {
  const row = (/** @type {string} */ who, /** @type {Kappa & { disagreements?: number, ids?: number[] }} */ one) =>
    el(
      "tr",
      {},
      el("td", { title: who }, who),
      el("td", { class: "r" }, count(one.items)),
      el(
        "td",
        { class: "r" },
        one.items < LEAST
          ? t("{n} of {items}", { n: Math.round(one.share * one.items), items: one.items })
          : `${fixed(100 * one.share, 0)} %`,
      ),
      el(
        "td",
        { class: "r" },
        one.items < LEAST
          ? t(SAYS[noun].after, { LEAST })
          : one.kappa === null
            ? t("one class only")
            : fixed(one.kappa, 2),
      ),
      el(
        "td",
        { class: "r" },
        one.low === null || one.items < LEAST
          ? ""
          : t("{low} to {high}", { low: fixed(one.low, 2), high: fixed(one.high, 2) }),
      ),
      el(
        "td",
        {},
        one.disagreements
          ? el(
              "button",
              {
                class: "btn link",
                type: "button",
                onclick: () => {
                  close();
                  show(one.ids);
                },
              },
              t("Open {images}", { images: many(one.disagreements, noun) }),
            )
          : t("none"),
      ),
    );
  const head = el(
    "tr",
    {},
    [t("Who"), t("Twice labelled"), t("Same class"), t("Kappa"), "95 %", t("Disagree")].map((text) =>
      el("th", {}, text),
    ),
  );
  const rows = [
    row(t("First and second label"), agreement.all),
    ...agreement.pairs.map((one) => row(one.people.join(" and "), one)),
  ];
  const close = sheet(
    host,
    t("Agreement"),
    el(
      "p",
      { class: "sm q said" },
      t(
        "Cohen's kappa: 1 is full agreement, 0 what chance would give. It says most where the second person did not see the first label: Label by, Second opinion.",
      ),
    ),
    el("table", { class: "df" }, head, rows),
    settle && agreement.all.disagreements
      ? el(
          "button",
          {
            class: "btn p",
            type: "button",
            onclick: () => {
              close();
              settle();
            },
          },
          t("Settle what people disagree about"),
        )
      : null,
  );
  close.wide();
}
