// Below the timeline: what would be done with each segment, and what another head had said.

import { clock, el, fixed, icon } from "../shared/dom.js";
import { toast } from "../shared/notices.js";
import { chip, colours, nameOf } from "../shared/tiles.js";
import { many, t } from "../shared/page/words.js";

const FIXES = 12;
const SHORT = 3;

/** The processing plan as a table. `on.download()` fetches the ffmpeg commands, `on.more()` shows all rows. */
export function planTable(run, categories, all, on) {
  if (!run.plan?.length) return null;
  const rows = all ? run.plan : run.plan.slice(0, SHORT);
  const find = (label) =>
    categories.list.find((one) => one.path === label || one.name === label) ?? { ...categories.get(null), name: label };
  const cut = run.plan.length > SHORT;
  const head = el(
    "div",
    { class: "row planhead" },
    el("h2", {}, t("Processing plan")),
    cut
      ? el(
          "button",
          { type: "button", class: "btn link", onclick: on.more },
          all ? t("first {SHORT} only", { SHORT }) : t("first {SHORT} of {n}, show all", { SHORT, n: run.plan.length }),
        )
      : null,
    el("span", { class: "sp" }),
    el("button", { type: "button", class: "btn s", onclick: on.download }, icon("download", "s"), t("ffmpeg commands")),
  );
  const cells = (step) => [
    el("span", { class: "num" }, `${clock(step.start_s)} – ${clock(step.end_s)}`),
    nameOf(find(step.label)),
    encoder(step.encode),
    step.restore.map((one) => one.split("=")[0]).join(", ") || t("none"),
    step.assess.join(", ") || t("none"),
  ];
  const table = el(
    "table",
    { class: "df" },
    el(
      "tr",
      {},
      [t("Segment|noun"), t("Label|noun"), t("Encoder"), t("Restoration"), t("Quality measure")].map((name) =>
        el("th", {}, name),
      ),
    ),
    rows.map((step) =>
      el(
        "tr",
        {},
        cells(step).map((cell) => el("td", {}, cell)),
      ),
    ),
  );
  return el(
    "div",
    { class: "plan" },
    head,
    run.plan_needs ? el("p", { class: "sm q needs" }, icon("info", "s"), ` ${run.plan_needs}`) : null,
    table,
  );
}

/** {codec: "libx264", crf: "26", preset: "slow", g: "250"} -> "x264, CRF 26, slow"; every option stands in the title. */
function encoder(options) {
  const { codec, crf, preset, tune } = options;
  const short = [codec.replace(/^lib/, ""), crf && `CRF ${crf}`, preset, tune && t("tune {tune}", { tune })]
    .filter(Boolean)
    .join(", ");
  return el(
    "span",
    {
      title: Object.entries(options)
        .map(([name, value]) => `${name} ${value}`)
        .join(", "),
    },
    short,
  );
}

/** Stretches where two heads differ: [{start_s, end_s, was, is}]. */
export function changes(run) {
  const moves = [];
  for (const old of run.before.segments) {
    for (const now of run.segments) {
      const [start_s, end_s] = [Math.max(old.start_s, now.start_s), Math.min(old.end_s, now.end_s)];
      if (end_s - start_s > 0.05 && old.category !== now.category) {
        moves.push({ start_s, end_s, was: old.category, is: now.category });
      }
    }
  }
  return moves;
}

/** Indices of the keyframes where two heads differ. */
export function changedFrames(run) {
  const spans = changes(run);
  return run.keyframes
    .filter((frame) => spans.some((span) => frame.time_s >= span.start_s - 1e-3 && frame.time_s < span.end_s))
    .map((frame) => frame.index);
}

/** The list of changed segments, a click goes there; below it the people's images most like them, `fixes`, once they are known. */
export function changed(run, categories, fixes, seek) {
  if (!run.before) return null;
  const moves = changes(run);
  const rows = moves.map((one) =>
    el(
      "button",
      { type: "button", class: "row diffrow", onclick: () => seek(one.start_s) },
      el("span", { class: "num" }, `${clock(one.start_s)} – ${clock(one.end_s)}`),
      chip(categories.get(one.was)),
      icon("arrow_forward", "s"),
      chip(categories.get(one.is)),
    ),
  );
  return el(
    "div",
    { class: "changed" },
    el(
      "h2",
      {},
      t("{segments} changed since {model}", { segments: many(moves.length, "segment"), model: run.before.model }),
    ),
    rows.length ? rows : el("p", { class: "sm q" }, t("Both models agree.")),
    fixes && rows.length ? nearest(fixes, categories) : null,
  );
}

function nearest(fixes, categories) {
  if (!fixes.length) return el("p", { class: "sm q" }, t("No image that a person labelled is near them."));
  const words =
    fixes.length === 1
      ? t("1 image labelled by people is nearest to them:")
      : t("{n} images labelled by people are nearest to them:", { n: fixes.length });
  const images = fixes.slice(0, FIXES).map((one) =>
    el("img", {
      src: one.image,
      alt: "",
      title: t("{name}, similarity {similarity}", {
        name: categories.get(one.category).name,
        similarity: fixed(one.similarity, 2),
      }),
      style: colours(categories.get(one.category)),
    }),
  );
  return el("div", {}, el("p", { class: "sm q" }, words), el("div", { class: "fixes" }, images));
}

/** Offer the file that a request answers as `{name, text}`; where there is none the reason is told over the host. */
export async function offer(host, answer) {
  try {
    save(await answer);
  } catch (error) {
    toast(host, error.message);
  }
}

function save({ name, text }) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
