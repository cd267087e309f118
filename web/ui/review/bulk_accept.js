// @ts-check
// Bulk accept: choose a class and a score, look at a random part of the lot, then accept the rest with a bound on its errors.

import { debounce, el, fill, fixed, icon } from "../shared/dom.js";
import { listbox, settle } from "../shared/page/listbox.js";
import { sheet } from "../shared/notices.js";
import { chooser, classOptions } from "../shared/picker.js";
import { build, paint } from "../shared/tiles.js";
import { count, many, t } from "../shared/page/words.js";

const SURE = 0.95;
const LARGE = 0.1; // share of errors in the rest above which it is not accepted without a second press
/** @param {number} share */
const percent = (share) => `${fixed(100 * share, 1)} %`;

/**
 * Clopper-Pearson upper bound of an error rate after `errors` of `checked`: where so few errors have a chance of 5 %.
 * @param {number} errors
 * @param {number} checked
 */
export function upperBound(errors, checked) {
  if (errors >= checked) return 1;
  const atMost = (/** @type {number} */ p) => {
    let term = (1 - p) ** checked;
    let sum = term;
    for (let k = 1; k <= errors; k += 1) {
      term *= ((checked - k + 1) / k) * (p / (1 - p));
      sum += term;
    }
    return sum;
  };
  let [low, high] = [errors / checked, 1];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (atMost(middle) > 1 - SURE) low = middle;
    else high = middle;
  }
  return high;
}

class BulkAccept {
  /**
   * `on.accepted(answer, category)` is called once it is done.
   * @param {HTMLElement} host
   * @param {Api} api
   * @param {Categories} categories
   * @param {number[]} classes
   * @param {{ accepted(done: Accepted, category: Category): void }} on
   */
  constructor(host, api, categories, classes, on) {
    this.api = api;
    this.categories = categories;
    this.on = on;
    const offered = classes.map((id) => categories.get(id));
    this.field = chooser(
      () => host,
      t("Class"),
      classOptions(categories, offered).map((option) => ({ ...option, value: option.category.id })),
      offered[0]?.id,
    );
    this.score = el("input", {
      type: "range",
      class: "slide",
      min: 50,
      max: 99,
      value: 90,
      "aria-label": t("Least probability"),
    });
    this.says = el("b", { class: "num" });
    this.facts = el("div", { class: "sm q facts" });
    this.check = listbox(el("div", { class: "check" }), t("Random sample: select the wrong ones"), { several: true });
    this.verdict = el("div", { class: "grow sm" });
    this.go = el("button", { class: "btn p", type: "button", disabled: true, onclick: () => this.accept() });
    this.anyway = el("button", { class: "btn", type: "button", hidden: true, onclick: () => this.accept(true) });
    const cancel = el("button", { class: "btn", type: "button", onclick: () => this.close() }, t("Cancel"));
    const later = debounce(() => this.preview(), 250);
    const changed = () => {
      this.controller?.abort();
      this.go.disabled = true;
      this.paintScore();
      later();
    }; // no answer to an older question
    this.field.addEventListener("change", changed);
    this.score.oninput = changed;
    const choice = el(
      "div",
      { class: "choice" },
      el("label", {}, el("span", { class: "lab" }, t("Class")), this.field),
      el("label", {}, el("span", { class: "lab" }, t("At least this probable: "), this.says), this.score),
    );
    const content = el(
      "div",
      { class: "accept" },
      el("p", { class: "sm q" }, t("Accept the machine's labels above a score, after a check of a random sample.")),
      choice,
      this.facts,
      this.check,
      el("div", { class: "row end" }, this.verdict, cancel, this.anyway, this.go),
    );
    content.onkeydown = (event) => event.stopPropagation();
    this.close = sheet(host, t("Accept in bulk"), content);
    content.parentElement.classList.add("wide");
    this.paintScore();
    this.preview();
  }

  get wish() {
    return { category: Number(this.field.value), above: Number(this.score.value) / 100 };
  }

  paintScore() {
    fill(this.says, `${this.score.value} %`);
    this.score.style.setProperty("--at", `${(100 * (Number(this.score.value) - 50)) / 49}%`);
  }

