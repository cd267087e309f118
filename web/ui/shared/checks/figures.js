// @ts-check
// When a figure is worth showing. `web/parts/figures.py` says the same for the pages of Python.

import { fixed } from "../dom.js";
import { t } from "../page/words.js";

export const LEAST = 20; // decided images below which a share, a gain or a kappa is not shown
const Z = 1.96;

/**
 * Wilson's 95 % interval of `right` in `n`, as in "18 to 71 %".
 * @param {number} right
 * @param {number} n
 */
export function wilson(right, n) {
  const share = right / n;
  const middle = (share + (Z * Z) / (2 * n)) / (1 + (Z * Z) / n);
  const half = (Z / (1 + (Z * Z) / n)) * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n));
  return t("{low} to {high} %", {
    low: fixed(Math.max(0, 100 * (middle - half)), 0),
    high: fixed(Math.min(100, 100 * (middle + half)), 0),
  });
}
