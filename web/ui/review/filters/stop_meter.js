// @ts-check
// The stop meter: about how many labels that nobody has looked at are wrong, with its interval.

import { el, fill, fixed } from "../../shared/dom.js";
import { LEAST } from "../../shared/figures.js";
import { nameOf } from "../../shared/tiles.js";
import { count, many, t } from "../../shared/page/words.js";

/**
 * Paints the meter into a node; `remaining` is the answer of `/recent`, `check` opens a round of random images.
 * @param {HTMLElement} node
 * @param {Remaining} remaining
 * @param {() => void} check
 */
export function paintMeter(node, remaining, check) {
  if (!remaining || !remaining.items || !remaining.unseen) {
    fill(node);
    return;
  }
  const { audited, enough, unseen, low, high, estimate, pending } = remaining;
  const known = estimate !== null;
  const at = (/** @type {number} */ value) => `${(100 * Math.min(value, unseen)) / unseen}%`;
  const bar = el(
    "div",
    { class: "meterbar", "aria-hidden": "true" },
    el("i", { class: "range", style: { left: at(low), right: `calc(100% - ${at(high)})` } }),
    el("i", { class: "mark", style: { left: at(estimate ?? 0) } }),
  );
  const words = known
    ? t("{low} to {high} of {unseen} unseen images (95 %), from {checks}", {
        low: count(low),
        high: count(high),
        unseen: count(unseen),
        checks: many(audited, "random check"),
      })
    : t("{audited} of {enough} random images checked", { audited: count(audited), enough });
  const title = t("Twenty random images among the unseen ones");
  fill(
    node,
    el(
      "div",
      { class: "meter" },
      el("h3", {}, t("Errors left")),
      known ? el("div", { class: "big" }, t("about {estimate}", { estimate: count(estimate) })) : null,
      el("div", { class: "q sm" }, words),
      known ? bar : null,
      el("div", { class: "q sm" }, remaining.advice),
      el("button", { class: "btn s", type: "button", title, onclick: check }, t("Check 20 images (2 minutes)")),
      pending
        ? el(
            "div",
            { class: "q sm" },
            t("{pending} {x} to be confirmed: they come first in Next batch.", {
              pending: count(pending),
              x: pending === 1 ? t("check waits") : t("checks wait"),
            }),
          )
        : null,
    ),
  );
}

/**
 * How practice went, for each class; `practice` is of the answer of `/recent`, null before the first answer.
 * @param {HTMLElement} node
 * @param {PracticeRecord} practice
 * @param {Categories} categories
 */
export function paintPractice(node, practice, categories) {
  if (!practice) {
    fill(node);
    return;
  }
  const left = practice.of - practice.answered;
  const rows = practice.classes.map((one) =>
    el(
      "div",
      { class: "row sm last" },
      el("span", { class: "grow nm" }, nameOf(categories.get(one.category))),
      el("span", { class: "num" }, t("{right} of {answered}", { right: one.right, answered: one.answered })),
    ),
  );
  fill(
    node,
    el(
      "div",
      { class: "meter practice" },
      el("h3", {}, t("Practice")),
      el(
        "div",
        { class: "big" },
        t("{right} of {answered} right", { right: practice.right, answered: practice.answered }),
      ),
      rows,
      el(
        "div",
        { class: "q sm" },
        left > 0
          ? t("{images} to go, mixed into Next batch.", { images: many(left, "practice image") })
          : t("Done: no practice image is left."),
      ),
    ),
  );
}

/**
 * Cohen's kappa where images were labelled twice; a click opens the rest.
 * @param {HTMLElement} node
 * @param {Answers["agreement"]} agreement
 * @param {() => void} open
 */
export function paintAgreement(node, agreement, open) {
  const all = agreement?.all;
  if (!all) {
    fill(node);
    return;
  }
  const range =
    all.low === null || all.items < LEAST
      ? ""
      : t(" ({low} to {high})", { low: fixed(all.low, 2), high: fixed(all.high, 2) });
  fill(
    node,
    el(
      "button",
      { class: "meter agreement", type: "button", title: t("Agreement by pairs of people"), onclick: open },
      el("h3", {}, t("Agreement")),
      el(
        "div",
        { class: "big" },
        all.items < LEAST
          ? t("{n} of {items} the same", { n: Math.round(all.share * all.items), items: all.items })
          : all.kappa === null
            ? `${Math.round(100 * all.share)} %`
            : `κ ${fixed(all.kappa, 2)}`,
      ),
      el(
        "div",
        { class: "q sm" },
        t("{x}{images} labelled by two people", {
          x: range ? `95 %:${range}, ` : "",
          images: many(all.items, "image"),
        }),
      ),
    ),
  );
}
