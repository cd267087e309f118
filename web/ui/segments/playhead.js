// @ts-check
// The playhead: where the video is, and which segment and frame lie there.

/** @import { Timeline } from "./timeline.js" */
import { clock, fill, fixed, icon } from "../shared/dom.js";
import { chip } from "../shared/tiles.js";
import { t } from "../shared/page/words.js";

export class Playhead {
  /** @param {Timeline} timeline */
  constructor(timeline) {
    this.timeline = timeline;
    this.painted = "";
  }

  /** @param {number} seconds */
  seek(seconds) {
    this.#keep(seconds);
    this.timeline.video.currentTime = Math.min(seconds, Math.max(0, this.timeline.run.duration_s - 0.05));
    this.paint(seconds);
    this.#follow(seconds);
  }

  /**
   * Milliseconds, so that a segment's first moment stays in it.
   * @param {number} seconds
   */
  #keep(seconds) {
    this.timeline.place.set({ t: seconds > 0 && !this.timeline.data.job ? fixed(seconds, 3) : null });
  }

  toggle() {
    if (this.timeline.video.paused) this.timeline.video.play();
    else this.timeline.video.pause();
  }

  animate() {
    this.moved();
    if (!this.timeline.video.paused && this.timeline.node.isConnected) requestAnimationFrame(() => this.animate());
  }

  moved() {
    if (!this.timeline.run) return;
    fill(this.timeline.playButton, icon(this.timeline.video.paused ? "play_arrow" : "pause"));
    this.paint();
    if (this.timeline.video.paused) this.#keep(this.timeline.video.currentTime);
    this.#follow(this.timeline.video.currentTime);
  }

  /** @param {number} [seconds] */
  paint(seconds = this.timeline.video.currentTime) {
    if (!this.timeline.bands.line) return;
    const at = `${Math.min(1, seconds / this.timeline.run.duration_s) * 100}%`; // sound may go on behind the last picture
    this.timeline.bands.line.style.left = at;
    this.timeline.bands.flag.style.left = `clamp(26px, ${at}, calc(100% - 26px))`;
    this.timeline.bands.flag.textContent = clock(seconds);
    this.timeline.time.textContent = t("{at} / {of} · frame {n} · {fps} fps", {
      at: clock(seconds),
      of: clock(this.timeline.run.duration_s),
      n: String(this.#frameAt(seconds)),
      fps: fixed(this.timeline.run.fps, 0),
    });
  }

  /**
   * The number of the frame on screen: frames are even within a shot, and counted from the first picture.
   * @param {number} seconds
   */
  #frameAt(seconds) {
    const shot = this.timeline.run.shots.findLast((one) => one.start_s <= seconds + 1e-3) ?? this.timeline.run.shots[0];
    if (!shot) return 0;
    const share = Math.min(1, Math.max(0, (seconds - shot.start_s) / (shot.end_s - shot.start_s)));
    return Math.min(
      shot.end_frame - 1,
      shot.start_frame + Math.floor(share * (shot.end_frame - shot.start_frame) + 0.02),
    );
  }

  /**
   * The segment under the playhead is the current one; its label stands in the picture.
   * @param {number} seconds
   */
  #follow(seconds) {
    const at = this.timeline.run.segments.findIndex(
      (segment) => seconds >= segment.start_s - 1e-3 && seconds < segment.end_s - 1e-3,
    );
    const segment = this.timeline.run.segments[at];
    const painted = segment ? `${segment.category} ${fixed(segment.score, 2)}` : "";
    if (painted !== this.painted) {
      this.painted = painted;
      const category = segment ? this.timeline.categories.get(segment.category) : null;
      fill(
        this.timeline.now,
        segment
          ? chip(
              { ...category, name: `${category.path || category.name} ${fixed(segment.score, 2)}` },
              segment.source === "human" ? "h" : "m",
            )
          : null,
      );
    }
    if (at >= 0 && at !== this.timeline.current) {
      this.timeline.current = at;
      this.timeline.bands.highlight();
      this.timeline.evidence.paint();
    }
  }
}
