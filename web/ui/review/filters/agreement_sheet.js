// @ts-check
// How often people agree: each pair, and what they confuse.

/** @import { Review } from "../review.js" */
import { count, el, fixed, many } from "../../shared/dom.js";
import { LEAST } from "../../shared/figures.js";
import { sheet } from "../../shared/notices.js";
import { ADJUDICATION } from "./filter_options.js";

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
        one.items < LEAST ? `${Math.round(one.share * one.items)} of ${one.items}` : `${fixed(100 * one.share, 0)} %`,
      ),
      el(
        "td",
        { class: "r" },
        one.items < LEAST ? `after ${LEAST} images` : one.kappa === null ? "one class only" : fixed(one.kappa, 2),
      ),
      el(
        "td",
        { class: "r" },
        one.low === null || one.items < LEAST ? "" : `${fixed(one.low, 2)} to ${fixed(one.high, 2)}`,
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
              `Open ${many(one.disagreements, "image")}`,
            )
          : "none",
      ),
    );
  const head = el(
    "tr",
    {},
    ["Who", "Twice labelled", "Same class", "Kappa", "95 %", "Disagree"].map((text) => el("th", {}, text)),
  );
  const rows = [
    row("First and second label", agreement.all),
    ...agreement.pairs.map((one) => row(one.people.join(" and "), one)),
  ];
  const close = sheet(
    host,
    "Agreement",
    el(
      "p",
      { class: "sm q said" },
      "Cohen's kappa: 1 is full agreement, 0 what chance would give. It says most where the second person did not see the first label: Label by, Second opinion.",
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
          "Settle what people disagree about",
        )
      : null,
  );
  close.wide();
}
