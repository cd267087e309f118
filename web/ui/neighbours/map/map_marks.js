// @ts-check
// Marks of the map's points. Each kind is drawn once and then copied: ten thousand take some milliseconds.

export const SHAPES = ["triangle", "circle", "square", "diamond"];

/**
 * The outline of a mark around a point.
 * @param {CanvasRenderingContext2D} pen
 * @param {string} shape
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
function outline(pen, shape, x, y, size) {
  pen.beginPath();
  if (shape === "triangle") {
    pen.moveTo(x, y - size);
    pen.lineTo(x + size, y + size * 0.8);
    pen.lineTo(x - size, y + size * 0.8);
    pen.closePath();
  } else if (shape === "square") pen.rect(x - size * 0.85, y - size * 0.85, size * 1.7, size * 1.7);
  else if (shape === "diamond") {
    pen.moveTo(x, y - size);
    pen.lineTo(x + size, y);
    pen.lineTo(x, y + size);
    pen.lineTo(x - size, y);
    pen.closePath();
  } else pen.arc(x, y, size, 0, 7);
}

export class Marks {
  /**
   * @param {number} scale pixels of the screen to one of the page
   * @param {string} ink colour of a ring
   */
  constructor(scale, ink) {
    this.scale = scale;
    this.ink = ink;
    this.drawn = /** @type {Map<string, HTMLCanvasElement>} */ (new Map());
  }

  /**
   * Put a mark on a canvas.
   * @param {CanvasRenderingContext2D} pen
   * @param {string} shape
   * @param {string} colour
   * @param {number} size
   * @param {number} x
   * @param {number} y
   * @param {boolean} [ring]
   */
  put(pen, shape, colour, size, x, y, ring = false) {
    const half = Math.ceil(size) + 2;
    pen.drawImage(this.#of(shape, colour, size, half, ring), x - half, y - half, 2 * half, 2 * half);
  }

  /**
   * @param {string} shape
   * @param {string} colour
   * @param {number} size
   * @param {number} half
   * @param {boolean} ring
   */
  #of(shape, colour, size, half, ring) {
    const name = `${shape} ${colour} ${size} ${ring}`;
    let mark = this.drawn.get(name);
    if (!mark) {
      mark = document.createElement("canvas");
      mark.width = mark.height = Math.ceil(2 * half * this.scale);
      const pen = mark.getContext("2d");
      pen.scale(mark.width / (2 * half), mark.width / (2 * half));
      outline(pen, shape, half, half, size);
      pen.fillStyle = colour;
      pen.fill();
      if (ring) {
        pen.strokeStyle = this.ink;
        pen.lineWidth = 1.2;
        pen.stroke();
      }
      this.drawn.set(name, mark);
    }
    return mark;
  }
}
