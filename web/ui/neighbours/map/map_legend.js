// @ts-check
// Above the map: layouts, what the colours mean, and classes to grey out.

/** @import { MapView } from "./map.js" */
import { el, fill } from "../../shared/dom.js";
import { colours, lineColour } from "../../shared/page/colours.js";
import { t } from "../../shared/page/words.js";

/** @type {Record<string, string>} */
export const SOURCES = {
  human: "#5B4BD6",
  neighbour: "#8E7CF0",
  import: "#0072B2",
  head: "#7C8496",
  zero_shot: "#AEB4C2",
};
/** @type {Record<string, string>} */
const SOURCE_WORDS = {
  human: "person",
  neighbour: t("through neighbours"),
  import: "import",
  head: "head",
  zero_shot: "zero-shot",
};
const LAYOUTS = [
  ["pca", "PCA", t("Immediate: the two directions of the largest variation")],
  ["t-sne", "t-SNE", t("Look-alikes lie together. Computed in the background the first time")],
];
const WAYS = [
  ["label", t("Label|noun")],
  ["suspicion", t("Suspicion")],
  ["source", t("Source")],
];

export class MapLegend {
  /** @param {MapView} map */
  constructor(map) {
    this.map = map;
    this.layouts = el("span", { class: "seg" });
    this.node = el("span", { class: "row" });
    this.ways = el("span", { class: "seg" });
  }

  paint() {
    fill(
      this.layouts,
      LAYOUTS.map(([way, label, title]) =>
        el(
          "button",
          {
            type: "button",
            title,
            disabled: this.map.making && way === "t-sne",
            class: way === this.map.points.way ? "on" : "",
            onclick: () => this.map.choose(way),
          },
          label,
          this.map.making && way === "t-sne"
            ? el("span", { class: "spin", role: "status", "aria-label": t("Computing the map") })
            : null,
        ),
      ),
    );
    fill(
      this.ways,
      WAYS.map(([way, label]) =>
        el(
          "button",
          {
            type: "button",
            class: way === this.map.way ? "on" : "",
            onclick: () => {
              this.map.way = way;
              this.map.draw();
            },
          },
          label,
        ),
      ),
    );
    const toggle = (/** @type {number} */ id) => {
      if (this.map.hidden.has(id)) this.map.hidden.delete(id);
      else this.map.hidden.add(id);
      this.map.draw();
    };
    const classes = this.map.categories.list
      .filter((category) => this.map.used.has(category.id))
      .slice(0, 6)
      .map((category) =>
        el(
          "button",
          {
            class: `lg leg ${this.map.hidden.has(category.id) ? "off" : ""}`,
            "aria-pressed": String(!this.map.hidden.has(category.id)),
            type: "button",
            title: t("Show or grey out {name}", { name: category.name }),
            style: colours(category),
            onclick: () => toggle(category.id),
          },
          el("span", { class: `mark ${this.map.drawing.shapeOf(category.id)}` }),
          el("span", { class: "nm" }, category.name),
        ),
      );
    const sources = Object.entries(SOURCE_WORDS)
      .filter(([key]) => this.map.points.source.includes(key))
      .map(([key, word]) =>
        el(
          "span",
          { class: "lg", style: { "--c": `light-dark(${SOURCES[key]}, ${lineColour(SOURCES[key], true)})` } },
          el("span", { class: "mark circle" }),
          word,
        ),
      );
    const scale = [el("span", { class: "lg" }, "0"), el("span", { class: "ramp" }), el("span", { class: "lg" }, "1")];
    fill(this.node, { label: classes, suspicion: scale, source: sources }[this.map.way]);
  }
}
