// The Segments work area: player, timeline, and the correction of a segment where it is seen.

import { Api } from "../server/api.js";
import { gutter, lineClass, lines, track } from "./bands.js";
import { clock, el, fill, icon, key, many } from "../shared/dom.js";
import { historyOf, told } from "../shared/history.js";
import { listen } from "../shared/keys.js";
import { lookOf } from "./view_choices.js";
import { mounter } from "../shared/mounting.js";
import { toast, undoButton } from "../shared/notices.js";
import { choose, classOptions } from "../shared/picker.js";
import { changed, changedFrames, offer, planTable } from "./plan.js";
import { Player } from "./player.js";
import { queueOf } from "../server/queue.js";
import { about, heading, keyframes, pick } from "./segment_panel.js";
import { Categories, chip, colours, nameOf } from "../shared/tiles.js";

const SPEEDS = [1, 2, 4];
const TAGS = 6;
const POLL_MS = { waiting: 250, running: 1000 };

class Timeline {
  constructor(root, data) {
    this.api = new Api(data);
    this.data = data;
    this.look = lookOf(data);
    this.relook = () => this.load();
    this.look.addEventListener("change", this.relook);
    this.zoom = 0; // of 100
    this.current = 0;
    this.categories = new Categories([]);
    const moved = () => this.moved();
    this.video = new Player({ click: () => this.toggle(), play: () => this.animate(), pause: moved, seeked: moved });
    this.now = el("div", { class: "now" });
    this.time = el("span", { class: "num" });
    const button = (symbol, title, run) => el("button", { type: "button", title, onclick: run }, icon(symbol));
    this.playButton = button("play_arrow", "Play or pause", () => this.toggle());
    const controls = el(
      "div",
      { class: "controls" },
      this.playButton,
      button("skip_previous", "Previous segment", () => this.step(-1)),
      button("skip_next", "Next segment", () => this.step(1)),
      this.time,
      el("span", { class: "sp" }),
      button("volume_up", "Sound", () => {
        this.video.muted = !this.video.muted;
      }),
      button("fullscreen", "Full screen", () => this.video.requestFullscreen()),
      button("slideshow", "Show video and timeline alone, in full screen (F)", () => this.present()),
    );
    this.player = el("div", { class: "player" }, this.video.node, this.now, controls);
    this.about = el("div", { class: "col about" });
    this.bandbox = el("div", { class: "box bandbox" });
    this.lower = el("div", { class: "lower" });
    this.node = el(
      "div",
      { class: "sl timeline" },
      el("div", { class: "upper" }, this.player, this.about),
      this.bandbox,
      this.lower,
    );
    this.near = new Map();
    this.programme = null;
    this.fixes = null;
    this.allSteps = false;
    this.allTags = false;
    root.append(this.node);
    this.resized = new ResizeObserver(() => this.run && this.paintBands());
    this.resized.observe(this.bandbox);
    this.queue = queueOf(this.api);
    this.history = historyOf(this.api);
    this.onAck = (event) => this.acknowledged(event.detail).catch((error) => toast(this.node, error.message));
    this.queue.addEventListener("ack", this.onAck);
    this.unlisten = listen(this.node, this.actions());
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

  /** The script chose another run. */
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
      const found = await this.api.get(job ? `live/${job}` : `run/${run}`, this.look.values, this.loading.signal);
      if (found.state !== "done") this.poll = setTimeout(() => this.load(), POLL_MS[found.state]);
      if (found.state === "waiting") {
        if (!this.run || this.run.state === "done") this.wait();
        return;
      }
      if (found.id !== this.run?.id) {
        this.near.clear();
        this.programme = null;
        this.current = 0;
      }
      this.run = found;
      const { video, name, duration_s } = found;
      if (video !== null)
        this.video.show({
          clip: this.api.clip(video),
          still: (seconds) => this.api.still(video, seconds),
          name,
          duration_s,
        });
      this.current = Math.min(this.current, Math.max(0, this.run.segments.length - 1));
      this.paint();
      this.findFixes();
      this.node.dataset.ready = job ? "live" : "1";
      this.node.dataset.view = [found.using, found.aggregator, found.switch_cost].join(" ");
      if (!job && !this.programme) this.origin(run);
    } catch (error) {
      if (error.name !== "AbortError") this.failed(error);
    }
  }

  /** A run has begun and nothing of it is read yet. */
  wait() {
    this.run = null;
    this.line = null;
    fill(this.about, el("div", { class: "sm q" }, "Segments appear here while the video is read."));
    fill(this.now);
    this.draw = null;
    if (this.scroll) fill(this.scroll);
    fill(this.lower);
  }

  /** From which programme it is: asked for once a run, shown when it comes. */
  async origin(run) {
    const found = await this.api.get(`run/${run}/programme`);
    if (this.data.run !== run || this.data.job) return;
    this.programme = found;
    this.paintLate();
  }

  /** The images most like the shown keyframes: asked for once each. */
  async alike(frames) {
    const missing = frames.map((frame) => frame.index).filter((index) => !this.near.has(index));
    if (!missing.length || this.data.job) return;
    const run = this.data.run;
    for (const index of missing) this.near.set(index, []);
    const found = await this.api.get(`run/${run}/near`, { frames: missing.join(",") });
    if (this.data.run !== run) return;
    for (const { index, images } of found.frames)
      this.near.set(
        index,
        images.map((one) => ({ ...one, image: this.api.thumb(one.id) })),
      );
    this.paintLate();
  }

  get segment() {
    return this.run?.segments[this.current];
  }

  paint() {
    this.paintBands();
    this.paintAbout();
    this.paintLower();
    this.moved();
  }

  paintLower() {
    const plan = planTable(this.run, this.categories, this.allSteps, {
      download: () => this.download(),
      more: () => {
        this.allSteps = !this.allSteps;
        this.paintLower();
      },
    });
    const list = changed(this.run, this.categories, this.fixes, (seconds) => this.seek(seconds));
    this.lower.classList.toggle("two", Boolean(plan && list));
    fill(this.lower, plan, list);
  }

  /** People's images most like the keyframes where two models differ: what changed the segments. Asked for once a pair. */
  async findFixes() {
    const { run } = this.data;
    const { values } = this.look;
    this.fixes = null;
    const frames = values.compare && this.run.state === "done" ? changedFrames(this.run) : [];
    if (!frames.length) return;
    const found = await this.api.get(`run/${run}/near`, { frames: frames.join(","), people: 1 });
    if (this.data.run !== run || this.look.values !== values) return;
    const images = new Map(found.frames.flatMap((frame) => frame.images).map((one) => [one.id, one]));
    this.fixes = [...images.values()].map((one) => ({ ...one, image: this.api.thumb(one.id) }));
    this.paintLower();
  }

  async download() {
    await offer(this.node, this.api.get(`run/${this.data.run}/script`, this.look.values));
  }

  paintBands() {
    const shown = { ...this.run, tags: this.allTags ? this.run.tags : this.run.tags.slice(0, TAGS) };
    const legend = lines(this.run, this.categories)
      .filter((line) => !line.thin)
      .map(({ id, at }) =>
        el(
          "span",
          { class: "row", style: { gap: "6px", ...colours(this.categories.get(id)) } },
          el("span", { class: lineClass(at) }),
          nameOf(this.categories.get(id)),
        ),
      );
    const more =
      this.run.tags.length > TAGS
        ? el(
            "button",
            {
              type: "button",
              class: "btn link",
              onclick: () => {
                this.allTags = !this.allTags;
                this.paintBands();
              },
            },
            this.allTags ? `first ${TAGS} labels` : `all ${this.run.tags.length} labels`,
          )
        : null;
    const zoom = el("input", {
      type: "range",
      class: "slide zoom",
      min: 0,
      max: 100,
      step: 1,
      value: this.zoom,
      "aria-label": "Zoom",
    });
    zoom.style.setProperty("--at", `${this.zoom}%`);
    zoom.oninput = () => {
      this.zoomTo(Number(zoom.value));
    };
    const hint = (text, ...caps) => el("span", { class: "row sm q hint", style: { gap: "5px" } }, caps.map(key), text);
    const head = el(
      "div",
      { class: "row bandhead" },
      el("h2", {}, "Timeline"),
      legend,
      more,
      el("span", { class: "sp" }),
      hint("play", "Space"),
      hint("speed", "J", "K", "L"),
      hint("split", "S"),
      hint("merge", "M"),
      hint("relabel", "1", "–", "9", "/"),
      undoButton(() => this.undo()),
      icon("zoom_out", "s"),
      zoom,
      icon("zoom_in", "s"),
    );
    if (!this.scroll) {
      this.scroll = el("div", { class: "scroll" });
      this.scroll.onscroll = () => this.drawWindow();
      this.gutterPlace = el("div");
      this.headPlace = el("div");
      fill(this.bandbox, this.headPlace, el("div", { class: "bands" }, this.gutterPlace, this.scroll));
    }
    fill(
      this.headPlace,
      head,
      this.run.notes.length
        ? el("p", { class: "sm q notes" }, icon("info", "s"), ` ${this.run.notes.join(" ")}`)
        : null,
    );
    fill(this.gutterPlace, gutter(shown, this.categories));
    const width = Math.round(Math.max(200, (this.scroll.clientWidth - 6) * this.magnified));
    const { node, draw } = track(shown, this.categories, width, {
      seek: (seconds) => this.seek(seconds),
      pick: (index) => this.pick(index),
    });
    this.bandTrack = node;
    this.draw = draw;
    this.drawn = null;
    this.line = el("div", { class: "head" });
    this.flag = el("div", { class: "flag num" });
    this.bandTrack.append(this.line, this.flag);
    fill(this.scroll, this.bandTrack);
    this.drawWindow();
    this.paintHead();
  }

  /** How many times wider than the box the track is: at the closest, about half a minute fills the box. */
  get magnified() {
    return Math.max(8, this.run.duration_s / 30) ** (this.zoom / 100);
  }

  /** Draw what is in sight and a screen on either side, once the sight leaves what is drawn. */
  drawWindow() {
    if (!this.draw) return;
    const { scrollLeft, clientWidth } = this.scroll;
    const [first, last] = [Math.max(0, scrollLeft), Math.min(this.bandTrack.clientWidth, scrollLeft + clientWidth)];
    if (this.drawn && first >= this.drawn[0] && last <= this.drawn[1]) return;
    this.drawn = [Math.max(0, first - clientWidth), Math.min(this.bandTrack.clientWidth, last + clientWidth)];
    this.draw(...this.drawn, this.current);
  }

  /** Zoom keeps the playhead where it is on the screen. */
  zoomTo(zoom) {
    const at = this.video.currentTime / this.run.duration_s;
    const screen = at * this.bandTrack.clientWidth - this.scroll.scrollLeft;
    this.zoom = zoom;
    this.paintBands();
    this.scroll.scrollLeft = at * this.bandTrack.clientWidth - screen;
    this.drawWindow();
  }

  paintAbout() {
    const segment = this.segment;
    if (!segment) {
      fill(
        this.about,
        el(
          "div",
          { class: "sm q" },
          this.run.state === "done" ? "No segment was found." : "Segments appear here while the video is read.",
        ),
      );
      return;
    }
    const { run, categories, near, programme, current: index } = this;
    const on = {
      seek: (seconds) => this.seek(seconds),
      correct: (category) => this.correct(category),
      split: () => this.split(),
      merge: () => this.merge(),
      host: () => this.node,
    };
    fill(this.about, about({ run, index, categories, near, programme }, on));
    this.alike(pick(segment.keyframes));
  }

  /** What arrives late fills its own place: the class that somebody is choosing beside it stays chosen. */
  paintLate() {
    const shown = {
      run: this.run,
      index: this.current,
      categories: this.categories,
      near: this.near,
      programme: this.programme,
    };
    const [above, frames] = [".kfhead", ".kf"].map((place) => this.about.querySelector(place));
    if (!this.segment || !frames) return;
    fill(above, heading(shown));
    fill(frames, keyframes(shown, { seek: (seconds) => this.seek(seconds) }));
  }

  /** A class's key labels the segment; labels of which there may be several are no class of it. */
  press(category) {
    if (category?.open)
      toast(
        this.node,
        `${category.name} is one of several labels, no class of a segment. Its frames are labelled in Review.`,
      );
    else if (category) this.correct(category.id);
  }

  /** Any class, by typing. */
  async pickClass() {
    const chosen = await choose(
      this.node,
      "Type a class",
      classOptions(
        this.categories,
        this.categories.list.filter((category) => !category.open),
      ),
    );
    if (chosen) this.correct(chosen.category.id);
  }

  /** A person's label for the segment. */
  correct(category) {
    const { start_s, end_s } = this.segment;
    return this.say([{ start_s, end_s, category }], `Segment saved as ${this.categories.get(category).name}`);
  }

  /** Two segments of the same label that meet at the playhead; either is then relabelled by itself. */
  split() {
    const { start_s, end_s, category } = this.segment;
    const at = this.video.currentTime; // the server puts it on the nearest border between two frames
    const frame = 1 / this.run.fps;
    if (at < start_s + frame / 2 || at > end_s - frame / 2) {
      toast(this.node, "Move the playhead inside the segment, to where it should be split.");
      return null;
    }
    return this.say(
      [
        { start_s, end_s: at, category },
        { start_s: at, end_s, category },
      ],
      `Split at ${clock(at)}`,
    );
  }

  /** One segment out of this and the next, with this one's label. */
  merge() {
    const next = this.run.segments[this.current + 1];
    if (!next) {
      toast(this.node, "This is the last segment. Choose the one before it to merge the two.");
      return null;
    }
    const { start_s, category } = this.segment;
    return this.say([{ start_s, end_s: next.end_s, category }], "Merged with the next segment");
  }

  async say(segments, text) {
    if (this.run.state !== "done") {
      toast(this.node, "Segments can be corrected when the whole video is read.");
      return;
    }
    try {
      const answer = await this.api.post("segments", { run: this.data.run, segments });
      this.history.push(answer.batch);
      await this.load();
      toast(
        this.node,
        `${text}. ${many(answer.keyframes ?? 0, "keyframe")} will be trained on.`,
        answer.batch ? ["Undo", () => this.undo(answer.batch)] : null,
      );
    } catch (error) {
      toast(this.node, error.message);
    }
  }

  /** Take back a batch, or what was decided last on any page. */
  undo(batch = null) {
    return this.history.undo(batch, {
      queue: this.queue,
      categories: () => this.categories,
      say: (text, action) => toast(this.node, text, action),
      take: () => toast(this.node, "Taking it back."),
    });
  }

  /** An undo arrived: the segments are read again, and the words say what came back. */
  async acknowledged({ undone, ack }) {
    if (ack?.status === "refused") toast(this.node, ack.message);
    if (!undone) return;
    await this.load();
    const ids = (undone.items ?? []).map((item) => item.id);
    const show =
      undone.undone.kind === "segments" || !ids.length
        ? null
        : [
            "Show them",
            () => {
              location.href = `review?workspace=${this.api.workspace}&by=all&ids=${ids.slice(0, 200).join(",")}`;
            },
          ];
    toast(this.node, told(undone, this.categories), show);
  }

  seek(seconds) {
    this.video.currentTime = Math.min(seconds, Math.max(0, this.run.duration_s - 0.05));
    this.paintHead(seconds);
    this.follow(seconds);
  }

  pick(index) {
    this.current = index;
    this.seek(this.run.segments[index].start_s);
    this.highlight();
    this.paintAbout();
  }

  highlight() {
    this.bandTrack
      .querySelectorAll(".segm")
      .forEach((node) => node.classList.toggle("on", Number(node.dataset.segment) === this.current));
  }

  step(by) {
    const to = Math.min(Math.max(this.current + by, 0), this.run.segments.length - 1);
    if (this.run.segments.length) this.pick(to);
  }

  toggle() {
    if (this.video.paused) this.video.play();
    else this.video.pause();
  }

  /** Player and timeline alone on the whole screen, for an audience; nothing there changes a label. */
  present() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.node.requestFullscreen();
  }

  animate() {
    this.moved();
    if (!this.video.paused && this.node.isConnected) requestAnimationFrame(() => this.animate());
  }

  moved() {
    if (!this.run) return;
    fill(this.playButton, icon(this.video.paused ? "play_arrow" : "pause"));
    this.paintHead();
    this.follow(this.video.currentTime);
  }

  paintHead(seconds = this.video.currentTime) {
    if (!this.line) return;
    const at = `${Math.min(1, seconds / this.run.duration_s) * 100}%`; // sound may go on behind the last picture
    this.line.style.left = at;
    this.flag.style.left = `clamp(26px, ${at}, calc(100% - 26px))`;
    this.flag.textContent = clock(seconds);
    this.time.textContent = `${clock(seconds)} / ${clock(this.run.duration_s)} · frame ${this.frameAt(seconds)} · ${this.run.fps.toFixed(0)} fps`;
  }

  /** The number of the frame on screen: frames are even within a shot, and counted from the first picture. */
  frameAt(seconds) {
    const shot = this.run.shots.findLast((one) => one.start_s <= seconds + 1e-3) ?? this.run.shots[0];
    if (!shot) return 0;
    const share = Math.min(1, Math.max(0, (seconds - shot.start_s) / (shot.end_s - shot.start_s)));
    return Math.min(
      shot.end_frame - 1,
      shot.start_frame + Math.floor(share * (shot.end_frame - shot.start_frame) + 0.02),
    );
  }

  /** The segment under the playhead is the current one; its label stands in the picture. */
  follow(seconds) {
    const at = this.run.segments.findIndex(
      (segment) => seconds >= segment.start_s - 1e-3 && seconds < segment.end_s - 1e-3,
    );
    const segment = this.run.segments[at];
    const painted = segment ? `${segment.category} ${segment.score.toFixed(2)}` : "";
    if (painted !== this.painted) {
      this.painted = painted;
      const category = segment ? this.categories.get(segment.category) : null;
      fill(
        this.now,
        segment
          ? chip(
              { ...category, name: `${category.path || category.name} ${segment.score.toFixed(2)}` },
              segment.source === "human" ? "h" : "m",
            )
          : null,
      );
    }
    if (at >= 0 && at !== this.current) {
      this.current = at;
      this.highlight();
      this.paintAbout();
    }
  }

  actions() {
    const edits =
      (act) =>
      (...given) => {
        if (this.segment && !document.fullscreenElement) act(...given);
      };
    const speed = (by) => {
      const at = Math.min(Math.max(SPEEDS.indexOf(this.video.playbackRate) + by, 0), SPEEDS.length - 1);
      this.video.playbackRate = SPEEDS[at];
      this.video.play();
    };
    return {
      skip: () => this.toggle(),
      speed,
      pause: () => this.video.pause(),
      segmentStep: (by) => this.step(by),
      move: (dx, dy) => {
        if (!this.run) return;
        if (dy) this.step(dy);
        else this.seek(Math.max(0, this.video.currentTime + dx / (this.run.fps || 25)));
      },
      digit: edits((n) => this.press(this.categories.byKey.get(n))),
      nothing: () => {},
      undo: edits(() => this.undo()),
      split: edits(() => this.split()),
      merge: edits(() => this.merge()),
      fix: () => this.present(),
      pick: edits(() => this.pickClass()),
    };
  }

  restored() {
    if (this.run || this.categories.list.length) this.load();
    else this.start();
  }

  failed(error) {
    fill(this.about, el("div", { class: "alert bad", role: "alert" }, icon("error", "s"), error.message));
  }

  stop() {
    this.queue.removeEventListener("ack", this.onAck);
    clearTimeout(this.poll);
    this.loading?.abort();
    this.look.removeEventListener("change", this.relook);
    this.unlisten();
    this.resized.disconnect();
    this.video.stop();
    this.node.remove();
  }
}

export const mount = mounter(Timeline, "/ui/segments/timeline.css");
