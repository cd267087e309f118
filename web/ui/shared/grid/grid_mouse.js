// @ts-check
// Clicks on tiles, and the band that a drag draws around some.

/** @import { Grid } from "./grid.js" */
import { el } from "../dom.js";

const DRAG_PX = 6;

export class GridMouse {
  /** @param {Grid} grid */
  constructor(grid) {
    this.grid = grid;
  }

  /**
   * Watch the mouse on the grid and on the space around it.
   * @param {HTMLElement} viewport
   */
  watch(viewport) {
    viewport.onmousedown = (event) => this.#press(event);
  }

  /** @param {Event} event */
  indexAt(event) {
    const node = event.composedPath().find((part) => part instanceof Element && part.classList.contains("tile"));
    return node ? this.grid.nodes.indexOf(/** @type {HTMLElement} */ (node)) : -1;
  }

  /** @param {MouseEvent} event */
  #press(event) {
    const space = /** @type {HTMLElement} */ (event.currentTarget);
    const scrollbar = event.offsetX > space.clientWidth && event.target === space;
    if (event.button !== 0 || scrollbar) return;
    event.preventDefault();
    this.#watchDrag(event, this.indexAt(event));
  }

  /**
   * @param {number} index
   * @param {MouseEvent} event
   */
  #click(index, event) {
    if (index < 0) {
      this.grid.clear();
      return;
    }
    if (event.shiftKey) {
      if (this.grid.anchor < 0) this.grid.anchor = this.grid.at;
      this.grid.range(this.grid.anchor, index);
    } else if (this.grid.batch || event.ctrlKey || event.metaKey) {
      const id = this.grid.tiles[index].id;
      if (this.grid.selected.has(id)) this.grid.selected.delete(id);
      else this.grid.add(index);
      this.grid.anchor = index;
      this.grid.selectionChanged();
    } else {
      this.grid.anchor = index;
      if (this.grid.selected.size) {
        this.grid.selected.clear();
        this.grid.selectionChanged();
      }
    }
    this.grid.focus(index);
  }

  /**
   * @param {MouseEvent} start
   * @param {number} index
   */
  #watchDrag(start, index) {
    let band = /** @type {HTMLElement | null} */ (null);
    const keep =
      this.grid.batch || start.ctrlKey || start.metaKey || start.shiftKey ? new Map(this.grid.selected) : new Map();
    const move = (/** @type {MouseEvent} */ event) => {
      if (!band && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) < DRAG_PX) return;
      band ??= this.grid.node.parentElement.appendChild(el("div", { class: "band" }));
      const box = {
        left: Math.min(start.clientX, event.clientX),
        right: Math.max(start.clientX, event.clientX),
        top: Math.min(start.clientY, event.clientY),
        bottom: Math.max(start.clientY, event.clientY),
      };
      Object.assign(band.style, {
        left: `${box.left}px`,
        top: `${box.top}px`,
        width: `${box.right - box.left}px`,
        height: `${box.bottom - box.top}px`,
      });
      this.#sweep(box, keep);
    };
    const up = (/** @type {MouseEvent} */ event) => {
      window.removeEventListener("mousemove", move);
      window.removeEventListener("mouseup", up);
      if (band) {
        band.remove();
        this.grid.on.select();
      } else this.#click(index, event);
    };
    window.addEventListener("mousemove", move);
    window.addEventListener("mouseup", up);
  }

  /**
   * @param {{ left: number, right: number, top: number, bottom: number }} box
   * @param {Map<number, number | null>} keep
   */
  #sweep(box, keep) {
    this.grid.selected = new Map(keep);
    this.grid.nodes.forEach((node, index) => {
      const rect = node.firstElementChild.getBoundingClientRect();
      if (rect.left < box.right && rect.right > box.left && rect.top < box.bottom && rect.bottom > box.top) {
        this.grid.add(index);
      }
    });
    this.grid.selectionChanged();
  }
}
