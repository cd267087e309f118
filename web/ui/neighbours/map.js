// @ts-check
// The 2-D map of all items on a plain canvas: colour and mark by class, suspicion or source; moved, zoomed, looked at and chosen from.

import { isDark, lineColour, onTheme, paletteColour } from "../shared/page/colours.js";
import { el } from "../shared/dom.js";
import { MapCard } from "./map_card.js";
import { MAP_KEYS, MapHand } from "./map_hand.js";
import { HEIGHT, MapLasso } from "./map_lasso.js";
import { MapLegend, SOURCES } from "./map_legend.js";
import { Marks, SHAPES } from "./map_marks.js";
import { MapWindow, spread } from "./map_window.js";

const ASK_MS = 1000;
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

export class MapView {
  /**
   * `on.lasso(ids)` gets the items inside a drawn line, `on.open(id)` one that was clicked; `on.failed(error)` what went wrong.
   * @param {Api} api
   * @param {{ lasso(ids: number[]): void, open(id: number): void, failed(error: Error): void }} on
   */
  constructor(api, on) {
    this.api = api;
    this.on = on;
    this.way = "label";
    this.hidden = /** @type {Set<number>} */ (new Set());
    this.chosen = /** @type {Set<number>} */ (new Set());
    this.window = new MapWindow();
    this.canvas = el("canvas", {
      tabIndex: 0,
      role: "application",
      "aria-label":
        "Map of all images. Arrows move it, plus and minus zoom, 0 shows all of it, Enter opens the image in the middle",
      "data-keys": MAP_KEYS,
    });
    this.legend = new MapLegend(this);
    this.lasso = new MapLasso(this);
    this.card = new MapCard(this);
    this.hand = new MapHand(this);
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
        this.hand.lassoButton,
      ),
      el(
        "div",
        { class: "mapcanvas" },
        this.canvas,
        this.lasso.flag,
        this.card.ring,
        this.card.node,
        this.hand.buttons,
      ),
    );
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
    const points = await this.api.get("map", { way });
    if (this.points?.way !== points.way) this.window.fit();
    this.points = points;
    this.x = spread(points.x);
    this.y = spread(points.y);
    this.row = new Map(points.ids.map((id, at) => [id, at]));
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
    this.render();
  }

  /**
   * Take over what was decided about these tiles.
   * @param {Tile[]} tiles
   */
  update(tiles) {
    if (!this.points) return;
    for (const tile of tiles) {
      const at = this.row.get(tile.id);
      if (at === undefined) continue;
      this.points.category[at] = tile.category ?? 0;
      this.points.source[at] = tile.source ?? "";
    }
    this.draw();
  }

  /** @param {number} id */
  shapeOf(id) {
    const place = this.categories.list.findIndex((category) => category.id === id);
    return SHAPES[Math.max(0, place) % SHAPES.length];
  }

  /**
   * The pixel of a point.
   * @param {number} at its row
   * @returns {[x: number, y: number]}
   */
  spot(at) {
    return [this.window.left(this.x[at]), this.window.top(this.y[at])];
  }

  /**
   * The row of the point that is nearest to a pixel and not greyed out, -1 where none is within so many pixels.
   * @param {number} left
   * @param {number} top
   * @param {number} [within]
   */
  nearest(left, top, within = Infinity) {
    let [best, least] = [-1, within * within];
    for (let at = 0; at < this.x.length; at += 1) {
      if (this.hidden.has(this.points.category[at])) continue;
      const [x, y] = this.spot(at);
      const apart = (x - left) ** 2 + (y - top) ** 2;
      if (apart < least) [best, least] = [at, apart];
    }
    return best;
  }

  /** All of it anew: the legend, the colours of the theme, the points. */
  draw() {
    if (!this.points || !this.node.isConnected || this.canvas.parentElement.clientWidth === 0) return;
    this.used = new Set(this.points.category);
    this.legend.paint();
    this.dark = isDark(this.canvas);
    this.ground = paletteColour(this.canvas, "--bg");
    this.grey = paletteColour(this.canvas, "--mute");
    const scale = window.devicePixelRatio || 1;
    this.marks = new Marks(scale, paletteColour(this.canvas, "--ink"));
    const width = this.canvas.parentElement.clientWidth;
    this.window.resize(width, HEIGHT);
    this.canvas.width = width * scale;
    this.canvas.height = HEIGHT * scale;
    this.canvas.style.height = `${HEIGHT}px`;
    this.canvas.getContext("2d").setTransform(scale, 0, 0, scale, 0, 0);
    this.#style();
    this.render();
  }

  /** The mark and the colour of each class, and where its name goes. */
  #style() {
    const { category } = this.points;
    this.shapes = new Map([...this.used].map((id) => [id, this.shapeOf(id)]));
    this.colours = new Map(
      [...this.used].map((id) => [id, id ? lineColour(this.categories.get(id).color, this.dark) : this.grey]),
    );
    const rows = /** @type {Map<number, number[]>} */ (new Map());
    category.forEach((id, at) => (rows.get(id) ?? rows.set(id, []).get(id)).push(at));
    this.named = this.categories.list
      .filter((one) => (rows.get(one.id)?.length ?? 0) >= 5)
      .map((one) => {
        const mine = rows.get(one.id);
        const across = mine.map((at) => this.x[at]).sort((a, b) => a - b);
        const down = mine.map((at) => this.y[at]).sort((a, b) => b - a);
        return { one, x: across[across.length >> 1], y: down[Math.floor(down.length * 0.06)] };
      });
  }

  /** The points once more before the next picture of the screen, however often it is asked for. */
  renderSoon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.render();
    });
  }

  render() {
    if (!this.marks) return;
    const pen = this.canvas.getContext("2d");
    pen.clearRect(0, 0, this.window.width, HEIGHT);
    const { ids } = this.points;
    const plain = ids.length > 20000 ? 1.6 : ids.length > 3000 ? 2.4 : 3.6;
    const size = Math.round(plain * Math.min(1.7, this.window.zoom ** 0.3) * 5) / 5;
    const front = /** @type {number[]} */ ([]);
    pen.globalAlpha = this.chosen.size ? 0.35 : 0.75;
    for (let at = 0; at < ids.length; at += 1) {
      if (this.chosen.has(ids[at])) front.push(at);
      else this.#dot(pen, at, size);
    }
    pen.globalAlpha = 1;
    for (const at of front) this.#dot(pen, at, size + 1.2, true);
    if (this.way === "label") this.#names(pen);
  }

  /** @param {number} at */
  #colour(at) {
    const { category, suspicion, source } = this.points;
    if (this.hidden.has(category[at])) return this.grey;
    if (this.way === "suspicion") return heat(Math.round(suspicion[at] * HEATS) / HEATS, this.dark);
    if (this.way === "label") return this.colours.get(category[at]);
    return SOURCES[source[at]] ? lineColour(SOURCES[source[at]], this.dark) : this.grey;
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {number} at
   * @param {number} size
   * @param {boolean} [ring]
   */
  #dot(pen, at, size, ring = false) {
    const [x, y] = this.spot(at);
    if (x < -size || y < -size || x > this.window.width + size || y > HEIGHT + size) return;
    this.marks.put(pen, this.shapes.get(this.points.category[at]), this.#colour(at), size, x, y, ring);
  }

  /**
   * Each class's name at the middle of its points, so that no legend has to be read.
   * @param {CanvasRenderingContext2D} pen
   */
  #names(pen) {
    pen.font = '600 12px "Source Sans", sans-serif';
    pen.textAlign = "center";
    for (const { one, x, y } of this.named) {
      const [left, top] = [this.window.left(x), this.window.top(y) - 9];
      if (this.hidden.has(one.id) || left < 0 || left > this.window.width || top < -13 || top > HEIGHT) continue;
      pen.lineWidth = 4;
      pen.strokeStyle = this.ground;
      pen.strokeText(one.name.slice(0, 28), left, Math.max(top, 13));
      pen.fillStyle = this.dark ? `color-mix(in oklab, ${one.color} 40%, white)` : one.text;
      pen.fillText(one.name.slice(0, 28), left, Math.max(top, 13));
    }
  }

  stop() {
    this.stopped = true;
    this.resized.disconnect();
    this.untheme();
  }
}
