// @ts-check
// The 2-D map of all items on a plain canvas: colour and mark by class, suspicion or source; a lasso gives the images in it.

import { isDark, lineColour, onTheme, paletteColour } from "../shared/page/colours.js";
import { el, icon } from "../shared/dom.js";
import { HEIGHT, MapLasso } from "./map_lasso.js";
import { MapLegend, MARKS, SOURCES } from "./map_legend.js";

const MARGIN = 22;
const ASK_MS = 1000;
/**
 * From violet, near the ground, to red by suspicion, 0 to 1.
 * @param {number} value
 * @param {boolean} dark
 */
const heat = (value, dark) =>
  dark
    ? `hsl(${250 - 248 * value} ${35 + 50 * value}% ${42 + 26 * value}%)`
    : `hsl(${250 - 248 * value} ${45 + 30 * value}% ${78 - 38 * value}%)`;

export class MapView {
  /**
   * `on.lasso(ids)` gets the items inside a drawn line; `on.failed(error)` what went wrong.
   * @param {Api} api
   * @param {{ lasso(ids: number[]): void, failed(error: Error): void }} on
   */
  constructor(api, on) {
    this.api = api;
    this.on = on;
    this.way = "label";
    this.hidden = /** @type {Set<number>} */ (new Set());
    this.chosen = /** @type {Set<number>} */ (new Set());
    this.canvas = el("canvas", { tabIndex: -1, role: "img", "aria-label": "Map of all images" });
    this.legend = new MapLegend(this);
    this.lasso = new MapLasso(this);
    this.node = el(
      "div",
      { class: "box mapbox" },
      el(
        "div",
        { class: "row maphead" },
        el("h2", {}, "Map"),
        this.legend.node,
        el("span", { class: "sp" }),
        this.legend.layouts,
        this.legend.ways,
        el("span", { class: "sm q row" }, icon("lasso_select", "s"), "drag to choose"),
      ),
      el("div", { class: "mapcanvas" }, this.canvas, this.lasso.flag),
    );
    this.canvas.onmousedown = (event) => this.lasso.start(event);
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.node);
    this.untheme = onTheme(() => this.draw());
  }

  /**
   * Read the places and draw them; a layout that is being computed is waited for.
   * @param {Categories} categories
   * @param {string} [way]
   */
  async load(categories, way = "") {
    this.categories = categories;
    this.points = await this.api.get("map", { way });
    this.draw();
    if (!this.making && (await this.api.get("mapping")).making) this.#wait();
  }

  /** @param {string} way */
  async choose(way) {
    try {
      await this.load(this.categories, way);
      if (way === "t-sne" && this.points.way !== way) {
        await this.api.post("map", {});
        this.#wait();
      }
    } catch (error) {
      this.on.failed(error);
    }
  }

  async #wait() {
    this.making = true;
    this.legend.paint();
    try {
      let now = await this.api.get("mapping");
      while (now.making && !this.stopped) {
        await new Promise((resolve) => setTimeout(resolve, ASK_MS));
        now = await this.api.get("mapping");
      }
      this.making = false;
      if (this.stopped) return;
      if (now.error) throw new Error(now.error);
      await this.load(this.categories);
    } catch (error) {
      this.making = false;
      this.legend.paint();
      this.on.failed(error);
    }
  }

  /**
   * Mark these items; all others step back.
   * @param {number[]} ids
   */
  mark(ids) {
    this.chosen = new Set(ids);
    this.draw();
  }

  /** @param {number} id */
  shapeOf(id) {
    return MARKS[
      Math.max(
        0,
        this.categories.list.findIndex((category) => category.id === id),
      ) % MARKS.length
    ];
  }

  #place() {
    const box = this.canvas.parentElement.getBoundingClientRect();
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = box.width * scale;
    this.canvas.height = HEIGHT * scale;
    this.canvas.style.height = `${HEIGHT}px`;
    const { x, y } = this.points;
    const range = (/** @type {number[]} */ values) =>
      values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
    const [x0, x1] = range(x);
    const [y0, y1] = range(y);
    const width = box.width - 2 * MARGIN;
    const height = HEIGHT - 2 * MARGIN;
    this.px = x.map((value) => MARGIN + ((value - x0) / (x1 - x0 || 1)) * width);
    this.py = y.map((value) => HEIGHT - MARGIN - ((value - y0) / (y1 - y0 || 1)) * height);
    return scale;
  }

  draw() {
    if (!this.points || !this.node.isConnected || this.canvas.parentElement.clientWidth === 0) return;
    this.used = new Set(this.points.category);
    this.legend.paint();
    const scale = this.#place();
    const pen = this.canvas.getContext("2d");
    this.dark = isDark(this.canvas);
    this.ground = paletteColour(this.canvas, "--bg");
    this.ink = paletteColour(this.canvas, "--ink");
    this.grey = paletteColour(this.canvas, "--mute");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const { ids, category } = this.points;
    const size = ids.length > 20000 ? 1.6 : ids.length > 3000 ? 2.4 : 3.6;
    const front = /** @type {number[]} */ ([]);
    ids.forEach((id, at) => {
      if (this.chosen.has(id)) front.push(at);
      else this.#dot(pen, at, size, this.chosen.size ? 0.35 : 0.75);
    });
    front.forEach((at) => this.#dot(pen, at, size + 1.2, 1, true));
    if (this.way === "label") this.#names(pen, category);
  }

  /** @param {number} at */
  #colour(at) {
    const { category, suspicion, source } = this.points;
    if (this.hidden.has(category[at])) return this.grey;
    if (this.way === "suspicion") return heat(suspicion[at], this.dark);
    const known = this.way === "source" ? SOURCES[source[at]] : category[at] && this.categories.get(category[at]).color;
    return known ? lineColour(known, this.dark) : this.grey;
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {number} at
   * @param {number} size
   * @param {number} alpha
   * @param {boolean} [ring]
   */
  #dot(pen, at, size, alpha, ring = false) {
    const x = this.px[at];
    const y = this.py[at];
    pen.globalAlpha = alpha;
    pen.fillStyle = this.#colour(at);
    pen.beginPath();
    const mark = this.shapeOf(this.points.category[at]);
    if (mark === "triangle") {
      pen.moveTo(x, y - size);
      pen.lineTo(x + size, y + size * 0.8);
      pen.lineTo(x - size, y + size * 0.8);
      pen.closePath();
    } else if (mark === "square") pen.rect(x - size * 0.85, y - size * 0.85, size * 1.7, size * 1.7);
    else if (mark === "diamond") {
      pen.moveTo(x, y - size);
      pen.lineTo(x + size, y);
      pen.lineTo(x, y + size);
      pen.lineTo(x - size, y);
      pen.closePath();
    } else pen.arc(x, y, size, 0, 7);
    pen.fill();
    if (ring) {
      pen.strokeStyle = this.ink;
      pen.lineWidth = 1.2;
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }

  /**
   * Each class's name at the middle of its points, so that no legend has to be read.
   * @param {CanvasRenderingContext2D} pen
   * @param {(number | null)[]} category
   */
  #names(pen, category) {
    pen.font = '600 12px "Source Sans", sans-serif';
    pen.textAlign = "center";
    for (const one of this.categories.list) {
      const mine = category.map((id, at) => (id === one.id ? at : -1)).filter((at) => at >= 0);
      if (mine.length < 5 || this.hidden.has(one.id)) continue;
      const middle = (/** @type {number[]} */ values) => values.sort((a, b) => a - b)[values.length >> 1];
      const x = middle(mine.map((at) => this.px[at]));
      const y = mine.map((at) => this.py[at]).sort((a, b) => a - b)[Math.floor(mine.length * 0.06)] - 9;
      pen.lineWidth = 4;
      pen.strokeStyle = this.ground;
      pen.strokeText(one.name.slice(0, 28), x, Math.max(y, 13));
      pen.fillStyle = this.dark ? `color-mix(in oklab, ${one.color} 40%, white)` : one.text;
      pen.fillText(one.name.slice(0, 28), x, Math.max(y, 13));
    }
  }

  stop() {
    this.stopped = true;
    this.resized.disconnect();
    this.untheme();
  }
}
