// @ts-check
// The image under the pointer of the map: its picture, class and name beside the point.

/** @import { MapView } from "./map.js" */
import { el, fill } from "../../shared/dom.js";
import { chip, nameOf } from "../../shared/tiles.js";
import { NONE_OF_THESE } from "../../shared/page/categories.js";
import { t } from "../../shared/page/words.js";

const WIDE = 190;
const HIGH = 186;
const PERSONS = new Set(["human", "neighbour", "import"]);

export class MapCard {
  /** @param {MapView} map */
  constructor(map) {
    this.map = map;
    this.at = -1; // row of the point
    this.ring = el("div", { class: "mapring", hidden: true });
    this.node = el("div", { class: "mapcard", role: "status", hidden: true });
  }

  /** @param {number} at row of a point, -1 for none */
  show(at) {
    this.at = at;
    this.node.hidden = this.ring.hidden = at < 0;
    if (at < 0) return;
    const { map } = this;
    const { ids, names, category, source } = map.points;
    const label = category[at] ? map.categories.get(category[at]) : null;
    if (this.node.dataset.id !== String(ids[at])) {
      this.node.dataset.id = String(ids[at]);
      const kind = PERSONS.has(source[at]) ? "h" : "m";
      const words = label
        ? chip(label, kind)
        : source[at]
          ? nameOf(NONE_OF_THESE)
          : el("span", { class: "sm q" }, t("no class"));
      fill(
        this.node,
        el("img", { src: map.api.thumb(ids[at]), alt: "" }),
        el(
          "div",
          { class: "row" },
          words,
          el("span", { class: "sm q" }, kind === "h" ? t("person") : label ? t("machine") : ""),
        ),
        el("div", { class: "sm nm name" }, names[at]),
      );
    }
    this.#place(map.window.left(map.x[at]), map.window.top(map.y[at]));
  }

  /**
   * Beside the point, inside the map.
   * @param {number} x
   * @param {number} y
   */
  #place(x, y) {
    const { width, height } = this.map.window;
    const left = x + 14 + WIDE <= width ? x + 14 : Math.max(x - 14 - WIDE, 0);
    this.node.style.left = `${left}px`;
    this.node.style.top = `${Math.min(Math.max(y - HIGH / 2, 2), Math.max(height - HIGH - 2, 2))}px`;
    this.ring.style.left = `${x}px`;
    this.ring.style.top = `${y}px`;
  }
}
