// Right of the player: the current segment, its scores and keyframes, the labelled images most like each, and its correction.

import { clock, el, fixed, icon } from "../shared/dom.js";
import { chooser, classOptions } from "../shared/picker.js";
import { chip, colours, nameOf } from "../shared/tiles.js";
import { many, t } from "../shared/page/words.js";

const SHOWN = 4;

/**
 * What stands about a segment. `near` maps a keyframe's index to the images most like it; `programme` is the server's answer or
 * null. `on`: seek(seconds), correct(category), split(), merge(), host().
 */
export function about({ run, index, categories, near, programme }, on) {
  const segment = run.segments[index];
  const done = run.state === "done";
  const button = (symbol, text, title, act, able) =>
    el(
      "button",
      { type: "button", class: "btn s edit", title, disabled: !able, onclick: act },
      icon(symbol, "s"),
      text,
    );
  const head = el(
    "div",
    { class: "row" },
    el("h2", { class: "which" }, t("Segment {n} of {n2}", { n: index + 1, n2: run.segments.length })),
    el(
      "span",
      { class: "sm q num" },
      `${clock(segment.start_s)} – ${clock(segment.end_s)}, ${fixed(segment.end_s - segment.start_s, 1)} s`,
    ),
    el("span", { class: "sp" }),
    done ? button("content_cut", t("Split"), t("Split at the playhead (S)"), on.split, true) : null,
    done
      ? button("merge", t("Merge"), t("Merge with the next segment (M)"), on.merge, index + 1 < run.segments.length)
      : null,
  );
  const words =
    segment.source === "human" ? t("Labelled by {actor}.", { actor: segment.actor || t("a person") }) : segment.reason;
  return [
    head,
    el(
      "div",
      { class: "row t says" },
      el("div", { class: "scores" }, scores(segment, categories)),
      words ? el("p", { class: "sm q why", title: words }, words) : null,
    ),
    tags(run, segment, categories, on),
    el("div", { class: "sm q kfhead" }, heading({ run, programme })),
    el("div", { class: "kf" }, keyframes({ run, index, categories, near }, on)),
    done ? relabel(segment, categories, on) : null,
  ];
}

/** What stands above the keyframes, with the programme once it is known. */
export function heading({ run, programme }) {
  return [
    el("b", {}, t("Keyframes")),
    run.state === "done" ? t(" and the training images nearest to each") : "",
    programme ? origin(programme) : null,
  ];
}

/** The segment's keyframes, each with the images most like it, as far as they are known. */
export function keyframes({ run, index, categories, near }, on) {
  const segment = run.segments[index];
  return pick(segment.keyframes).map((frame) =>
    keyframe(frame, segment, categories.get(segment.category), near.get(frame.index), categories, on),
  );
}

/** The labels of open facets that hold somewhere in the segment; a click goes to where each begins. */
function tags(run, segment, categories, on) {
  const held = run.tags
    .map((tag) => ({
      tag,
      span: tag.spans.find((span) => span.start_s < segment.end_s && span.end_s > segment.start_s),
    }))
    .filter((one) => one.span);
  if (!held.length) return null;
  return el(
    "div",
    { class: "row sm q held" },
    t("Labels"),
    held.map(({ tag, span }) =>
      el(
        "button",
        { type: "button", class: "btn bare", onclick: () => on.seek(Math.max(span.start_s, segment.start_s)) },
        chip({ ...categories.get(tag.category), name: `${tag.label} ${fixed(span.score, 2)}` }, "m"),
      ),
    ),
  );
}

/** At most four, spread over the segment. */
export function pick(frames) {
  if (frames.length <= SHOWN) return frames;
  return Array.from({ length: SHOWN }, (_, k) => frames[Math.floor(((k + 0.5) * frames.length) / SHOWN)]);
}

function scores(segment, categories) {
  return Object.entries(segment.scores)
    .sort((a, b) => b[1] - a[1])
    .slice(0, SHOWN)
    .map(([name, p]) => {
      const entry = categories.list.find((one) => one.path === name || one.name === name) ?? categories.get(null);
      return el(
        "div",
        { class: "row score", style: colours(entry) },
        nameOf({ ...entry, name }),
        el("div", { class: "bar" }, el("i", { style: { width: `${p * 100}%`, background: "var(--c)" } })),
        el("span", { class: "num sm" }, fixed(p, 2)),
      );
    });
}

function keyframe(frame, segment, category, near, categories, on) {
  const alike = (near ?? []).map((one) => {
    const entry = categories.get(one.category);
    const similarity = fixed(one.similarity, 2);
    return el("img", {
      src: one.image,
      alt: "",
      title: one.person
        ? t("{name}, labelled by a person, similarity {similarity}", { name: entry.name, similarity })
        : t("{name}, labelled by the machine, similarity {similarity}", { name: entry.name, similarity }),
    });
  });
  return el(
    "div",
    { style: colours(category) },
    el(
      "div",
      { class: `im ${segment.source === "human" ? "h" : ""}`, onclick: () => on.seek(frame.time_s) },
      el("img", { src: frame.image, alt: t("Keyframe at {time_s}", { time_s: clock(frame.time_s) }) }),
    ),
    el("span", { class: "sm num q" }, clock(frame.time_s)),
    el("div", { class: "alike" }, alike),
  );
}

function relabel(segment, categories, on) {
  const options = classOptions(
    categories,
    categories.list.filter((one) => !one.open),
  ).map((option) => ({ ...option, value: option.category.id }));
  const field = chooser(on.host, t("Class of this segment"), options, segment.category);
  const count = segment.keyframes.length;
  const text =
    count === 1 ? t("1 keyframe becomes a training image") : t("{count} keyframes become training images", { count });
  return el(
    "div",
    { class: "row relabel" },
    field,
    el(
      "button",
      { class: "btn p", type: "button", onclick: () => on.correct(Number(field.value)) },
      t("Confirm segment"),
    ),
    el("span", { class: "sm q" }, text),
  );
}

function origin({ match, references }) {
  const text = match
    ? [
        el("b", {}, match.programme),
        t(" from {time} in {video}, {score}", {
          time: clock(Math.max(0, match.offset_s)),
          video: match.video,
          score: fixed(match.score, 2),
        }),
      ]
    : [
        references
          ? t("no match in {videos}", { videos: many(references, "reference video") })
          : t("no reference videos"),
      ];
  return el("span", { class: "origin" }, icon("live_tv", "s"), t(" Programme: "), text);
}
