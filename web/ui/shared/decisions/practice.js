// @ts-check
// Practice images: answered like others, judged at once, never labelled.

import { t } from "../page/words.js";

/** @import { Decisions } from "./decisions.js" */

export class Practice {
  /** @param {Decisions} decisions */
  constructor(decisions) {
    this.decisions = decisions;
  }

  /**
   * A practice image is answered, not labelled: the verdict comes back at once. Unsure and clear leave it for later.
   * @param {Versioned[]} items
   * @param {{ kind: string, category?: number | null }} given
   */
  answer(items, { kind, category = null }) {
    if (!items.length) return;
    const answered = ["label", "reject"].includes(kind);
    for (const [id] of items) this.decisions.change(id, answered ? { done: true, waiting: true } : { skipped: true });
    if (!answered) return;
    const given = kind === "label" ? { category } : { refused: category };
    this.decisions.view.queue.push({
      kind: "practice",
      items: items.map(([id]) => ({ id, version: /** @type {number | null} */ (null) })),
      ...given,
    });
  }

  /**
   * Verdicts of practice: on the tile, and in words where the answer was wrong.
   * @param {AckItem[]} items
   * @param {Operation} op
   */
  judged(items, op) {
    for (const item of items) {
      this.decisions.change(item.id, {
        practised: item.practice.right,
        category: item.practice.category,
        proposed: null,
        state: "machine",
        waiting: false,
        done: true,
      });
    }
    const wrong = items.filter((item) => !item.practice.right);
    const names = [
      ...new Set(wrong.map((item) => this.decisions.view.categories().get(item.practice.category).name)),
    ].join(", ");
    const answer = op.category !== null && items.length === 1 ? op.category : null;
    const words =
      wrong.length > 0
        ? answer === null
          ? t("Practice: agreed is {names}.", { names })
          : t("Practice: not {name}, agreed is {names}.", {
              name: this.decisions.view.categories().get(answer).name,
              names,
            })
        : items.length > 1
          ? t("Practice: right, all {n}.", { n: items.length })
          : t("Practice: right.");
    this.decisions.view.toast(
      words,
      wrong.length && this.decisions.view.guide
        ? [t("Guideline"), () => this.decisions.view.guide(wrong[0].practice.category)]
        : null,
    );
  }
}
