// What stands behind the segments: labelled images most like the keyframes, and the programme of the run.

/** @import { Timeline } from "./timeline.js" */
import { changedFrames } from "./plan.js";

export class Evidence {
  /** @param {Timeline} timeline */
  constructor(timeline) {
    this.timeline = timeline;
    this.near = new Map();
    this.programme = null;
    this.fixes = null;
  }

  /** From which programme it is: asked for once a run, shown when it comes. */
  async origin(run) {
    const found = await this.timeline.api.get(`run/${run}/programme`);
    if (this.timeline.data.run !== run || this.timeline.data.job) return;
    this.programme = found;
    this.timeline.paintLate();
  }

  /** The images most like the shown keyframes: asked for once each. */
  async alike(frames) {
    const missing = frames.map((frame) => frame.index).filter((index) => !this.near.has(index));
    if (!missing.length || this.timeline.data.job) return;
    const run = this.timeline.data.run;
    for (const index of missing) this.near.set(index, []);
    const found = await this.timeline.api.get(`run/${run}/near`, { frames: missing.join(",") });
    if (this.timeline.data.run !== run) return;
    for (const { index, images } of found.frames) {
      this.near.set(
        index,
        images.map((one) => ({ ...one, image: this.timeline.api.thumb(one.id) })),
      );
    }
    this.timeline.paintLate();
  }

  /** People's images most like the keyframes where two models differ: what changed the segments. Asked for once a pair. */
  async findFixes() {
    const { run } = this.timeline.data;
    const { values } = this.timeline.look;
    this.fixes = null;
    const frames = values.compare && this.timeline.run.state === "done" ? changedFrames(this.timeline.run) : [];
    if (!frames.length) return;
    const found = await this.timeline.api.get(`run/${run}/near`, { frames: frames.join(","), people: 1 });
    if (this.timeline.data.run !== run || this.timeline.look.values !== values) return;
    const images = new Map(found.frames.flatMap((frame) => frame.images).map((one) => [one.id, one]));
    this.fixes = [...images.values()].map((one) => ({ ...one, image: this.timeline.api.thumb(one.id) }));
    this.timeline.paintLower();
  }
}
