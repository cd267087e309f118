// What a draft or another version does: accuracy, counts per class, the largest moves with their images.

import { el, fixed, icon } from "../shared/dom.js";
import { LEAST, wilson } from "../shared/checks/figures.js";
import { chip, nameOf } from "../shared/tiles.js";
import { count, many, t } from "../shared/page/words.js";

/** What something was judged on, as in "30 audit items". People label what is doubtful first: what they chose is not a sample. */
export const judgedOn = ({ n, set }) =>
  set === "audit items"
    ? many(n, "audit item")
    : t("{labels}, not drawn at random", { labels: many(n, "human label") });

/** Accuracy and macro F1, after and by how much. */
export function metricsOf(effect, more = "") {
  if (!effect.accuracy) {
    return el("div", { class: "sm q" }, t("Accuracy is shown once people have confirmed some labels."));
  }
  const part = (label, { before, after }, text, unit) => {
    const gain = after - before;
    const shown = unit(Math.abs(gain));
    const way = parseFloat(shown) === 0 ? 0 : Math.sign(gain); // a gain that rounds to nothing is none
    const sign = way ? `${way > 0 ? "↑" : "↓"} ${shown}` : t("no change");
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
      el("div", { class: "v num few" }, t("{now} of {n} right", { now, n })),
      el(
        "div",
        { class: "sm q" },
        t("Before {was} of {n}. 95 %: {wilson}. A figure takes {LEAST} labels. {more}", {
          was,
          n,
          wilson: wilson(now, n),
          LEAST,
          more,
        }),
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
        t("Accuracy"),
        effect.accuracy,
        (v) => `${fixed(100 * v, 1)} %`,
        (v) => t("{n} points", { n: fixed(100 * v, 1) }),
      ),
      effect.macro_f1
        ? part(
            t("Macro F1"),
            effect.macro_f1,
            (v) => fixed(v, 3),
            (v) => fixed(v, 3),
          )
        : null,
    ),
    el("div", { class: "sm q" }, t("Zero-shot on {judgedOn}. {more}", { judgedOn: judgedOn(effect.accuracy), more })),
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
          th(t("Class")),
          th(t("In"), "r"),
          th(t("Out"), "r"),
          el(
            "th",
            { class: "r", title: t("Images of the class for which another class is nearly as likely") },
            t("Close calls"),
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
      t("Scores of {name} take answers on 20 images; {n} have one.", { name: facet.name, n: count(measured.n) }),
    );
  }
  const rows = [
    ["mAP", "map"],
    [t("Hit@1"), "hit1"],
    [t("Hit@2"), "hit2"],
    [t("Micro F1, tuned"), "micro_f1"],
    [t("Macro F1, tuned"), "macro_f1"],
    [t("Micro F1 at 0.5"), "micro_f1_fixed"],
    [t("Macro F1 at 0.5"), "macro_f1_fixed"],
    [t("Peak F1"), "peak_f1"],
  ];
  const cell = (part, name) => el("td", { class: "r" }, part && part[name] !== null ? fixed(part[name], 3) : "");
  return el(
    "div",
    { class: "col two" },
    el("h2", {}, t("Labels of {name}", { name: facet.name })),
    el(
      "table",
      { class: "df small" },
      el(
        "thead",
        {},
        el("tr", {}, el("th", {}, ""), el("th", { class: "r" }, t("Prompts")), el("th", { class: "r" }, t("Head"))),
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
      t("{answers} of people on {images}; thresholds and head from other folds.", {
        answers: many(measured.answers, "answer"),
        images: many(measured.n, "image"),
      }),
    ),
  );
}
