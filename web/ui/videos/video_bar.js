// @ts-check
// Above the videos: which of them are shown, undo, and the pages.

/** @import { Videos } from "./videos.js" */
import { el, fill, icon } from "../shared/dom.js";
import { undoButton } from "../shared/notices.js";
import { count, t } from "../shared/page/words.js";

export class VideoBar {
  /** @param {Videos} page */
  constructor(page) {
    this.page = page;
    this.words = el("div", { class: "sm nm grow" });
    this.pager = el("div", { class: "row", style: { gap: "5px" } });
    this.filters = el(
      "button",
      {
        class: "btn s",
        type: "button",
        hidden: true,
        onclick: () => page.showFilters(page.filters.node.hidden),
      },
      icon("filter_list", "s"),
      t("Filters"),
    );
    this.node = el(
      "div",
      { class: "row top" },
      this.filters,
      this.words,
      undoButton(() => page.decisions.undo()),
      this.pager,
    );
  }

  paint() {
    const { grid, pages, meta } = this.page;
    const { offset, total, answered, videos } = pages.page;
    const to = offset + grid.tiles.length;
    const { dealt } = pages;
    const range = dealt
      ? t("Batch of {count}, {total} match", { count: count(grid.tiles.length), total: count(total) })
      : grid.tiles.length
        ? t("{from} to {to} of {total}", { from: offset + 1, to, total })
        : "none";
    const model = meta?.model ? t(" · scored by {model}", { model: t(meta.model) }) : "";
    const stand = t(" · {answered} of {videos} labelled{model}", {
      answered: count(answered),
      videos: count(videos),
      model,
    });
    fill(this.words, el("b", {}, range), stand);
    this.words.title = `${range}${stand}`; // a narrow window cuts it
    const button = (/** @type {string} */ symbol, /** @type {string} */ title, /** @type {number} */ step) =>
      el(
        "button",
        {
          class: "btn s",
          type: "button",
          title,
          disabled: step < 0 ? dealt || offset === 0 : !dealt && to >= total,
          onclick: () => pages.turn(step),
        },
        icon(symbol, "s"),
      );
    const on = dealt ? t("Next batch") : t("Next page");
    fill(this.pager, button("chevron_left", t("Previous page"), -1), button("chevron_right", on, 1));
  }
}
