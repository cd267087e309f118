// None of these, the measured options, and the levels of a tree: what prompts cannot say alone is fitted on people's labels.

/** @import { Prompts } from "./prompts.js" */
import { debounce, el, fill, fixed, icon, signed } from "../shared/dom.js";
import { sheet, toast } from "../shared/notices.js";
import { judgedOn } from "./effect.js";
import { judgedWords, percent } from "./lines/lane_words.js";
import { table, TreeLevels } from "./tree_levels.js";
import { many, t } from "../shared/page/words.js";

const points = (value) => signed(100 * value, 1);
const lines = (text) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

export class Lane {
  /** @param {Prompts} page */
  constructor(page) {
    this.page = page;
    this.box = el("div", { class: "box none" });
    this.levelsPanel = new TreeLevels(this);
    this.refresh = debounce(() => this.load(), 500);
  }

  /** What the lane holds back and how the tree is told under the draft; asked after the diff is on the screen. */
  async load() {
    const { api, wish } = this.page;
    try {
      const isTree = this.page.rows.some((row) => row.parent && this.page.facetOf(row)?.exclusive);
      [this.report, this.levels] = await Promise.all([
        api.post("lane", wish),
        isTree ? api.post("levels", wish) : { tree: false },
      ]);
      this.why = null;
    } catch (error) {
      this.report = null;
      this.why = error.message;
    }
    this.paint();
  }

  paint() {
    const open = el("button", { class: "btn link", type: "button", onclick: () => this.show() }, t("Look at them"));
    const words = !this.report
      ? (this.why ?? "")
      : this.report.on
        ? t("{images} held back: the background fits better than every category", {
            images: many(this.report.count, "image"),
          })
        : !this.report.default
          ? t("Off: the background prompts hold nothing back until a threshold is used")
          : this.report.fitted
            ? t("Off. It would hold back {images}", { images: many(this.report.count, "image") })
            : t("Off. Fitting it takes some labels");
    fill(
      this.box,
      el("div", { class: "row" }, icon("block", "s"), el("h3", {}, t("None of these"))),
      el("div", { class: "sm q" }, words),
      this.report?.none
        ? el(
            "div",
            { class: "sm q" },
            t("{images} marked as none of these", { images: many(this.report.none, "image") }),
          )
        : null,
      this.report ? open : null,
    );
    this.levelsPanel.paint();
  }

  /** The page's own sheet of the lane: its prompts, before and after, and one button. */
  show() {
    const { page } = this;
    const { report } = this;
    const field = el("textarea", {
      class: "field",
      rows: 5,
      value: report.background.join("\n"),
      "aria-label": t("Background prompts"),
    });
    field.onkeydown = (event) => event.stopPropagation();
    const take = (reject) => {
      page.background = lines(field.value);
      page.options = {
        ...page.options,
        reject,
        ...(reject === null ? {} : { temperature: report.fitted?.temperature ?? page.options.temperature }),
      };
      close();
      page.edited();
      toast(
        page.node,
        reject === null
          ? t("The lane is off in the draft.")
          : t("The lane is in the draft. Publish it, and images that it holds back get no proposal."),
      );
    };
    const row = (name, part) => [name, percent(part.calibration_error), percent(part.reject_rate), percent(part.right)];
    const judged = report.before
      ? el(
          "div",
          {},
          table(
            ["", t("Calibration error"), t("Rejected"), t("Right")],
            [row(t("Without the lane"), report.before), row(t("With it, fitted on other labels"), report.after)],
          ),
          el("p", { class: "sm q" }, judgedWords(report)),
        )
      : el("p", { class: "sm q" }, report.why ?? "");
    const keep = el(
      "button",
      {
        class: "btn",
        type: "button",
        onclick: () => {
          page.background = lines(field.value);
          close();
          page.edited();
        },
      },
      t("Keep the prompts in the draft"),
    );
    const use = el(
      "button",
      { class: "btn p", type: "button", disabled: !report.fitted, onclick: () => take(report.fitted.reject) },
      t("Use the fitted threshold"),
    );
    const off = report.on
      ? el("button", { class: "btn", type: "button", onclick: () => take(null) }, t("Switch off"))
      : null;
    const link = report.ids.length
      ? el(
          "a",
          { class: "btn s", href: `review?workspace=${page.api.workspace}&by=all&ids=${report.ids.join(",")}` },
          t("Open them in Review"),
        )
      : null;
    const close = sheet(
      page.node,
      t("None of these"),
      el(
        "div",
        { class: "col form" },
        el(
          "label",
          { class: "entry" },
          el(
            "span",
            { class: "lab" },
            report.default
              ? t("Background prompts, one a line (the project has none yet; these are a start)")
              : t("Background prompts, one a line"),
          ),
          field,
        ),
        judged,
        el(
          "div",
          { class: "row" },
          el("h3", {}, t("{images} held back", { images: many(report.count, "image") })),
          el("span", { class: "sp" }),
          link,
        ),
        el(
          "div",
          { class: "picks" },
          report.tiles.map((tile) => el("img", { src: page.api.thumb(tile.id), alt: tile.name, title: tile.name })),
        ),
        el("div", { class: "row foot" }, use, off, keep),
      ),
    );
  }

  /** Options, measured with the draft's prompts. */
  async options() {
    const { page } = this;
    const body = el("div", { class: "col form" }, el("div", { class: "sm q" }, t("Measuring")));
    const close = sheet(page.node, t("Options, measured on your labels"), body);
    try {
      const report = await page.api.post("options", page.wish);
      const rows = report.rows.map((row) =>
        Object.assign(
          [
            row.name + (row.in_use ? t(", in use") : ""),
            percent(row.accuracy),
            row.in_use
              ? ""
              : t("{gain} ({low} to {high})", { gain: points(row.gain), low: points(row.low), high: points(row.high) }),
            fixed(row.macro_f1, 3),
            percent(row.calibration_error),
            percent(row.calibration_error_fitted),
          ],
          { on: row.name === report.winner },
        ),
      );
      const keep = el(
        "button",
        {
          class: "btn p",
          type: "button",
          onclick: () => {
            page.options = { ...page.options, ...report.options };
            close();
            page.edited();
            toast(page.node, t("The options are in the draft. Publish it to use them."));
          },
        },
        t("Keep {winner}, temperature {temperature}", {
          winner: report.winner,
          temperature: fixed(report.options.temperature, 2),
        }),
      );
      fill(
        body,
        table(
          [
            t("Scores"),
            t("Accuracy"),
            t("Gain, points (95 %)"),
            t("Macro F1"),
            t("Calibration error"),
            t("with temperature"),
          ],
          rows,
        ),
        el(
          "p",
          { class: "sm q" },
          t("{judgedOn}; prior and temperature are fitted on the other folds. {winner}: {why}.", {
            judgedOn: judgedOn(report),
            winner: report.winner,
            why: report.why,
          }),
        ),
        el("div", { class: "row foot" }, keep),
      );
    } catch (error) {
      fill(body, el("div", { class: "alert" }, error.message));
    }
  }
}
