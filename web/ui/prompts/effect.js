// What a draft or another version does: accuracy, counts per class, the largest moves with their images.

import { count, el, fixed, icon, many } from "../shared/dom.js";
import { LEAST, wilson } from "../shared/figures.js";
import { chip, nameOf } from "../shared/tiles.js";

/** What something was judged on, as in "30 audit items". People label what is doubtful first: what they chose is not a sample. */
export const judgedOn = ({ n, set }) =>
  set === "audit items" ? many(n, "audit item") : `${many(n, "human label")}, not drawn at random`;

/** Accuracy and macro F1, after and by how much. */
export function metricsOf(effect, more = "") {
  if (!effect.accuracy) {
    return el("div", { class: "sm q" }, "Accuracy is shown once people have confirmed some labels.");
  }
  const part = (label, { before, after }, text, unit) => {
    const gain = after - before;
    const shown = unit(Math.abs(gain));
    const way = parseFloat(shown) === 0 ? 0 : Math.sign(gain); // a gain that rounds to nothing is none
    const sign = way ? `${way > 0 ? "↑" : "↓"} ${shown}` : "no change";
    return el(
      "div",
      {},
      el("div", { class: "sm q" }, label),
      el("div", { class: "v num" }, text(after)),
      el(
        "div",
        { class: "sm num", style: { color: way > 0 ? "var(--ok)" : way < 0 ? "var(--bad)" : "var(--ink2)" } },
        sign,
      ),
    );
  };
  if (effect.accuracy.n < LEAST) {
    const { n, before, after } = effect.accuracy;
    const [now, was] = [after, before].map((share) => Math.round(share * n));
    return el(
      "div",
      { class: "box" },
      el("div", { class: "v num few" }, `${now} of ${n} right`),
      el(
        "div",
        { class: "sm q" },
        `Before ${was} of ${n}. 95 %: ${wilson(now, n)}. A figure takes ${LEAST} labels. ${more}`,
      ),
    );
  }
  return el(
    "div",
    { class: "box" },
    el(
      "div",
      { class: "metrics" },
      part(
        "Accuracy",
        effect.accuracy,
        (v) => `${fixed(100 * v, 1)} %`,
        (v) => `${fixed(100 * v, 1)} points`,
      ),
      effect.macro_f1
        ? part(
            "Macro F1",
            effect.macro_f1,
            (v) => fixed(v, 3),
            (v) => fixed(v, 3),
          )
        : null,
    ),
    el("div", { class: "sm q" }, `Zero-shot on ${judgedOn(effect.accuracy)}. ${more}`),
  );
}

/** Of each class what comes in, what goes out, and the close calls. */
export function effectTable(effect, categories) {
  const rows = effect.counts.map((row) =>
    el(
      "tr",
      {},
      el("td", {}, nameOf(categories.get(row.category))),
      el("td", { class: "r" }, count(row.in)),
      el("td", { class: "r" }, count(row.out)),
      el("td", { class: "r" }, count(row.contested)),
    ),
  );
  const th = (text, cls = "") => el("th", { class: cls }, text);
  return el(
    "div",
    { class: "scroll" },
    el(
      "table",
      { class: "df" },
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          th("Class"),
          th("In", "r"),
          th("Out", "r"),
          el(
            "th",
            { class: "r", title: "Images of the class for which another class is nearly as likely" },
            "Close calls",
          ),
        ),
      ),
      el("tbody", {}, rows),
    ),
  );
}

/** The largest moves, each with its most certain images. */
export function movesOf(effect, categories, api, most = 3) {
  return effect.moves.slice(0, most).map((move) =>
    el(
      "div",
      { class: "move" },
      el(
        "div",
        { class: "row" },
        chip(categories.get(move.from)),
        icon("arrow_forward", "s"),
        chip(categories.get(move.to)),
        el("span", { class: "sp" }),
        el("b", { class: "num" }, count(move.count)),
      ),
      el(
        "div",
        { class: "moves" },
        move.tiles.slice(0, 5).map((tile) => el("img", { src: api.thumb(tile.id), alt: tile.name, title: tile.name })),
      ),
    ),
  );
}

/** How well the labels of an open facet are told: by the prompts and by a sigmoid head, both on answers that they have not seen. */
export function tagTable(facet) {
  if (!facet) return null;
  const { measured } = facet;
  if (!measured.zero_shot) {
    return el(
      "div",
      { class: "sm q" },
      `Scores of ${facet.name} take answers on 20 images; ${count(measured.n)} have one.`,
    );
  }
  const rows = [
    ["mAP", "map"],
    ["Hit@1", "hit1"],
    ["Hit@2", "hit2"],
    ["Micro F1, tuned", "micro_f1"],
    ["Macro F1, tuned", "macro_f1"],
    ["Micro F1 at 0.5", "micro_f1_fixed"],
    ["Macro F1 at 0.5", "macro_f1_fixed"],
    ["Peak F1", "peak_f1"],
  ];
  const cell = (part, name) => el("td", { class: "r" }, part && part[name] !== null ? fixed(part[name], 3) : "");
  return el(
    "div",
    { class: "col two" },
    el("h2", {}, `Labels of ${facet.name}`),
    el(
      "table",
      { class: "df small" },
      el(
        "thead",
        {},
        el("tr", {}, el("th", {}, ""), el("th", { class: "r" }, "Prompts"), el("th", { class: "r" }, "Head")),
      ),
      el(
        "tbody",
        {},
        rows.map(([words, name]) =>
          el("tr", {}, el("td", {}, words), cell(measured.zero_shot, name), cell(measured.head, name)),
        ),
      ),
    ),
    el(
      "div",
      { class: "sm q" },
      `${many(measured.answers, "answer")} of people on ${many(measured.n, "image")}; thresholds and head from other folds.`,
    ),
  );
}
