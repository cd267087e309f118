// None of these, the measured options, and the levels of a tree: what prompts cannot say alone is fitted on people's labels.

/** @import { Prompts } from "./prompts.js" */
import { count, debounce, el, fill, fixed, icon, many, signed } from "../shared/dom.js";
import { sheet, toast } from "../shared/notices.js";
import { judgedOn } from "./effect.js";
import { table, TreeLevels } from "./tree_levels.js";

const percent = (value) => `${fixed(100 * value, 1)} %`;
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
    const open = el("button", { class: "btn link", type: "button", onclick: () => this.show() }, "Look at them");
    const words = !this.report
      ? (this.why ?? "")
      : this.report.on
        ? `${many(this.report.count, "image")} held back: the background fits better than every category`
        : !this.report.default
          ? "Off: the background prompts hold nothing back until a threshold is used"
          : this.report.fitted
            ? `Off. It would hold back ${many(this.report.count, "image")}`
            : "Off. Fitting it takes some labels";
    fill(
      this.box,
      el("div", { class: "row" }, icon("block", "s"), el("h3", {}, "None of these")),
      el("div", { class: "sm q" }, words),
      this.report?.none
        ? el("div", { class: "sm q" }, `${many(this.report.none, "image")} marked as none of these`)
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
      "aria-label": "Background prompts",
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
          ? "The lane is off in the draft."
          : "The lane is in the draft. Publish it, and images that it holds back get no proposal.",
      );
    };
    const row = (name, part) => [name, percent(part.calibration_error), percent(part.reject_rate), percent(part.right)];
    const judged = report.before
      ? el(
          "div",
          {},
          table(
            ["", "Calibration error", "Rejected", "Right"],
            [row("Without the lane", report.before), row("With it, fitted on other labels", report.after)],
          ),
          el(
            "p",
            { class: "sm q" },
            `${many(report.n, "label")} of people, ${count(report.none)} of them none of the classes${report.caught === null ? "" : `; ${percent(report.caught)} of those are held back`}. ${report.none ? "" : 'Until somebody says "None of these" in Review (key o), only the background prompts show which images fit no class.'}`,
          ),
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
      "Keep the prompts in the draft",
    );
    const use = el(
      "button",
      { class: "btn p", type: "button", disabled: !report.fitted, onclick: () => take(report.fitted.reject) },
      "Use the fitted threshold",
    );
    const off = report.on
      ? el("button", { class: "btn", type: "button", onclick: () => take(null) }, "Switch off")
      : null;
    const link = report.ids.length
      ? el(
          "a",
          { class: "btn s", href: `review?workspace=${page.api.workspace}&by=all&ids=${report.ids.join(",")}` },
          "Open them in Review",
        )
      : null;
    const close = sheet(
      page.node,
      "None of these",
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
              ? "Background prompts, one a line (the project has none yet; these are a start)"
              : "Background prompts, one a line",
          ),
          field,
        ),
        judged,
        el(
          "div",
          { class: "row" },
          el("h3", {}, `${many(report.count, "image")} held back`),
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
    const body = el("div", { class: "col form" }, el("div", { class: "sm q" }, "Measuring"));
    const close = sheet(page.node, "Options, measured on your labels", body);
    try {
      const report = await page.api.post("options", page.wish);
      const rows = report.rows.map((row) =>
        Object.assign(
          [
            row.name + (row.in_use ? ", in use" : ""),
            percent(row.accuracy),
            row.in_use ? "" : `${points(row.gain)} (${points(row.low)} to ${points(row.high)})`,
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
            toast(page.node, "The options are in the draft. Publish it to use them.");
          },
        },
        `Keep ${report.winner}, temperature ${fixed(report.options.temperature, 2)}`,
      );
      fill(
        body,
        table(["Scores", "Accuracy", "Gain, points (95 %)", "Macro F1", "Calibration error", "with temperature"], rows),
        el(
          "p",
          { class: "sm q" },
          `${judgedOn(report)}; prior and temperature are fitted on the other folds. ${report.winner}: ${report.why}.`,
        ),
        el("div", { class: "row foot" }, keep),
      );
    } catch (error) {
      fill(body, el("div", { class: "alert" }, error.message));
    }
  }
}
