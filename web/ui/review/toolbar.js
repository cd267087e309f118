// @ts-check
// Above the grid: the page's progress, turning pages, tiles a page, tile size and batch mode.

/** @import { Review } from "./review.js" */
import { el, fill, icon } from "../shared/dom.js";
import { undoButton } from "../shared/notices.js";
import { SIZES } from "./filters/filter_options.js";
import { count, many, t } from "../shared/page/words.js";

const NARROW_PX = 900;

export class Toolbar {
  /** @param {Review} review */
  constructor(review) {
    this.review = review;
    this.narrow = /** @type {boolean | undefined} */ (undefined);
    this.words = el("div", { class: "sm nm" });
    this.done = el("i");
    this.pager = el("div", { class: "row", style: { gap: "5px" } });
    const size = el("input", {
      type: "range",
      class: "slide sizes",
      min: 0,
      max: 2,
      step: 1,
      value: [96, 128, 176].indexOf(review.grid.size),
      "aria-label": t("Tile size"),
    });
    size.oninput = () => {
      review.grid.resize(Number(size.value) - [96, 128, 176].indexOf(review.grid.size));
      this.sizeChanged();
      size.blur();
    };
    this.size = size;
    this.sizeChanged();
    this.batchBox = el("input", { type: "checkbox", "aria-label": t("Batch mode") });
    this.batchBox.onchange = () => {
      review.batch.show(this.batchBox.checked);
      this.batchBox.blur();
    };
    this.sizeBox = el(
      "select",
      { class: "field pagesize", "aria-label": t("Tiles a page"), title: t("Tiles a page") },
      [...SIZES].sort((a, b) => a - b).map((n) => el("option", { value: n }, t("{n} tiles", { n }))),
    );
    this.sizeBox.onchange = () => {
      review.filters.set({ size: this.sizeBox.value });
      this.sizeBox.blur();
    };
    const toggle = el(
      "label",
      {
        class: "toggle",
        title: t(
          "Click the wrong ones: they show their runner-up, and a class key gives another. Enter accepts what you have seen and scrolls on",
        ),
      },
      this.batchBox,
      t("Batch mode"),
    );
    this.filtersButton = el(
      "button",
      {
        class: "btn s",
        type: "button",
        hidden: true,
        "aria-expanded": "false",
        onclick: () => this.showFilters(review.filters.node.hidden),
      },
      icon("filter_list", "s"),
      t("Filters"),
    );
    this.node = el(
      "div",
      { class: "row top" },
      this.filtersButton,
      el("div", { class: "progress" }, this.words, el("div", { class: "bar" }, this.done)),
      undoButton(() => review.decisions.undo()),
      this.pager,
      this.sizeBox,
      toggle,
      icon("photo_size_select_large", "s"),
      size,
    );
  }

  sizeChanged() {
    const at = [96, 128, 176].indexOf(this.review.grid.size);
    this.size.value = String(at);
    this.size.style.setProperty("--at", `${at * 50}%`);
  }

  paint() {
    const n = this.review.grid.tiles.length;
    const done = this.review.grid.tiles.filter((tile) => tile.done).length;
    const practice = this.review.grid.tiles.filter((tile) => tile.practice || tile.practised !== undefined).length;
    const rate = this.review.decisions?.perMinute ?? this.review.recent?.per_minute;
    const left = n - done;
    const { total } = this.review.pages.page;
    const minutes =
      rate && left
        ? t(", about {minutes} at this speed", { minutes: many(Math.max(1, Math.round(left / rate)), "minute") })
        : "";
    this.words.title = t("{left} left on this page{minutes}", { left: count(left), minutes });
    this.node.classList.toggle("batch", this.review.grid.batch); // what Enter does is a sentence: it has a line of its own
    fill(
      this.words,
      el("b", {}, t("Page {number}", { number: this.review.pages.page.number })),
      el(
        "span",
        { class: "num" },
        this.review.grid.batch
          ? ` · ${this.review.batch.words()}`
          : n
            ? practice
              ? t(" · {done} of {n} done · {total} match, {practice} for practice", { done, n, total, practice })
              : t(" · {done} of {n} done · {total} match", { done, n, total })
            : "",
      ),
    );
    this.done.style.width = n ? `${(100 * done) / n}%` : "0";
    const yours = this.review.pages.assigned;
    if (yours !== null) {
      this.words.append(el("span", { class: "num" }, t(" · {yours} left of what is yours", { yours: count(yours) })));
    }
    const nextCls = n && left === 0 ? "btn s p" : "btn s";
    fill(
      this.pager,
      el(
        "button",
        {
          class: "btn s",
          type: "button",
          title: t("Previous page"),
          disabled: this.review.pages.page.offset === 0,
          onclick: () => this.review.pages.turn(-1),
        },
        icon("chevron_left", "s"),
      ),
      el(
        "button",
        {
          class: nextCls,
          type: "button",
          title: t("Next page"),
          disabled:
            !this.review.pages.dealt &&
            this.review.pages.page.offset + this.review.filters.size >= this.review.pages.page.total &&
            this.review.pages.gone() === 0,
          onclick: () => this.review.pages.turn(1),
        },
        t("Next|page"),
        icon("chevron_right", "s"),
      ),
    );
  }

  /**
   * Where there is little room the filters give way to a button, and lie over the grid while they are asked for.
   * @param {number} width
   */
  fit(width) {
    const narrow = width > 0 && width < NARROW_PX;
    if (narrow === this.narrow) return;
    this.narrow = narrow;
    this.review.node.classList.toggle("narrow", narrow);
    this.review.filters.search.fit(narrow);
    this.filtersButton.hidden = !narrow;
    this.showFilters(!narrow);
  }

  /** @param {boolean} shown */
  showFilters(shown) {
    this.review.filters.node.hidden = !shown;
    this.filtersButton.setAttribute("aria-expanded", String(shown));
  }
}
