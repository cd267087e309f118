// @ts-check
// What each key does in Segments.

/** @import { Timeline } from "./timeline.js" */

const SPEEDS = [1, 2, 4];

/** @param {Timeline} timeline */
export function keyActions(timeline) {
  const edits =
    (/** @type {(...given: any[]) => void} */ act) =>
    (/** @type {unknown[]} */ ...given) => {
      if (timeline.segment && !document.fullscreenElement) act(...given);
    };
  const speed = (/** @type {number} */ by) => {
    const at = Math.min(Math.max(SPEEDS.indexOf(timeline.video.playbackRate) + by, 0), SPEEDS.length - 1);
    timeline.video.playbackRate = SPEEDS[at];
    timeline.video.play();
  };
  return {
    skip: () => timeline.playhead.toggle(),
    speed,
    pause: () => timeline.video.pause(),
    segmentStep: (/** @type {number} */ by) => timeline.step(by),
    move: (/** @type {number} */ dx, /** @type {number} */ dy) => {
      if (!timeline.run) return;
      if (dy) timeline.step(dy);
      else timeline.playhead.seek(Math.max(0, timeline.video.currentTime + dx / (timeline.run.fps || 25)));
    },
    digit: edits((n) => timeline.corrections.press(timeline.categories.byKey.get(n))),
    nothing: () => {},
    undo: edits(() => timeline.corrections.undo()),
    split: edits(() => timeline.corrections.split()),
    merge: edits(() => timeline.corrections.merge()),
    fix: () => timeline.present(),
    pick: edits(() => timeline.corrections.pickClass()),
  };
}