  async preview() {
    this.controller?.abort();
    this.controller = new AbortController();
    this.go.disabled = true;
    const wish = this.wish;
    try {
      this.lot = await this.api.post("accept", wish, this.controller.signal);
      this.asked = wish;
      this.wrong = new Set();
      this.paint();
    } catch (error) {
      if (error.name !== "AbortError") this.failed(error);
    }
  }

  paint() {
    const { lot, held_back: held, skipped_human: skipped, check } = this.lot;
    const parts = [
      t("{images} in the lot", { images: many(lot, "image") }),
      held ? t("{held} held back: the runner-up is a rare class", { held: count(held) }) : null,
      skipped ? t("{skipped} decided by people are kept", { skipped: count(skipped) }) : null,
    ];
    fill(this.facts, parts.filter(Boolean).join(" · "));
    fill(
      this.check,
      check.map((/** @type {Tile} */ tile) => {
        const node = build(tile, this.api);
        paint(node, { ...tile, proposed: null }, this.categories, { name: false });
        node.onclick = () => {
          if (this.wrong.has(tile.id)) this.wrong.delete(tile.id);
          else this.wrong.add(tile.id);
          node.classList.toggle("wrong", this.wrong.has(tile.id));
          node.setAttribute("aria-selected", String(this.wrong.has(tile.id)));
          this.paintVerdict();
        };
        return node;
      }),
    );
    settle(this.check);
    this.paintVerdict();
  }

  paintVerdict() {
    const { lot, check } = this.lot;
    const rest = lot - check.length;
    const [n, bad] = [check.length, this.wrong.size];
    this.go.disabled = lot === 0;
    const bound = rest ? upperBound(bad, n) : 0;
    const large = bound > LARGE;
    this.anyway.hidden = !large;
    fill(this.anyway, t("Accept all {n} anyway", { n: count(lot - bad) }));
    fill(
      this.go,
      icon("done_all"),
      large ? t("Keep my {answers} only", { answers: many(n, "answer") }) : t("Accept {n}", { n: count(lot - bad) }),
    );
    if (lot === 0) {
      fill(this.verdict, t("No undecided image is that probable. Lower the score."));
      return;
    }
    if (rest === 0) {
      fill(this.verdict, el("b", {}, t("All {n} are shown.", { n: count(n) })), t(" Click the wrong ones."));
      return;
    }
    const boundWords = t(
      " With {errors} among them, up to {bound} of the other {rest} are wrong: {images} (95 % certain).",
      {
        errors: many(bad, "error"),
        bound: percent(bound),
        rest: count(rest),
        images: many(Math.floor(bound * rest), "image"),
      },
    );
    if (large) {
      fill(
        this.verdict,
        el(
          "div",
          { class: "alert warn", role: "alert" },
          icon("warning", "s"),
          el(
            "span",
            {},
            el("b", {}, t("Too many errors to accept the rest unseen.")),
            boundWords,
            t(" Raise the score, or look at them in Review."),
          ),
        ),
      );
      return;
    }
    fill(this.verdict, el("b", {}, t("Click the wrong ones of these {n}.", { n: count(n) })), boundWords);
  }

  /** Accept the lot; where its bound is large the answers alone are kept, unless the person takes the rest `anyway`. */
  async accept(anyway = false) {
    const answers = Object.fromEntries(
      this.lot.check.map((/** @type {Tile} */ tile) => [tile.id, this.wrong.has(tile.id) ? null : this.asked.category]),
    );
    this.go.disabled = this.anyway.disabled = true;
    try {
      const done = await this.api.post("accept", { ...this.asked, answers, anyway });
      this.close();
      this.on.accepted(done, this.categories.get(this.asked.category));
    } catch (error) {
      this.failed(error);
    }
  }

  /** @param {Error} error */
  failed(error) {
    fill(this.verdict, el("div", { class: "alert bad", role: "alert" }, icon("error", "s"), error.message));
  }
}

/**
 * Open the box over `host`.
 * @param {HTMLElement} host
 * @param {Api} api
 * @param {Categories} categories
 * @param {number[]} classes
 * @param {{ accepted(done: Accepted, category: Category): void }} on
 */
export const openAccept = (host, api, categories, classes, on) => new BulkAccept(host, api, categories, classes, on);
