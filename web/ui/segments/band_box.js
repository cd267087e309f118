// @ts-check
// The box with the bands: its head, the zoom, and the part of the track that is drawn.

/** @import { Timeline } from "./timeline.js" */
import { el, fill, icon, key } from "../shared/dom.js";
import { undoButton } from "../shared/notices.js";
import { colours, nameOf } from "../shared/tiles.js";
import { gutter, track } from "./bands.js";
import { lineClass, lines } from "./curves.js";
import { t } from "../shared/page/words.js";

const TAGS = 6;

export class BandBox {
  /** @param {Timeline} timeline */
  constructor(timeline) {
    this.timeline = timeline;
    this.node = el("div", { class: "box bandbox" });
    this.zoom = 0; // of 100
    this.allTags = false;
    this.drawn = /** @type {number[] | null} */ (null);
    this.draw = /** @type {((from: number, to: number, current: number) => void) | null} */ (null);
    this.resized = new ResizeObserver(() => timeline.run && this.paint());
    this.resized.observe(this.node);
  }

  paint() {
    const shown = {
      ...this.timeline.run,
      tags: this.allTags ? this.timeline.run.tags : this.timeline.run.tags.slice(0, TAGS),
    };
    this.#build();
    fill(
      this.headPlace,
      this.#head(),
      this.timeline.run.notes.length
        ? el("p", { class: "sm q notes" }, icon("info", "s"), ` ${this.timeline.run.notes.join(" ")}`)
        : null,
    );
    fill(this.gutterPlace, gutter(shown, this.timeline.categories));
    const width = Math.round(Math.max(200, (this.scroll.clientWidth - 6) * this.magnified));
    const { node, draw } = track(shown, this.timeline.categories, width, {
      seek: (/** @type {number} */ seconds) => this.timeline.playhead.seek(seconds),
      pick: (/** @type {number} */ index) => this.timeline.pick(index),
    });
    this.bandTrack = node;
    this.draw = draw;
    this.drawn = null;
    this.line = el("div", { class: "head" });
    this.flag = el("div", { class: "flag num" });
    this.bandTrack.append(this.line, this.flag);
    fill(this.scroll, this.bandTrack);
    this.drawWindow();
    this.timeline.playhead.paint();
  }

  /** Title, legend, keys and zoom above the bands. */
  #head() {
    const legend = lines(this.timeline.run, this.timeline.categories)
      .filter((line) => !line.thin)
      .map(({ id, at }) =>
        el(
          "span",
          { class: "row", style: { gap: "6px", ...colours(this.timeline.categories.get(id)) } },
          el("span", { class: lineClass(at) }),
          nameOf(this.timeline.categories.get(id)),
        ),
      );
    const more =
      this.timeline.run.tags.length > TAGS
        ? el(
            "button",
            {
              type: "button",
              class: "btn link",
              onclick: () => {
                this.allTags = !this.allTags;
                this.paint();
              },
            },
            this.allTags
              ? t("first {TAGS} labels", { TAGS })
              : t("all {n} labels", { n: this.timeline.run.tags.length }),
          )
        : null;
    const zoom = el("input", {
      type: "range",
      class: "slide zoom",
      min: 0,
      max: 100,
      step: 1,
      value: this.zoom,
      "aria-label": t("Zoom"),
    });
    zoom.style.setProperty("--at", `${this.zoom}%`);
    zoom.oninput = () => {
      this.zoomTo(Number(zoom.value));
    };
    const hint = (/** @type {string} */ text, /** @type {string[]} */ ...caps) =>
      el("span", { class: "row sm q hint", style: { gap: "5px" } }, caps.map(key), text);
    return el(
      "div",
      { class: "row bandhead" },
      el("h2", {}, t("Timeline")),
      legend,
      more,
      el("span", { class: "sp" }),
      hint(t("play"), "Space"),
      hint(t("speed"), "J", "K", "L"),
      hint(t("split"), "S"),
      hint(t("merge"), "M"),
      hint(t("relabel"), "1", "–", "9", "/"),
      undoButton(() => this.timeline.corrections.undo()),
      icon("zoom_out", "s"),
      zoom,
      icon("zoom_in", "s"),
    );
  }

  #build() {
    if (this.scroll) return;
    this.scroll = el("div", { class: "scroll", tabIndex: 0, role: "group", "aria-label": t("Bands of the timeline") });
    this.scroll.onscroll = () => this.drawWindow();
    this.gutterPlace = el("div");
    this.headPlace = el("div");
    fill(this.node, this.headPlace, el("div", { class: "bands" }, this.gutterPlace, this.scroll));
  }

  /** How many times wider than the box the track is: at the closest, about half a minute fills the box. */
  get magnified() {
    return Math.max(8, this.timeline.run.duration_s / 30) ** (this.zoom / 100);
  }

  /** Draw what is in sight and a screen on either side, once the sight leaves what is drawn. */
  drawWindow() {
    if (!this.draw) return;
    const { scrollLeft, clientWidth } = this.scroll;
    const [first, last] = [Math.max(0, scrollLeft), Math.min(this.bandTrack.clientWidth, scrollLeft + clientWidth)];
    if (this.drawn && first >= this.drawn[0] && last <= this.drawn[1]) return;
    this.drawn = [Math.max(0, first - clientWidth), Math.min(this.bandTrack.clientWidth, last + clientWidth)];
    this.draw(this.drawn[0], this.drawn[1], this.timeline.current);
  }

  /**
   * Zoom keeps the playhead where it is on the screen.
   * @param {number} zoom
   */
  zoomTo(zoom) {
    const at = this.timeline.video.currentTime / this.timeline.run.duration_s;
    const screen = at * this.bandTrack.clientWidth - this.scroll.scrollLeft;
    this.zoom = zoom;
    this.paint();
    this.scroll.scrollLeft = at * this.bandTrack.clientWidth - screen;
    this.drawWindow();
  }

  highlight() {
    for (const node of /** @type {NodeListOf<HTMLElement>} */ (this.bandTrack.querySelectorAll(".segm"))) {
      node.classList.toggle("on", Number(node.dataset.segment) === this.timeline.current);
    }
  }

  /** Nothing of the run is read yet. */
  clear() {
    this.line = null;
    this.draw = null;
    if (this.scroll) fill(this.scroll);
  }

  stop() {
    this.resized.disconnect();
  }
}
