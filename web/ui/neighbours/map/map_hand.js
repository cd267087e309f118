// @ts-check
// Pointer, wheel and keys on the map: what is under the pointer, moving, zooming, the lasso.

/** @import { MapView } from "./map.js" */
import { el, icon } from "../../shared/dom.js";
import { t } from "../../shared/page/words.js";

const NEAR = 10; // pixels
const STILL = 4; // a press that moves less is a click
const STEP = 60;
const TIMES = 1.5;
const WHEEL = 0.0016; // of a pixel of the wheel
const LINE = 16; // pixels in a line, where a wheel counts lines

export class MapHand {
  /** @param {MapView} map */
  constructor(map) {
    this.map = map;
    this.chosen = /** @type {"lasso" | "move" | null} */ (null);
    const { canvas } = map;
    canvas.onpointerdown = (event) => this.#press(event);
    canvas.onpointermove = (event) => this.#hover(event);
    canvas.onpointerleave = () => map.card.show(-1);
    canvas.onblur = () => map.card.show(-1);
    canvas.onfocus = () => canvas.matches(":focus-visible") && this.#middle();
    canvas.onkeydown = (event) => this.#key(event);
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.lassoButton = el(
      "button",
      {
        class: "btn s lasso",
        type: "button",
        title: t("Drag a line around images to select them, or Shift-drag at any time"),
        onclick: () => {
          this.chosen = this.tool === "lasso" ? "move" : "lasso";
          this.paint();
        },
      },
      icon("lasso_select", "s"),
      t("Lasso"),
    );
    const zoom = (/** @type {string} */ label, /** @type {string} */ symbol, /** @type {() => void} */ onclick) =>
      el("button", { type: "button", class: "btn s", "aria-label": label, title: label, onclick }, icon(symbol, "s"));
    this.buttons = el(
      "div",
      { class: "mapzoom", role: "group", "aria-label": t("Zoom of the map") },
      zoom(t("Zoom in"), "add", () => this.#zoom(TIMES)),
      zoom(t("Zoom out"), "remove", () => this.#zoom(1 / TIMES)),
      zoom(t("Show the whole map"), "fit_screen", () => this.#fit()),
    );
    this.paint();
  }

  /** What a drag does: the whole map has nowhere to move to, so there it draws a line unless somebody chose otherwise. */
  get tool() {
    return this.chosen ?? (this.map.window.isWhole ? "lasso" : "move");
  }

  paint() {
    const lasso = this.tool === "lasso";
    this.lassoButton.classList.toggle("on", lasso);
    this.lassoButton.setAttribute("aria-pressed", String(lasso));
    this.map.canvas.classList.toggle("move", !lasso);
  }

  /**
   * @param {number} times
   * @param {number} [left]
   * @param {number} [top]
   */
  #zoom(times, left, top) {
    this.map.window.scale(times, left, top);
    this.#moved();
  }

  #fit() {
    this.chosen = null;
    this.map.window.fit();
    this.#moved();
  }

  #moved() {
    this.map.lasso.flag.hidden = true; // it speaks of where the line was
    this.map.card.show(-1);
    this.map.renderSoon();
    this.paint();
  }

  /** @param {MouseEvent} event */
  #spot(event) {
    const box = this.map.canvas.getBoundingClientRect();
    return /** @type {[x: number, y: number]} */ ([event.clientX - box.left, event.clientY - box.top]);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (!this.map.points || (event.deltaY > 0 && this.map.window.isWhole)) return; // the page scrolls on
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * LINE : event.deltaY;
    this.#zoom(Math.exp(-Math.min(Math.max(pixels, -400), 400) * WHEEL), ...this.#spot(event));
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    if (!this.map.points || event.buttons) return;
    this.map.card.show(this.map.nearest(...this.#spot(event), NEAR));
    this.map.canvas.classList.toggle("point", this.map.card.at >= 0);
  }

  /** @param {PointerEvent} start */
  #press(start) {
    if (!this.map.points || start.button > 1) return;
    start.preventDefault();
    this.map.canvas.focus({ preventScroll: true });
    this.map.card.show(-1);
    const { canvas } = this.map;
    const lasso = start.button === 0 && (start.shiftKey || this.tool === "lasso");
    const line = lasso ? this.map.lasso.start(this.#spot(start)) : null;
    let [x, y] = this.#spot(start);
    let far = 0;
    const move = (/** @type {PointerEvent} */ event) => {
      const [toX, toY] = this.#spot(event);
      far += Math.abs(toX - x) + Math.abs(toY - y);
      if (line) line.to([toX, toY]);
      else if (far > STILL) {
        this.map.window.pan(toX - x, toY - y);
        this.#moved();
      }
      [x, y] = [toX, toY];
    };
    const up = (/** @type {PointerEvent} */ event) => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", up);
      canvas.classList.remove("held");
      if (event.type === "pointerup" && far <= STILL) this.#click(this.#spot(event));
      else line?.close(event.type === "pointerup");
    };
    canvas.classList.add("held");
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", up);
  }

  /**
   * A point opens its neighbours; beside all points what was chosen is let go.
   * @param {[x: number, y: number]} spot
   */
  #click(spot) {
    const at = this.map.nearest(...spot, NEAR);
    this.map.lasso.flag.hidden = true;
    this.map.mark([]);
    if (at >= 0) this.map.on.open(this.map.points.ids[at]);
  }

  /** Who works by keys is shown the image nearest to the middle. */
  #middle() {
    if (this.map.points) this.map.card.show(this.map.nearest(this.map.window.width / 2, this.map.window.height / 2));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.map.points || event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () => this.map.window.pan(STEP, 0),
      ArrowRight: () => this.map.window.pan(-STEP, 0),
      ArrowUp: () => this.map.window.pan(0, STEP),
      ArrowDown: () => this.map.window.pan(0, -STEP),
      "+": () => this.map.window.scale(TIMES),
      "=": () => this.map.window.scale(TIMES),
      "-": () => this.map.window.scale(1 / TIMES),
      0: () => this.#fit(),
    };
    if (event.key === "Enter" && this.map.card.at >= 0) this.map.on.open(this.map.points.ids[this.map.card.at]);
    else if (keys[event.key]) {
      keys[event.key]();
      this.#moved();
      this.#middle();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** The keys that the map answers itself: the page's own do not. */
export const MAP_KEYS = "ArrowLeft ArrowRight ArrowUp ArrowDown + = - 0 Enter";
