// @ts-check
// The stop meter: about how many labels that nobody has looked at are wrong, with its interval.

import { el, fill, fixed } from "../dom.js";
import { LEAST } from "./figures.js";
import { nameOf } from "../tiles.js";
import { count, many, t } from "../page/words.js";
import { SAYS } from "./check_words.js";

/** @import { Noun } from "./check_words.js" */

/**
 * Paints the meter into a node; `remaining` is the answer of `/recent`, `check` opens a round of random items.
 * @param {HTMLElement} node
 * @param {Remaining | null} remaining
 * @param {() => void} check
 * @param {Noun} [noun]
 */
export function paintMeter(node, remaining, check, noun = "image") {
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
  const says = SAYS[noun];
  const words = known
    ? t(says.range, {
        low: count(low),
        high: count(high),
        unseen: count(unseen),
        checks: many(audited, "random check"),
      })
    : t(says.checked, { audited: count(audited), enough });
  const title = t(says.title);
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
      el("button", { class: "btn s", type: "button", title, onclick: check }, t(says.check)),
      pending ? el("div", { class: "q sm" }, t(says.waits[pending === 1 ? 0 : 1], { n: pending })) : null,
    ),
  );
}

/**
 * How practice went, for each class; `practice` is of the answer of `/recent`, null before the first answer.
 * @param {HTMLElement} node
 * @param {PracticeRecord | null} practice
 * @param {Categories} categories
 * @param {Noun} [noun]
 */
export function paintPractice(node, practice, categories, noun = "image") {
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
        left > 0 ? t(SAYS[noun].practise, { [`${noun}s`]: many(left, `practice ${noun}`) }) : t(SAYS[noun].done),
      ),
    ),
  );
}

/**
 * Cohen's kappa where items were labelled twice; a click opens the rest.
 * @param {HTMLElement} node
 * @param {Answers["agreement"] | null} agreement
 * @param {() => void} open
 * @param {Noun} [noun]
 */
export function paintAgreement(node, agreement, open, noun = "image") {
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
        range
          ? t("95 %:{range}, {items} labelled by two people", { range, items: many(all.items, noun) })
          : t("{items} labelled by two people", { items: many(all.items, noun) }),
      ),
    ),
  );
}
