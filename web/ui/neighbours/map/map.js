// @ts-check
// The 2-D map of all items on a plain canvas: colour and mark by class, suspicion or source; moved, zoomed, looked at and chosen from.

import { onTheme } from "../../shared/page/colours.js";
import { el } from "../../shared/dom.js";
import { MapCard } from "./map_card.js";
import { MAP_KEYS, MapHand } from "./map_hand.js";
import { MapDrawing } from "./map_drawing.js";
import { MapLasso } from "./map_lasso.js";
import { MapLegend } from "./map_legend.js";
import { MapWindow, spread } from "./map_window.js";
import { t } from "../../shared/page/words.js";

const ASK_MS = 1000;
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
      "aria-label": t(
        "Map of all images. Arrows move it, plus and minus zoom, 0 shows all of it, Enter opens the image in the middle",
      ),
      "data-keys": MAP_KEYS,
    });
    this.drawing = new MapDrawing(this);
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
        el("h2", {}, t("Map")),
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
    this.drawing.prepare();
    this.render();
  }

  /** The points once more before the next picture of the screen, however often it is asked for. */
  renderSoon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.render();
    });
  }

  render() {
    this.drawing.render();
  }

  stop() {
    this.stopped = true;
    this.resized.disconnect();
    this.untheme();
  }
}
