// @ts-check
// How far the reach goes when images are shown at first. A reach is the least similarity of an image in it.

/** @import { Lot } from "./lot.js" */

const REACH = 0.85;
const FIRST = 24; // images that words have in reach at first
const FEWEST = 6; // that an image has

/**
 * A text is compared with images at a lower level than an image is, so the reach starts where the best 24 end.
 * @param {Lot} lot
 */
export function startReach(lot) {
  const { now: query } = lot.neighbours.queries;
  if (query?.ids) return lot.farthest;
  if (query?.cluster !== undefined) return lot.farthestOf(lot.members);
  const sorted = lot.tiles.map((tile) => tile.similarity).sort((a, b) => b - a);
  return query?.text
    ? sorted[Math.min(FIRST, sorted.length) - 1]
    : Math.max(Math.min(REACH, sorted[Math.min(FEWEST, sorted.length) - 1]), lot.farthest);
}

/**
 * The reach that the address names, as far as there are images.
 * @param {Lot} lot
 * @param {number} reach
 */
export function reachTo(lot, reach) {
  if (!lot.slider || lot.nearest <= lot.farthest) return;
  const held = Math.min(Math.max(reach, lot.farthest), lot.nearest);
  lot.slider.value = String((lot.nearest - held) / (lot.nearest - lot.farthest));
  lot.slider.dispatchEvent(new Event("input"));
}
