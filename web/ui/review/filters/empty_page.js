// @ts-check
// What stands in the grid where no image does: why, and the ways on.

/** @import { Review } from "../review.js" */
import { el } from "../../shared/dom.js";
import { t } from "../../shared/page/words.js";

/**
 * @param {string} cls
 * @param {string} text
 * @param {() => void} onclick
 */
const button = (cls, text, onclick) => el("button", { class: cls, type: "button", onclick }, text);

/** @param {Review} review */
export function emptyPage(review) {
  const { page } = review.pages;
  const { named } = review.filters.state;
  const owner = review.api.may("POST taxonomy"); // whom the pages Data and Train are for
  const link = (/** @type {string} */ cls, /** @type {string} */ name, /** @type {string} */ text) =>
    el("a", { class: cls, href: `${name}?workspace=${review.api.workspace}` }, text);
  const [text, ways] =
    page.items === 0
      ? [t("No images yet. Add a folder to start."), owner && link("btn p", "data", t("Add folder"))]
      : named
        ? [
            t("No image of this filter has “{named}” in its name, folders or metadata.", { named }),
            outOf(review, named),
          ]
        : page.reviewed === page.items
          ? [t("Every image has been reviewed."), onFrom(review, owner && link)]
          : [t("Nothing matches this filter."), button("btn p", t("Clear filters"), () => review.filters.clear())];
  return el("div", { class: "empty", style: { "grid-column": "1 / -1" } }, el("div", {}, text), ways);
}

/**
 * Out of a search by name that found nothing: without it, or among all images.
 * @param {Review} review
 * @param {string} named
 */
function outOf({ filters }, named) {
  const all = filters.state.by === "all" && !filters.state.class;
  return el(
    "div",
    { class: "row ways" },
    all ? null : button("btn", t("Search all images"), () => filters.open({ by: "all", order: "newest", named })),
    button("btn p", t("Close the search"), () => filters.set({ named: null })),
  );
}

/**
 * On from where all is reviewed: to the images themselves, and for an owner to what the labels are for.
 * @param {Review} review
 * @param {false | ((cls: string, name: string, text: string) => HTMLElement)} link
 */
function onFrom({ filters }, link) {
  return el(
    "div",
    { class: "row ways" },
    button("btn", t("Show all images"), () => filters.open({ by: "all", order: "newest" })),
    link && [link("btn", "train", t("Train a head")), link("btn p", "data", t("Export labels"))],
  );
}
