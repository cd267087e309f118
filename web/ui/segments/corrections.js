// @ts-check
// A person's word on a segment: its class, where it is split or merged, and taking that back.

/** @import { Timeline } from "./timeline.js" */
import { clock } from "../shared/dom.js";
import { historyOf, undoWords } from "../shared/decisions/history.js";
import { toast, warn } from "../shared/notices.js";
import { choose, classOptions } from "../shared/picker.js";
import { many, t } from "../shared/page/words.js";

export class Corrections {
  /** @param {Timeline} timeline */
  constructor(timeline) {
    this.timeline = timeline;
    this.history = historyOf(timeline.api);
    this.onAck = /** @type {EventListener} */ (
      /** @type {unknown} */ (
        (/** @type {CustomEvent<Answered>} */ event) =>
          this.acknowledged(event.detail).catch((error) => toast(timeline.node, error.message))
      )
    );
    timeline.queue.addEventListener("ack", this.onAck);
  }

  /**
   * A class's key labels the segment; labels of which there may be several are no class of it.
   * @param {Category} category
   */
  press(category) {
    if (category?.open) {
      toast(
        this.timeline.node,
        t("{name} is a label of an open facet, not a class of segments. Label frames with it in Review.", {
          name: category.name,
        }),
      );
    } else if (category) this.correct(category.id);
  }

  /** Any class, by typing. */
  async pickClass() {
    const chosen = await choose(
      this.timeline.node,
      t("Type a class"),
      classOptions(
        this.timeline.categories,
        this.timeline.categories.list.filter((category) => !category.open),
      ),
    );
    if (chosen) this.correct(chosen.category.id);
  }

  /**
   * A person's label for the segment.
   * @param {number} category
   */
  correct(category) {
    const { start_s, end_s } = this.timeline.segment;
    return this.say(
      [{ start_s, end_s, category }],
      t("Segment saved as {name}", { name: this.timeline.categories.get(category).name }),
    );
  }

  /** Two segments of the same label that meet at the playhead; either is then relabelled by itself. */
  split() {
    const { start_s, end_s, category } = this.timeline.segment;
    const at = this.timeline.video.currentTime; // the server puts it on the nearest border between two frames
    const frame = 1 / this.timeline.run.fps;
    if (at < start_s + frame / 2 || at > end_s - frame / 2) {
      toast(this.timeline.node, t("Move the playhead inside the segment, to where it should be split."));
      return null;
    }
    return this.say(
      [
        { start_s, end_s: at, category },
        { start_s: at, end_s, category },
      ],
      t("Split at {at}", { at: clock(at) }),
    );
  }

  /** One segment out of this and the next, with this one's label. */
  merge() {
    const next = this.timeline.run.segments[this.timeline.current + 1];
    if (!next) {
      toast(this.timeline.node, t("This is the last segment. Choose the one before it to merge the two."));
      return null;
    }
    const { start_s, category } = this.timeline.segment;
    return this.say([{ start_s, end_s: next.end_s, category }], t("Merged with the next segment"));
  }

  /**
   * @param {(Span & { category: number })[]} segments
   * @param {string} text
   */
  async say(segments, text) {
    if (this.timeline.run.state !== "done") {
      toast(this.timeline.node, t("Segments can be corrected when the whole video is read."));
      return;
    }
    try {
      const answer = await this.timeline.api.post("segments", { run: this.timeline.data.run, segments });
      this.history.push(answer.batch);
      await this.timeline.load();
      toast(
        this.timeline.node,
        t("{text}. {images} added.", { text, images: many(answer.keyframes ?? 0, "training image") }),
        answer.batch ? [t("Undo"), () => this.undo(answer.batch)] : null,
      );
    } catch (error) {
      toast(this.timeline.node, error.message);
    }
  }

  /**
   * Take back a batch, or what was decided last on any page.
   * @param {string} [batch]
   */
  undo(batch = null) {
    return this.history.undo(batch, {
      queue: this.timeline.queue,
      categories: () => this.timeline.categories,
      say: (text, action) => toast(this.timeline.node, text, action),
      take: () => toast(this.timeline.node, t("Undoing.")),
    });
  }

  /**
   * An undo arrived: the segments are read again, and the words say what came back.
   * @param {Answered} given
   */
  async acknowledged({ undone, ack }) {
    if (ack?.status === "refused") warn(this.timeline.node, ack.message);
    if (!undone) return;
    await this.timeline.load();
    /** @param {Undone} undone */
    const ids = (undone.items ?? []).map((item) => item.id);
    /** @type {ToastAction} */
    const show =
      undone.undone.kind === "segments" || !ids.length
        ? null
        : [
            t("Show them"),
            () => {
              location.href = `review?workspace=${this.timeline.api.workspace}&by=all&ids=${ids.slice(0, 200).join(",")}`;
            },
          ];
    toast(this.timeline.node, undoWords(undone, this.timeline.categories), show);
  }

  stop() {
    this.timeline.queue.removeEventListener("ack", this.onAck);
  }
}
