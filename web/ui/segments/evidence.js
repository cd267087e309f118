// @ts-check
// What stands behind the segments: labelled images most like the keyframes, and the programme of the run.

/** @import { Timeline } from "./timeline.js" */
import { el, fill } from "../shared/dom.js";
import { changedFrames } from "./plan.js";
import { about, heading, keyframes, pick } from "./segment_panel.js";
import { t } from "../shared/page/words.js";

export class Evidence {
  /** @param {Timeline} timeline */
  constructor(timeline) {
    this.timeline = timeline;
    this.near = /** @type {Map<number, (Tile & { image?: string })[]>} */ (new Map());
    this.programme = null;
    this.fixes = null;
  }

  /**
   * From which programme it is: asked for once a run, shown when it comes.
   * @param {number} run
   */
  async origin(run) {
    const answer = await this.timeline.api.get(`run/${run}/programme`);
    if (this.timeline.data.run !== run || this.timeline.data.job) return;
    this.programme = answer;
    this.paintLate();
  }

  /**
   * The images most like the shown keyframes: asked for once each.
   * @param {SegmentKeyframe[]} frames
   */
  async alike(frames) {
    const missing = frames.map((frame) => frame.index).filter((index) => !this.near.has(index));
    if (!missing.length || this.timeline.data.job) return;
    const run = this.timeline.data.run;
    for (const index of missing) this.near.set(index, []);
    const answer = await this.timeline.api.get(`run/${run}/near`, { frames: missing.join(",") });
    if (this.timeline.data.run !== run) return;
    for (const { index, images } of answer.frames) {
      this.near.set(
        index,
        images.map((one) => ({ ...one, image: this.timeline.api.thumb(one.id) })),
      );
    }
    this.paintLate();
  }

  /** People's images most like the keyframes where two models differ: what changed the segments. Asked for once a pair. */
  async findFixes() {
    const { run } = this.timeline.data;
    const { values } = this.timeline.look;
    this.fixes = null;
    const frames = values.compare && this.timeline.run.state === "done" ? changedFrames(this.timeline.run) : [];
    if (!frames.length) return;
    const answer = await this.timeline.api.get(`run/${run}/near`, { frames: frames.join(","), people: 1 });
    if (this.timeline.data.run !== run || this.timeline.look.values !== values) return;
    const images = new Map(answer.frames.flatMap((frame) => frame.images).map((one) => [one.id, one]));
    this.fixes = [...images.values()].map((one) => ({ ...one, image: this.timeline.api.thumb(one.id) }));
    this.timeline.paintLower();
  }

  paint() {
    const segment = this.timeline.segment;
    if (!segment) {
      fill(
        this.timeline.about,
        el(
          "div",
          { class: "sm q" },
          this.timeline.run.state === "done"
            ? t("No segment was found.")
            : t("Segments appear here while the video is read."),
        ),
      );
      return;
    }
    const { run, categories, current: index } = this.timeline;
    const { near, programme } = this;
    const on = {
      seek: (/** @type {number} */ seconds) => this.timeline.playhead.seek(seconds),
      correct: (/** @type {number} */ category) => this.timeline.corrections.correct(category),
      split: () => this.timeline.corrections.split(),
      merge: () => this.timeline.corrections.merge(),
      host: () => this.timeline.node,
    };
    fill(this.timeline.about, about({ run, index, categories, near, programme }, on));
    this.alike(pick(segment.keyframes));
  }

  /** What arrives late fills its own place: the class that somebody is choosing beside it stays chosen. */
  paintLate() {
    const shown = {
      run: this.timeline.run,
      index: this.timeline.current,
      categories: this.timeline.categories,
      near: this.near,
      programme: this.programme,
    };
    const [above, frames] = [".kfhead", ".kf"].map((place) => this.timeline.about.querySelector(place));
    if (!this.timeline.segment || !frames) return;
    fill(above, heading(shown));
    fill(frames, keyframes(shown, { seek: (/** @type {number} */ seconds) => this.timeline.playhead.seek(seconds) }));
  }
}
