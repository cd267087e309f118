// @ts-check
// A line drawn around points of the map chooses the images in it.

/** @import { MapView } from "./map.js" */
import { paletteColour } from "../shared/page/colours.js";
import { el, many } from "../shared/dom.js";

export const HEIGHT = 396;

export class MapLasso {
  /** @param {MapView} map */
  constructor(map) {
    this.map = map;
    this.flag = el("div", { class: "mapflag", hidden: true });
  }

  /** @param {MouseEvent} start */
  start(start) {
    start.preventDefault();
    const box = this.map.canvas.getBoundingClientRect();
    /** @type {[x: number, y: number][]} */
    const path = [[start.clientX - box.left, start.clientY - box.top]];
    const pen = this.map.canvas.getContext("2d");
    const move = (/** @type {MouseEvent} */ event) => {
      path.push([event.clientX - box.left, event.clientY - box.top]);
      this.map.draw();
      pen.beginPath();
      path.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      pen.closePath();
      pen.setLineDash([5, 4]);
      pen.lineWidth = 2;
      pen.strokeStyle = paletteColour(this.map.canvas, "--p-l");
      pen.fillStyle = this.map.dark ? "rgba(154,140,245,.16)" : "rgba(91,75,214,.10)";
      pen.fill();
      pen.stroke();
      pen.setLineDash([]);
    };
    const up = () => {
      window.removeEventListener("mousemove", move);
      window.removeEventListener("mouseup", up);
      const ids =
        path.length > 3
          ? this.map.points.ids.filter(
              (_, at) =>
                !this.map.hidden.has(this.map.points.category[at]) && inside(path, this.map.px[at], this.map.py[at]),
            )
          : [];
      this.map.mark(ids);
      this.#flagAt(path, ids.length);
      if (ids.length) this.map.on.lasso(ids);
    };
    window.addEventListener("mousemove", move);
    window.addEventListener("mouseup", up);
  }

  /**
   * @param {[x: number, y: number][]} path
   * @param {number} n
   */
  #flagAt(path, n) {
    this.flag.hidden = !n;
    this.flag.textContent = `${many(n, "image")} here`;
    this.flag.style.left = `${path.reduce((sum, [x]) => sum + x, 0) / path.length}px`;
    this.flag.style.top = `${Math.min(Math.max(...path.map(([, y]) => y)) + 5, HEIGHT - 24)}px`;
  }
}

/**
 * Whether a point lies inside a closed line (even-odd rule).
 * @param {[x: number, y: number][]} path
 * @param {number} x
 * @param {number} y
 */
export function inside(path, x, y) {
  let found = false;
  for (let at = 0, before = path.length - 1; at < path.length; before = at, at += 1) {
    const [x1, y1] = path[at];
    const [x2, y2] = path[before];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) found = !found;
  }
  return found;
}
