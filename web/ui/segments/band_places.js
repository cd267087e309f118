// @ts-check
// Where each band lies in the timeline.

export const TOP = { ruler: 0, frames: 24, segments: 84, shots: 130, tags: 152 };
export const TAG_PX = 18; // from one band of an open label to the next
/** @param {number} value */
export const percent = (value) => `${value * 100}%`;
/**
 * Where the bands below the open labels begin: the other head's segments and the score curves.
 * @param {Run} run
 */
export function below(run) {
  const before = TOP.tags + 2 + TAG_PX * run.tags.length + (run.tags.length ? 6 : 0);
  return { before, scores: before + (run.before ? 32 : 2) };
}

/**
 * Left and width of a span in per cent of the whole.
 * @param {Span} span
 * @param {number} whole
 */
export const place = (span, whole) => ({
  left: percent(span.start_s / whole),
  width: `calc(${percent((span.end_s - span.start_s) / whole)} - 2px)`,
});
