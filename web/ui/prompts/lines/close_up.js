// @ts-check
// A close look at one prompt: how its cosines are distributed, and what is nearest to it.

/** @import { Prompts } from "../prompts.js" */
import { el, fill, fixed } from "../../shared/dom.js";
import { nameOf } from "../../shared/tiles.js";
import { many, t } from "../../shared/page/words.js";

/**
 * How its cosines are distributed, what is nearest. A second click closes it.
 * @param {Prompts} page
 * @param {Prompt} prompt
 * @param {HTMLElement} near
 */
export async function closeUp(page, prompt, near) {
  if (near.children.length) {
    fill(near);
    return;
  }
  fill(near, el("div", { class: "sm qq" }, t("Looking at it")));
  try {
    const measures = await page.api.post("prompt", {
      ...page.wish,
      category: page.focus.id,
      text: prompt.text,
    });
    const most = Math.max(1, ...measures.all);
    const own = Math.max(1, ...measures.own);
    const bars = measures.all.map((n, at) =>
      el(
        "i",
        { title: many(n, "image") },
        el("b", { style: { height: `${(100 * n) / most}%` } }),
        el("em", { style: { height: `${(100 * measures.own[at]) / own}%` } }),
      ),
    );
    const others = measures.others.map((other) =>
      el(
        "div",
        { class: "row sm" },
        el("span", { class: "num q" }, fixed(other.cosine, 2)),
        el("span", { class: "nm" }, other.prompt),
        nameOf(page.categories.get(other.category)),
      ),
    );
    fill(
      near,
      el(
        "div",
        { class: "row t closeup" },
        el(
          "div",
          { class: "hist" },
          el("div", { class: "bars" }, bars),
          el(
            "div",
            { class: "row sm q num" },
            fixed(measures.low, 2),
            el("span", { class: "sp" }),
            t("cosine"),
            el("span", { class: "sp" }),
            fixed(measures.high, 2),
          ),
          el("div", { class: "sm q" }, t("grey: all images, violet: labelled so")),
        ),
        el(
          "div",
          { class: "grow col two" },
          el(
            "div",
            { class: "pics" },
            measures.tiles.map((tile) =>
              el("img", {
                src: page.api.thumb(tile.id),
                alt: tile.name,
                title: t("{name}, cosine {value}", { name: tile.name, value: tile.value }),
              }),
            ),
          ),
          el("div", { class: "sm q" }, t("Nearest other prompts")),
          others,
        ),
      ),
    );
  } catch (error) {
    fill(near, el("div", { class: "sm bad" }, error.message));
  }
}
