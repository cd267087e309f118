// @ts-check
// What carries each tag of a video: bars of frames, sound and title, and a band of when it holds.

import { clock, el, fixed, icon, key, signed } from "../shared/dom.js";
import { colours } from "../shared/tiles.js";
import { t } from "../shared/page/words.js";

/** @type {[name: "frames" | "sound" | "title", symbol: string, words: string][]} */
const PARTS = [
  ["frames", "movie", t("Frames")],
  ["sound", "graphic_eq", t("Sound")],
  ["title", "title", t("Title")],
];
const [SHOWN, LEAST] = [8, 0.02]; // tags, and the least score of one that is shown without being asked for

/**
 * The tags worth looking at: those that stand or are likely, the likeliest first.
 * @param {ExplainedTag[]} tags
 * @param {Tile} tile
 * @param {boolean} all
 */
export function worth(tags, tile, all) {
  if (all) return tags;
  const standing = new Set([tile.category, ...(tile.tags ?? []).map((tag) => tag.id)]);
  return tags.filter((tag, at) => standing.has(tag.category) || (at < SHOWN && tag.score >= LEAST));
}

/**
 * One tag: its name and key, what stands, its score, what carries it, and when it holds.
 * @param {ExplainedTag} tag
 * @param {Categories} categories
 * @param {Tile} tile
 * @param {{ toggle: ((category: number) => void) | null, seek(seconds: number): void }} on without `toggle` nothing can be answered
 */
export function tagRow(tag, categories, tile, on) {
  const category = categories.get(tag.category);
  const cap = categories.capOf(tag.category);
  const standing = tile.tags?.find((each) => each.id === tag.category);
  const isClass = tile.category === tag.category;
  const state = standing
    ? `${t(standing.value)}${standing.person ? "" : t(", proposed")}`
    : isClass
      ? t("this class")
      : tile.proposed === tag.category
        ? t("proposed")
        : "";
  const { toggle } = on;
  const name = [
    icon(category.icon, "s"),
    el("bdi", { class: "nm grow" }, category.path || category.name),
    el("span", { class: "q" }, state),
    el("span", { class: `num ${tag.is_over ? "over" : "q"}` }, fixed(tag.score, 2)),
  ];
  const answered = {
    type: "button",
    class: `row tagrow sm ${standing?.value ?? (isClass ? "yes" : "")}`,
    title: `${category.path || category.name}${cap ? t(", key {cap}", { cap }) : ""}`,
    "aria-pressed": String(standing?.value === "yes" || isClass),
    onclick: () => toggle?.(tag.category),
  };
  return el(
    "div",
    { class: "evidence", style: colours(category) },
    toggle
      ? el("button", answered, cap ? key(cap) : null, name)
      : el("div", { class: "row tagrow sm", title: category.path || category.name }, name),
    bars(tag),
    band(tag, tile.duration_s ?? 0, category, on.seek),
  );
}

/**
 * What a model says of a video: who says it, the tags, and a button for those that are left out.
 * @param {{ model: string | null, reason: string | null, unheard?: string }} by `unheard` says why names of tags are not compared with the sound
 * @param {HTMLElement[]} rows
 * @param {{ all: boolean, rest: number, turn(): void }} shown whether all tags are shown, how many are not likely, and the change between the two
 */
export function carried(by, rows, shown) {
  return [
    by.model
      ? el("span", { class: "sm q" }, t("By {model}. The bands say when each holds.", { model: t(by.model) }))
      : null,
    by.reason ? el("div", { class: "alert" }, by.reason) : null,
    ...rows,
    by.unheard ? el("p", { class: "sm q unheard" }, by.unheard) : null,
    shown.rest > 0
      ? el(
          "button",
          { class: "btn link", type: "button", onclick: () => shown.turn() },
          shown.all ? t("Likely ones only") : t("{rest} more", { rest: shown.rest }),
        )
      : null,
  ];
}

/**
 * What frames, sound and title add to the score, to the right for it, to the left against it.
 * @param {ExplainedTag} tag
 */
function bars(tag) {
  const parts = PARTS.filter(([name]) => tag[name] !== null);
  if (!parts.length) return null;
  const most = Math.max(1, ...parts.map(([name]) => Math.abs(tag[name])));
  return el(
    "div",
    { class: "carries" },
    parts.map(([name, symbol, words]) => {
      const value = tag[name];
      const width = (50 * Math.abs(value)) / most;
      const sentence = t("{words}: {value} on the scale of the score", { words, value: signed(value, 1) });
      return el(
        "div",
        { class: "part", title: [sentence, name === "sound" ? tag.sounds.join(", ") : ""].filter(Boolean).join("\n") },
        icon(symbol, "xs"),
        el("span", { class: "sm" }, words),
        el(
          "span",
          {
            class: "push",
            role: "img",
            "aria-label": `${words} ${value < 0 ? t("speaks against it") : t("speaks for it")}`,
          },
          el("i", {
            class: value < 0 ? "against" : "",
            style: { width: `${width}%`, left: value < 0 ? `${50 - width}%` : "50%" },
          }),
        ),
        el("span", { class: "num sm q" }, signed(value, 1)),
      );
    }),
  );
}

/**
 * When a tag holds, along the video; a click goes there.
 * @param {ExplainedTag} tag
 * @param {number} duration
 * @param {Category} category
 * @param {(seconds: number) => void} seek
 */
function band(tag, duration, category, seek) {
  if (!tag.when.length || !duration) return null;
  return el(
    "div",
    { class: "when", role: "group", "aria-label": t("When {name} holds", { name: category.name }) },
    tag.when.map(([start, end]) =>
      el("button", {
        type: "button",
        title: t("{start} to {end}", { start: clock(start), end: clock(Math.min(end, duration)) }),
        "aria-label": t("Go to {start}", { start: clock(start) }),
        style: {
          left: `${(100 * start) / duration}%`,
          width: `${Math.max(1.5, (100 * (Math.min(end, duration) - start)) / duration)}%`,
        },
        onclick: () => seek(start),
      }),
    ),
  );
}
