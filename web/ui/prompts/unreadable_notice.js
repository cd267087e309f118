// @ts-check
// Above the draft: which prompts hold characters that could not be read.

/** @import { Prompts } from "./prompts.js" */
import { el, fill, icon } from "../shared/dom.js";
import { MOST_LISTED } from "./category_tree.js";
import { t } from "../shared/page/words.js";

export class UnreadableNotice {
  /** @param {Prompts} page */
  constructor(page) {
    this.page = page;
    this.node = el("div", { class: "alert warn", role: "alert", hidden: true });
  }

  /** Prompts that were stored with what no text can hold show U+FFFD in its place: which ones, so that they can be written again. */
  paint() {
    const lost = (/** @type {string[]} */ texts) => texts.some((text) => text.includes("\uFFFD"));
    const names = this.page.rows.filter((row) => lost(row.prompts.map((prompt) => prompt.text))).map((row) => row.name);
    if (lost(this.page.templates)) names.push(t("the templates"));
    if (lost(this.page.background)) names.push(t("the background"));
    this.node.hidden = names.length === 0;
    const shown =
      names.length > MOST_LISTED
        ? t("{names} and {n} more", { names: names.slice(0, MOST_LISTED).join(", "), n: names.length - MOST_LISTED })
        : names.join(", ");
    fill(
      this.node,
      icon("warning", "s"),
      el(
        "span",
        {},
        t("Prompts of {shown} contain unreadable characters, shown as �. Type them again, then publish.", { shown }),
      ),
    );
  }
}
