// @ts-check
// How far the reach goes when images are shown at first.

/** @import { Lot } from "./lot.js" */

/**
 * A text is compared with images at a lower level than an image is, so the reach starts where the best 24 end.
 * @param {Lot} lot
 */
export function startReach(lot) {
  if (lot.neighbours.query?.cluster !== undefined) return lot.edge;
  if (lot.neighbours.query?.ids) return lot.max;
  const sorted = lot.tiles.map((tile) => 1 - tile.similarity).sort((a, b) => a - b);
  return lot.neighbours.query?.text
    ? sorted[Math.min(23, sorted.length - 1)]
    : Math.min(Math.max(0.15, sorted[Math.min(5, sorted.length - 1)]), lot.max);
}

/**
 * The reach that the address names, as far as there are images.
 * @param {Lot} lot
 * @param {number} reach
 */
export function reachTo(lot, reach) {
  if (!lot.slider || lot.max <= lot.min) return;
  lot.slider.value = String((Math.min(Math.max(reach, lot.min), lot.max) - lot.min) / (lot.max - lot.min));
  lot.slider.dispatchEvent(new Event("input"));
}
