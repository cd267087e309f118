// How sure the draft is on each level of the tree, and where a label stays on the parent.

/** @import { Lane } from "./none_of_these.js" */
import { el, fill, fixed } from "../shared/dom.js";
import { judgedOn } from "./effect.js";
import { many, t } from "../shared/page/words.js";

export const table = (head, rows) =>
  el(
    "table",
    { class: "df" },
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        head.map((text, at) => el("th", { class: at ? "r" : "" }, text)),
      ),
    ),
    el(
      "tbody",
      {},
      rows.map((cells) =>
        el(
          "tr",
          { class: cells.on ? "on" : "" },
          cells.map((cell, at) => el("td", { class: at ? "r" : "" }, cell)),
        ),
      ),
    ),
  );

export class TreeLevels {
  /** @param {Lane} lane */
  constructor(lane) {
    this.lane = lane;
    this.node = el("div", { class: "levels" });
  }

  paint() {
    const levels = this.lane.levels;
    const page = this.lane.page;
    if (!levels?.tree) {
      fill(this.node);
      return;
    }
    const slider = el("input", {
      type: "range",
      class: "slide",
      min: 0,
      max: 0.9,
      step: 0.1,
      value: levels.least,
      "aria-label": t("Back-off margin"),
    });
    slider.style.setProperty("--at", `${(levels.least / 0.9) * 100}%`);
    slider.oninput = () => {
      page.options = { ...page.options, back_off: Number(slider.value) };
      slider.style.setProperty("--at", `${(slider.value / 0.9) * 100}%`);
      margin.textContent = fixed(Number(slider.value), 1);
      page.edited();
    };
    const margin = el("span", { class: "num sm" }, fixed(levels.least, 1));
    const head = el(
      "div",
      { class: "row" },
      el("h2", {}, t("Levels of the tree")),
      el("span", { class: "sp" }),
      el("span", { class: "sm q" }, t("{images} stop at a parent", { images: many(levels.stopped, "image") })),
    );
    const back = el(
      "div",
      {
        class: "row sm reach",
        title: t("A child is proposed where it leads the next by this margin; else the label stays on the parent"),
      },
      t("Back-off"),
      slider,
      margin,
    );
    if (!levels.n) {
      fill(
        this.node,
        head,
        back,
        el("div", { class: "sm q" }, t("Coverage and precision are shown once people have labelled.")),
      );
      return;
    }
    const cell = (value) => fixed(100 * value, 0);
    const rows = levels.with_back_off.levels.map((row) =>
      row.n
        ? [`${row.level}`, cell(row.coverage), cell(row.precision), cell(row.recall), cell(row.f1)]
        : [`${row.level}`, t("no labels"), "", "", ""],
    );
    const whole = levels.with_back_off;
    const plain = levels.without;
    fill(
      this.node,
      head,
      back,
      table(
        [t("Level, %"), t("Cover"), t("Prec."), t("Recall"), "F1"],
        [
          ...rows,
          ["tree", "", cell(whole.precision), cell(whole.recall), cell(whole.f1)],
          [t("no back-off"), "", cell(plain.precision), cell(plain.recall), cell(plain.f1)],
        ],
      ),
      el("div", { class: "sm q" }, t("On {judgedOn}.", { judgedOn: judgedOn(levels) })),
    );
  }
}
