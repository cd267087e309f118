// @ts-check
// The points of the map on its canvas: marks, colours, and the name of each class.

/** @import { MapView } from "./map.js" */
import { isDark, lineColour, paletteColour } from "../../shared/page/colours.js";
import { HEIGHT } from "./map_lasso.js";
import { SOURCES } from "./map_legend.js";
import { Marks, SHAPES } from "./map_marks.js";

const HEATS = 24; // shades of suspicion
/**
 * From violet, near the ground, to red by suspicion, 0 to 1.
 * @param {number} value
 * @param {boolean} dark
 */
const heat = (value, dark) =>
  dark
    ? `hsl(${250 - 248 * value} ${35 + 50 * value}% ${42 + 26 * value}%)`
    : `hsl(${250 - 248 * value} ${45 + 30 * value}% ${78 - 38 * value}%)`;

export class MapDrawing {
  /** @param {MapView} map */
  constructor(map) {
    this.map = map;
  }

  /** Take the size of the page, the colours of its theme and the classes of the points. */
  prepare() {
    const { canvas, window: view } = this.map;
    this.dark = isDark(canvas);
    this.ground = paletteColour(canvas, "--bg");
    this.grey = paletteColour(canvas, "--mute");
    const scale = window.devicePixelRatio || 1;
    this.marks = new Marks(scale, paletteColour(canvas, "--ink"));
    const width = canvas.parentElement.clientWidth;
    view.resize(width, HEIGHT);
    canvas.width = width * scale;
    canvas.height = HEIGHT * scale;
    canvas.style.height = `${HEIGHT}px`;
    canvas.getContext("2d").setTransform(scale, 0, 0, scale, 0, 0);
    this.#style();
  }

  /** The mark and the colour of each class, and where its name goes. */
  #style() {
    const { category } = this.map.points;
    this.shapes = new Map([...this.map.used].map((id) => [id, this.shapeOf(id)]));
    this.colours = new Map(
      [...this.map.used].map((id) => [id, id ? lineColour(this.map.categories.get(id).color, this.dark) : this.grey]),
    );
    const rows = /** @type {Map<number, number[]>} */ (new Map());
    category.forEach((id, at) => (rows.get(id) ?? rows.set(id, []).get(id)).push(at));
    this.named = this.map.categories.list
      .filter((one) => (rows.get(one.id)?.length ?? 0) >= 5)
      .map((one) => {
        const mine = rows.get(one.id);
        const across = mine.map((at) => this.map.x[at]).sort((a, b) => a - b);
        const down = mine.map((at) => this.map.y[at]).sort((a, b) => b - a);
        return { one, x: across[across.length >> 1], y: down[Math.floor(down.length * 0.06)] };
      });
  }

  /**
   * The mark of a class.
   * @param {number} id
   */
  shapeOf(id) {
    const place = this.map.categories.list.findIndex((category) => category.id === id);
    return SHAPES[Math.max(0, place) % SHAPES.length];
  }

  render() {
    if (!this.marks) return;
    const pen = this.map.canvas.getContext("2d");
    pen.clearRect(0, 0, this.map.window.width, HEIGHT);
    const { ids } = this.map.points;
    const plain = ids.length > 20000 ? 1.6 : ids.length > 3000 ? 2.4 : 3.6;
    const size = Math.round(plain * Math.min(1.7, this.map.window.zoom ** 0.3) * 5) / 5;
    const front = /** @type {number[]} */ ([]);
    pen.globalAlpha = this.map.chosen.size ? 0.35 : 0.75;
    for (let at = 0; at < ids.length; at += 1) {
      if (this.map.chosen.has(ids[at])) front.push(at);
      else this.#dot(pen, at, size);
    }
    pen.globalAlpha = 1;
    for (const at of front) this.#dot(pen, at, size + 1.2, true);
    if (this.map.way === "label") this.#names(pen);
  }

  /** @param {number} at */
  #colour(at) {
    const { category, suspicion, source } = this.map.points;
    if (this.map.hidden.has(category[at])) return this.grey;
    if (this.map.way === "suspicion") return heat(Math.round(suspicion[at] * HEATS) / HEATS, this.dark);
    if (this.map.way === "label") return this.colours.get(category[at]);
    return SOURCES[source[at]] ? lineColour(SOURCES[source[at]], this.dark) : this.grey;
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {number} at
   * @param {number} size
   * @param {boolean} [ring]
   */
  #dot(pen, at, size, ring = false) {
    const [x, y] = this.map.spot(at);
    if (x < -size || y < -size || x > this.map.window.width + size || y > HEIGHT + size) return;
    this.marks.put(pen, this.shapes.get(this.map.points.category[at]), this.#colour(at), size, x, y, ring);
  }

  /**
   * Each class's name at the middle of its points, so that no legend has to be read.
   * @param {CanvasRenderingContext2D} pen
   */
  #names(pen) {
    pen.font = '600 12px "Source Sans", sans-serif';
    pen.textAlign = "center";
    for (const { one, x, y } of this.named) {
      const [left, top] = [this.map.window.left(x), this.map.window.top(y) - 9];
      if (this.map.hidden.has(one.id) || left < 0 || left > this.map.window.width || top < -13 || top > HEIGHT) {
        continue;
      }
      pen.lineWidth = 4;
      pen.strokeStyle = this.ground;
      pen.strokeText(one.name.slice(0, 28), left, Math.max(top, 13));
      pen.fillStyle = this.dark ? `color-mix(in oklab, ${one.color} 40%, white)` : one.text;
      pen.fillText(one.name.slice(0, 28), left, Math.max(top, 13));
    }
  }
}
