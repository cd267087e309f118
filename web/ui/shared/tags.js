// @ts-check
// Labels of open facets on a tile: any number, each yes, no or unknown. A class's key goes on from one to the next.

import { colours } from "./page/colours.js";
import { el, icon, key } from "./dom.js";
import { t } from "./page/words.js";

const SHOWN = 3;
const WORDS = { yes: "yes", no: "no" };

/**
 * What a key makes of a tag: a machine's yes is confirmed first, then no, then unknown again.
 * @param {Tag} tag
 */
export function next(tag) {
  if (!tag) return "label";
  if (!tag.person) return tag.value === "yes" ? "label" : "reject";
  return tag.value === "yes" ? "reject" : "clear";
}

/**
 * The tags of a tile after an operation on one of them.
 * @param {Tag[]} tags
 * @param {string} kind
 * @param {number} category
 * @returns {Tag[]}
 */
export function after(tags, kind, category) {
  const rest = (tags ?? []).filter((tag) => tag.id !== category);
  return kind === "clear" ? rest : [...rest, { id: category, value: kind === "label" ? "yes" : "no", person: true }];
}

/**
 * What a key does to several tiles alike: what it does to the first of them.
 * @param {Tile[]} tiles
 * @param {number} category
 */
export const common = (tiles, category) => next(tiles[0]?.tags?.find((tag) => tag.id === category));

/**
 * The row of small chips at the foot of an image; solid for a person's, dashed for a machine's, struck through for a no.
 * @param {HTMLElement} node
 * @param {Tile} tile
 * @param {Categories} categories
 */
export function paintTags(node, tile, categories) {
  node.querySelector(".tags")?.remove();
  const tags = (tile.tags ?? [])
    .filter((tag) => categories.get(tag.id).id !== null)
    .sort((a, b) => Number(a.value === "no") - Number(b.value === "no") || Number(b.person) - Number(a.person));
  if (!tags.length) return;
  const chip = (/** @type {Tag} */ tag) => {
    const category = categories.get(tag.id);
    const words = `${tag.value === "no" ? "not " : ""}${category.path || category.name}, ${tag.person ? t("a person") : t("the machine")}`;
    return el(
      "span",
      { class: `tag ${tag.value} ${tag.person ? "h" : "m"}`, style: colours(category), title: words },
      icon(category.icon),
      el("bdi", { class: "nm" }, category.name),
    );
  };
  const more =
    tags.length > SHOWN
      ? el(
          "span",
          {
            class: "tag more",
            title: tags
              .slice(SHOWN)
              .map((tag) => categories.get(tag.id).name)
              .join(", "),
          },
          `+${tags.length - SHOWN}`,
        )
      : null;
  const place = node.querySelector(".tagline") ?? node.querySelector(".im"); // below the title of a video, else on the picture
  place.append(el("span", { class: "tags" }, tags.slice(0, SHOWN).map(chip), more));
}

/**
 * All labels that an image may have, with their keys and what stands; a click does what the key does.
 * @param {Tile} tile
 * @param {Categories} categories
 * @param {(category: number) => void} toggle
 */
export function tagRows(tile, categories, toggle) {
  const open = categories.list.filter((category) => category.open);
  if (!open.length || !tile.versions) return null;
  return el(
    "div",
    { class: "tagrows" },
    open.map((category) => {
      const tag = tile.tags?.find((one) => one.id === category.id);
      const cap = categories.keyOf(category.id);
      const status = tag ? `${WORDS[tag.value]}${tag.person ? "" : t(", proposed")}` : "unknown";
      return el(
        "button",
        {
          type: "button",
          class: `row tagrow sm ${tag?.value ?? ""}`,
          style: colours(category),
          title: category.path,
          onclick: () => toggle(category.id),
        },
        cap !== null && cap <= 10 ? key(String(cap % 10)) : null,
        icon(category.icon, "s"),
        el("bdi", { class: "nm grow" }, category.name),
        el("span", { class: "q" }, status),
      );
    }),
  );
}

/**
 * Which labels an image has to have: any, yes, no, unknown or proposed, for each of them.
 * @param {Categories} categories
 * @param {string} state
 * @param {(value: string | null) => void} change
 */
export function tagFilter(categories, state, change) {
  const open = categories.list.filter((category) => category.open);
  const chosen = new Map(
    (state ?? "")
      .split(",")
      .filter(Boolean)
      .map((part) => /** @type {[string, string]} */ (part.split(":"))),
  );
  return open.map((category) => {
    const field = el(
      "select",
      { class: "tagfilter sm", "aria-label": t("Label {name}", { name: category.name }) },
      ["", "yes", "no", "unknown", "proposed"].map((value) => el("option", { value }, value || t("any"))),
    );
    field.value = chosen.get(String(category.id)) ?? "";
    field.onchange = () => {
      if (field.value) chosen.set(String(category.id), field.value);
      else chosen.delete(String(category.id));
      field.blur();
      change([...chosen].map((pair) => pair.join(":")).join(",") || null);
    };
    return el(
      "div",
      { class: "row class", style: colours(category) },
      el(
        "span",
        { class: "cls grow", title: category.path },
        icon(category.icon),
        el("bdi", { class: "nm" }, category.name),
      ),
      field,
    );
  });
}
