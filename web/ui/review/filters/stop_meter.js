// @ts-check
// The stop meter: about how many labels that nobody has looked at are wrong, with its interval.

import { count, el, fill, fixed, many } from "../../shared/dom.js";
import { LEAST } from "../../shared/figures.js";
import { nameOf } from "../../shared/tiles.js";

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
    ? `${count(low)} to ${count(high)} of ${count(unseen)} unseen images (95 %), from ${many(audited, "random check")}`
    : `${count(audited)} of ${enough} random images checked`;
  const title = "Twenty random images among the unseen ones";
  fill(
    node,
    el(
      "div",
      { class: "meter" },
      el("h3", {}, "Errors left"),
      known ? el("div", { class: "big" }, `about ${count(estimate)}`) : null,
      el("div", { class: "q sm" }, words),
      known ? bar : null,
      el("div", { class: "q sm" }, remaining.advice),
      el("button", { class: "btn s", type: "button", title, onclick: check }, "Check 20 images (2 minutes)"),
      pending
        ? el(
            "div",
            { class: "q sm" },
            `${count(pending)} ${pending === 1 ? "check waits" : "checks wait"} to be confirmed: they come first in Next batch.`,
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
      el("span", { class: "num" }, `${one.right} of ${one.answered}`),
    ),
  );
  fill(
    node,
    el(
      "div",
      { class: "meter practice" },
      el("h3", {}, "Practice"),
      el("div", { class: "big" }, `${practice.right} of ${practice.answered} right`),
      rows,
      el(
        "div",
        { class: "q sm" },
        left > 0 ? `${many(left, "practice image")} to go, mixed into Next batch.` : "Done: no practice image is left.",
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
  const range = all.low === null || all.items < LEAST ? "" : ` (${fixed(all.low, 2)} to ${fixed(all.high, 2)})`;
  fill(
    node,
    el(
      "button",
      { class: "meter agreement", type: "button", title: "Agreement by pairs of people", onclick: open },
      el("h3", {}, "Agreement"),
      el(
        "div",
        { class: "big" },
        all.items < LEAST
          ? `${Math.round(all.share * all.items)} of ${all.items} the same`
          : all.kappa === null
            ? `${Math.round(100 * all.share)} %`
            : `κ ${fixed(all.kappa, 2)}`,
      ),
      el(
        "div",
        { class: "q sm" },
        `${range ? `95 %:${range}, ` : ""}${many(all.items, "image")} labelled by two people`,
      ),
    ),
  );
}
