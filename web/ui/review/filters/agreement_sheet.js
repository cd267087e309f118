// @ts-check
// How often people agree: each pair, and what they confuse.

/** @import { Review } from "../review.js" */
import { el, fixed } from "../../shared/dom.js";
import { LEAST } from "../../shared/figures.js";
import { sheet } from "../../shared/notices.js";
import { ADJUDICATION } from "./filter_options.js";
import { count, many, t } from "../../shared/page/words.js";

/**
 * Cohen's kappa of each pair, with the images that they disagree about.
 * @param {Review} review
 */
export function openAgreement(review) {
  const { agreement, api, filters, node: host } = review;
  const show = (/** @type {number[]} */ ids) => filters.open({ by: "all", ids: ids.join(","), order: "suspicion" });
  const settle = () => filters.open({ by: "all", order: ADJUDICATION });
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
          ? t("after {LEAST} images", { LEAST })
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
              t("Open {images}", { images: many(one.disagreements, "image") }),
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
    api.may("adjudicate") && agreement.all.disagreements
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
