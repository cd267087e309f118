// @ts-check
// The part of the map that is seen: places of points as pixels, moved and zoomed. Nothing leaves the edge of the map.

const BESIDE = 52; // pixels free at either side, where the buttons of the map stand
const ABOVE = 22;
const MOST = 60; // times as large as all of it

export class MapWindow {
  constructor() {
    this.width = 1;
    this.height = 1;
    this.zoom = 1;
    this.x = 0.5; // what is in the middle, 0 to 1 over the whole map; y goes up
    this.y = 0.5;
  }

  /** All of the map. */
  fit() {
    this.zoom = 1;
    this.x = 0.5;
    this.y = 0.5;
  }

  get isWhole() {
    return this.zoom === 1;
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  resize(width, height) {
    this.width = width;
    this.height = height;
  }

  get #wide() {
    return Math.max(this.width - 2 * BESIDE, 1) * this.zoom;
  }

  get #high() {
    return Math.max(this.height - 2 * ABOVE, 1) * this.zoom;
  }

  /** @param {number} x a place, 0 to 1 */
  left(x) {
    return this.width / 2 + (x - this.x) * this.#wide;
  }

  /** @param {number} y a place, 0 to 1 */
  top(y) {
    return this.height / 2 - (y - this.y) * this.#high;
  }

  /**
   * Move what is seen by pixels, as a hand would.
   * @param {number} dx
   * @param {number} dy
   */
  pan(dx, dy) {
    this.x -= dx / this.#wide;
    this.y += dy / this.#high;
    this.#hold();
  }

  /**
   * Make all of it `times` as large around a pixel, which stays where it is.
   * @param {number} times
   * @param {number} [left]
   * @param {number} [top]
   */
  scale(times, left = this.width / 2, top = this.height / 2) {
    const x = this.x + (left - this.width / 2) / this.#wide;
    const y = this.y - (top - this.height / 2) / this.#high;
    const wanted = Math.min(Math.max(this.zoom * times, 1), MOST);
    this.zoom = wanted < 1.02 ? 1 : wanted;
    this.x = x - (left - this.width / 2) / this.#wide;
    this.y = y + (top - this.height / 2) / this.#high;
    this.#hold();
  }

  #hold() {
    const reach = 0.5 / this.zoom;
    this.x = Math.min(Math.max(this.x, reach), 1 - reach);
    this.y = Math.min(Math.max(this.y, reach), 1 - reach);
  }
}

/**
 * Values as parts of their range, 0 to 1.
 * @param {number[]} values
 */
export function spread(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return Float64Array.from(values, (value) => (value - low) / (high - low || 1));
}
