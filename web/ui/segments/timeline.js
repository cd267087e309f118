// @ts-check
// The Segments work area: player, timeline, and the correction of a segment where it is seen.

import { asked, askedNumber, Place } from "../shared/page/address.js";
import { Api } from "../server/api.js";
import { queueOf } from "../server/queue.js";
import { el, fill, icon } from "../shared/dom.js";
import { listen } from "../shared/keys.js";
import { mounter } from "../shared/mounting.js";
import { Categories } from "../shared/page/categories.js";
import { keyActions } from "./key_actions.js";
import { BandBox } from "./band_box.js";
import { Corrections } from "./corrections.js";
import { Evidence } from "./evidence.js";
import { changed, offer, planTable } from "./plan.js";
import { Player } from "./player.js";
import { Playhead } from "./playhead.js";
import { lookOf } from "./view_choices.js";
import { t } from "../shared/page/words.js";

/** @type {Record<string, number>} */
const POLL_MS = { waiting: 250, running: 1000 };

export class Timeline {
  /** @type {Run | null} */ run;
  /** @type {AbortController} */ loading;

  /**
   * @param {HTMLElement} root
   * @param {RunData} data
   */
  constructor(root, data) {
    this.api = new Api(data);
    this.place = new Place(data.workspace);
    this.opened = askedNumber("run") === data.run ? Number(asked("t")) : 0; // seconds, where a link opens its video
    this.data = data;
    this.look = lookOf(data);
    this.relook = () => this.load();
    this.look.addEventListener("change", this.relook);
    this.current = 0;
    this.categories = new Categories([]);
    this.playhead = new Playhead(this);
    const moved = () => this.playhead.moved();
    this.video = new Player({
      click: () => this.playhead.toggle(),
      play: () => this.playhead.animate(),
      pause: moved,
      seeked: moved,
    });
    this.now = el("div", { class: "now" });
    this.time = el("span", { class: "num" });
    const button = (/** @type {string} */ symbol, /** @type {string} */ title, /** @type {() => void} */ run) =>
      el("button", { type: "button", title, onclick: run }, icon(symbol));
    this.playButton = button("play_arrow", t("Play or pause"), () => this.playhead.toggle());
    const controls = el(
      "div",
      { class: "controls" },
      this.playButton,
      button("skip_previous", t("Previous segment"), () => this.step(-1)),
      button("skip_next", t("Next segment"), () => this.step(1)),
      this.time,
      el("span", { class: "sp" }),
      button("volume_up", t("Sound"), () => {
        this.video.muted = !this.video.muted;
      }),
      button("fullscreen", t("Full screen"), () => this.video.requestFullscreen()),
      button("slideshow", t("Show video and timeline alone, in full screen (F)"), () => this.present()),
    );
    this.player = el("div", { class: "player" }, this.video.node, this.now, controls);
    this.bands = new BandBox(this);
    this.evidence = new Evidence(this);
    this.about = el("div", { class: "col about" });
    this.lower = el("div", { class: "lower" });
    this.node = el(
      "div",
      { class: "sl timeline" },
      el("div", { class: "upper" }, this.player, this.about),
      this.bands.node,
      this.lower,
    );
    this.allSteps = false;
    root.append(this.node);
    this.queue = queueOf(this.api);
    this.corrections = new Corrections(this);
    this.unlisten = listen(this.node, keyActions(this));
  }

  async start() {
    try {
      const meta = await this.api.get("meta");
      this.categories = new Categories(meta.categories);
      await this.load();
    } catch (error) {
      this.failed(error);
    }
  }

  /**
   * The script chose another run.
   * @param {RunData} data
   */
  update(data) {
    this.data = data;
    this.load();
  }

  async load() {
    clearTimeout(this.poll);
    this.loading?.abort(); // an answer to an older choice must not come over this one's
    this.loading = new AbortController();
    const { run, job } = this.data;
    try {
      const view = await this.api.get(job ? `live/${job}` : `run/${run}`, this.look.values, this.loading.signal);
      if (view.state !== "done") this.poll = setTimeout(() => this.load(), POLL_MS[view.state]);
      if (view.state === "waiting") {
        if (!this.run || this.run.state === "done") this.wait();
        return;
      }
      if (view.id !== this.run?.id) {
        this.evidence.near.clear();
        this.evidence.programme = null;
        this.current = 0;
      }
      this.run = view;
      const { video, name, duration_s } = view;
      if (video !== null) {
        this.video.show({
          clip: this.api.clip(video),
          still: (/** @type {number} */ seconds) => this.api.still(video, seconds),
          name,
          duration_s,
        });
      }
      this.current = Math.min(this.current, Math.max(0, this.run.segments.length - 1));
      this.paint();
      this.#keep(view);
      this.evidence.findFixes();
      this.node.dataset.ready = job ? "live" : "1";
      this.node.dataset.view = [view.using, view.aggregator, view.switch_cost].join(" ");
      if (!job && !this.evidence.programme) this.evidence.origin(run);
    } catch (error) {
      if (error.name !== "AbortError") this.failed(error);
    }
  }

  /**
   * The video on screen and the moment of it stand in the address; a link's moment is gone to once.
   * @param {Run} shown
   */
  #keep(shown) {
    if (this.opened > 0) this.playhead.seek(this.opened);
    this.opened = 0;
    this.place.set({ run: this.data.job ? null : shown.id });
  }

  /** A run has begun and nothing of it is read yet. */
  wait() {
    this.run = null;
    fill(this.about, el("div", { class: "sm q" }, t("Segments appear here while the video is read.")));
    fill(this.now);
    this.bands.clear();
    fill(this.lower);
  }

  get segment() {
    return this.run?.segments[this.current];
  }

  paint() {
    this.bands.paint();
    this.evidence.paint();
    this.paintLower();
    this.playhead.moved();
  }

  paintLower() {
    const plan = planTable(this.run, this.categories, this.allSteps, {
      download: () => this.download(),
      more: () => {
        this.allSteps = !this.allSteps;
        this.paintLower();
      },
    });
    const list = changed(this.run, this.categories, this.evidence.fixes, (/** @type {number} */ seconds) =>
      this.playhead.seek(seconds),
    );
    this.lower.classList.toggle("two", Boolean(plan && list));
    fill(this.lower, plan, list);
  }

  async download() {
    await offer(this.node, this.api.get(`run/${this.data.run}/script`, this.look.values));
  }

  /** @param {number} index */
  pick(index) {
    this.current = index;
    this.playhead.seek(this.run.segments[index].start_s);
    this.bands.highlight();
    this.evidence.paint();
  }

  /** @param {number} by */
  step(by) {
    const to = Math.min(Math.max(this.current + by, 0), this.run.segments.length - 1);
    if (this.run.segments.length) this.pick(to);
  }

  /** Player and timeline alone on the whole screen, for an audience; nothing there changes a label. */
  present() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.node.requestFullscreen();
  }

  restored() {
    if (this.run || this.categories.list.length) this.load();
    else this.start();
  }

  /** @param {Error} error */
  failed(error) {
    fill(this.about, el("div", { class: "alert bad", role: "alert" }, icon("error", "s"), error.message));
  }

  stop() {
    this.corrections.stop();
    clearTimeout(this.poll);
    this.loading?.abort();
    this.look.removeEventListener("change", this.relook);
    this.unlisten();
    this.bands.stop();
    this.video.stop();
    this.place.stop();
    this.node.remove();
  }
}

export const mount = mounter(Timeline, "/ui/segments/timeline.css");
