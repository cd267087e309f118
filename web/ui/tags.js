// Labels of open facets on a tile: any number, each yes, no or unknown. A class's key goes on from one to the next.

import { el, icon } from "./dom.js";
import { colours } from "./tiles.js";

const SHOWN = 3;

/** What a key makes of a tag: a machine's yes is confirmed first, then no, then unknown again. */
export function next(tag) {
  if (!tag) return "label";
  if (!tag.person) return tag.value === "yes" ? "label" : "reject";
  return tag.value === "yes" ? "reject" : "clear";
}

/** The tags of a tile after an operation on one of them. */
export function after(tags, kind, category) {
  const rest = (tags ?? []).filter((tag) => tag.id !== category);
  return kind === "clear" ? rest : [...rest, { id: category, value: kind === "label" ? "yes" : "no", person: true }];
}

/** What a key does to several tiles alike: what it does to the first of them. */
export const common = (tiles, category) => next(tiles[0]?.tags?.find((tag) => tag.id === category));

/** The row of small chips at the foot of an image; solid for a person's, dashed for a machine's, struck through for a no. */
export function paintTags(node, tile, categories) {
  node.querySelector(".tags")?.remove();
  const tags = (tile.tags ?? []).filter((tag) => categories.get(tag.id).id !== null).sort((a, b) => Number(a.value === "no") - Number(b.value === "no") || Number(b.person) - Number(a.person));
  if (!tags.length) return;
  const chip = (tag) => {
    const category = categories.get(tag.id);
    const words = `${tag.value === "no" ? "not " : ""}${category.path || category.name}, ${tag.person ? "a person" : "the machine"}`;
    return el("span", { class: `tag ${tag.value} ${tag.person ? "h" : "m"}`, style: colours(category), title: words }, icon(category.icon), el("bdi", { class: "nm" }, category.name));
  };
  const more = tags.length > SHOWN ? el("span", { class: "tag more", title: tags.slice(SHOWN).map((tag) => categories.get(tag.id).name).join(", ") }, `+${tags.length - SHOWN}`) : null;
  node.querySelector(".im").append(el("span", { class: "tags" }, tags.slice(0, SHOWN).map(chip), more));
}
