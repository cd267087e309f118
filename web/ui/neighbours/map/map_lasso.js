// @ts-check
// A line drawn around points of the map chooses the images in it.

/** @import { MapView } from "./map.js" */
import { paletteColour } from "../../shared/page/colours.js";
import { el } from "../../shared/dom.js";
import { many, t } from "../../shared/page/words.js";

export const HEIGHT = 396;

/** @typedef {[x: number, y: number]} Spot a pixel of the map */

export class MapLasso {
  /** @param {MapView} map */
  constructor(map) {
    this.map = map;
    this.flag = el("div", { class: "mapflag", hidden: true });
  }

  /**
   * Begin a line at a spot: `to` draws it on, `close` chooses what lies in it, or gives it up.
   * @param {Spot} first
   */
  start(first) {
    const path = [first];
    const colour = paletteColour(this.map.canvas, "--p-l");
    this.flag.hidden = true;
    return {
      to: (/** @type {Spot} */ spot) => {
        path.push(spot);
        this.#draw(path, colour);
      },
      close: (/** @type {boolean} */ wanted) => this.#close(wanted ? path : []),
    };
  }

  /**
   * @param {Spot[]} path
   * @param {string} colour
   */
  #draw(path, colour) {
    this.map.render();
    const pen = this.map.canvas.getContext("2d");
    pen.beginPath();
    path.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.closePath();
    pen.setLineDash([5, 4]);
    pen.lineWidth = 2;
    pen.strokeStyle = colour;
    pen.fillStyle = this.map.drawing.dark ? "rgba(154,140,245,.16)" : "rgba(91,75,214,.10)";
    pen.fill();
    pen.stroke();
    pen.setLineDash([]);
  }

  /** @param {Spot[]} path */
  #close(path) {
    const { ids, category } = this.map.points;
    const chosen =
      path.length > 3
        ? ids.filter((_, at) => !this.map.hidden.has(category[at]) && inside(path, ...this.map.spot(at)))
        : [];
    this.map.mark(chosen);
    this.#flagAt(path, chosen.length);
    if (chosen.length) this.map.on.lasso(chosen);
  }

  /**
   * @param {Spot[]} path
   * @param {number} n
   */
  #flagAt(path, n) {
    this.flag.hidden = !n;
    this.flag.textContent = t("{images} here", { images: many(n, "image") });
    this.flag.style.left = `${path.reduce((sum, [x]) => sum + x, 0) / path.length}px`;
    this.flag.style.top = `${Math.min(Math.max(...path.map(([, y]) => y)) + 5, HEIGHT - 24)}px`;
  }
}

/**
 * Whether a point lies inside a closed line (even-odd rule).
 * @param {Spot[]} path
 * @param {number} x
 * @param {number} y
 */
export function inside(path, x, y) {
  let within = false;
  for (let at = 0, before = path.length - 1; at < path.length; before = at, at += 1) {
    const [x1, y1] = path[at];
    const [x2, y2] = path[before];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) within = !within;
  }
  return within;
}
