// The Segments work area: player, timeline, and the correction of a segment where it is seen.

import { Api } from "./api.js";
import { gutter, lineClass, track } from "./bands.js";
import { clock, el, fill, icon, key, many } from "./dom.js";
import { listen } from "./keys.js";
import { mounter } from "./mounting.js";
import { toast } from "./notices.js";
import { Categories, chip, colours, nameOf } from "./tiles.js";

const SPEEDS = [1, 2, 4];
const POLL_MS = 1500;

class Timeline {
  constructor(root, data) {
    this.api = new Api(data.workspace);
    this.data = data;
    this.zoom = 1;
    this.current = 0;
    this.categories = new Categories([]);
    this.video = el("video", { playsInline: true, preload: "auto" });
    this.now = el("div", { class: "now" });
    this.time = el("span", { class: "num" });
    const button = (symbol, title, run) => el("button", { type: "button", title, onclick: run }, icon(symbol));
    this.playButton = button("play_arrow", "Play or pause", () => this.toggle());
    const controls = el("div", { class: "controls" }, this.playButton, button("skip_previous", "Previous segment", () => this.step(-1)), button("skip_next", "Next segment", () => this.step(1)), this.time,
      el("span", { class: "sp" }), button("volume_up", "Sound", () => { this.video.muted = !this.video.muted; }), button("fullscreen", "Full screen", () => this.video.requestFullscreen()));
    this.player = el("div", { class: "player" }, this.video, this.now, controls);
    this.about = el("div", { class: "col about" });
    this.bandbox = el("div", { class: "box bandbox" });
    this.node = el("div", { class: "sl timeline" }, el("div", { class: "upper" }, this.player, this.about), this.bandbox);
    root.append(this.node);
    this.video.onclick = () => this.toggle();
    this.video.onplay = () => this.animate();
    this.video.onpause = () => this.moved();
    this.video.onseeked = () => this.moved();
    this.resized = new ResizeObserver(() => this.run && this.paintBands());
    this.resized.observe(this.bandbox);
    this.unlisten = listen(this.node, this.actions());
  }

  async start() {
    try {
      const meta = await this.api.get("meta");
      this.categories = new Categories(meta.categories);
      await this.load();
    } catch (error) { this.failed(error); }
  }

  /** The script chose another run, head or aggregator. */
  update(data) {
    if (JSON.stringify(data) === JSON.stringify(this.data)) return;
    this.data = data;
    this.load();
  }

  async load() {
    try {
      const { run, aggregator, smoothing, head, compare } = this.data;
      this.run = await this.api.get(`run/${run}`, { aggregator, smoothing, head, compare });
      const source = this.api.clip(this.run.video);
      if (!this.video.src.endsWith(source)) this.video.src = source;
      this.current = Math.min(this.current, Math.max(0, this.run.segments.length - 1));
      this.paint();
      this.node.dataset.ready = "1";
      clearTimeout(this.poll);
      if (this.run.state === "running") this.poll = setTimeout(() => this.load(), POLL_MS);
    } catch (error) { this.failed(error); }
  }

  get segment() { return this.run.segments[this.current]; }

  paint() { this.paintBands(); this.paintAbout(); this.moved(); }

  paintBands() {
    const legend = this.categories.list.filter((category) => String(category.id) in (this.run.curve?.scores ?? {})).map((category) => el("span", { class: "row", style: { gap: "6px", ...colours(category) } }, el("span", { class: lineClass(Object.keys(this.run.curve.scores).indexOf(String(category.id))) }), nameOf(category)));
    const zoom = el("input", { type: "range", class: "slide zoom", min: 1, max: 8, step: 0.5, value: this.zoom, "aria-label": "Zoom" });
    zoom.style.setProperty("--at", `${((this.zoom - 1) / 7) * 100}%`);
    zoom.oninput = () => { this.zoomTo(Number(zoom.value)); };
    const hint = (text, ...caps) => el("span", { class: "row sm q", style: { gap: "5px" } }, caps.map(key), text);
    const head = el("div", { class: "row bandhead" }, el("h2", {}, "Timeline"), legend, el("span", { class: "sp" }), hint("play", "Space"), hint("speed", "J", "K", "L"), hint("relabel", "1", "9"), hint("segment", "[", "]"), icon("zoom_out", "s"), zoom, icon("zoom_in", "s"));
    if (!this.scroll) {
      this.scroll = el("div", { class: "scroll" });
      this.gutterPlace = el("div");
      this.headPlace = el("div");
      fill(this.bandbox, this.headPlace, el("div", { class: "bands" }, this.gutterPlace, this.scroll));
    }
    fill(this.headPlace, head);
    fill(this.gutterPlace, gutter(this.run));
    const width = Math.max(200, (this.scroll.clientWidth - 6) * this.zoom);
    this.bandTrack = track(this.run, this.categories, this.current, width, { seek: (seconds) => this.seek(seconds), pick: (index) => this.pick(index) });
    this.line = el("div", { class: "head" });
    this.flag = el("div", { class: "flag num" });
    this.bandTrack.append(this.line, this.flag);
    fill(this.scroll, this.bandTrack);
    this.paintHead();
  }

  /** Zoom keeps the playhead where it is on the screen. */
  zoomTo(zoom) {
    const at = this.video.currentTime / this.run.duration_s;
    const screen = at * this.bandTrack.clientWidth - this.scroll.scrollLeft;
    this.zoom = zoom;
    this.paintBands();
    this.scroll.scrollLeft = at * this.bandTrack.clientWidth - screen;
  }

  paintAbout() {
    const segment = this.segment;
    if (!segment) { fill(this.about, el("div", { class: "sm q" }, this.run.state === "running" ? "Segments appear here while the video is read." : "No segment was found.")); return; }
    const category = this.categories.get(segment.category);
    const scores = Object.entries(segment.scores).sort((a, b) => b[1] - a[1]).slice(0, 5).map(([name, p]) => {
      const found = this.categories.list.find((one) => one.path === name || one.name === name) ?? this.categories.get(null);
      return el("div", { class: "row score", style: colours(found) }, nameOf({ ...found, name }), el("div", { class: "bar" }, el("i", { style: { width: `${p * 100}%`, background: "var(--c)" } })), el("span", { class: "num sm" }, p.toFixed(2)));
    });
    const frames = segment.keyframes.slice(0, 4).map((frame) => el("div", { style: colours(category) }, el("div", { class: `im ${segment.source === "human" ? "h" : ""}`, onclick: () => this.seek(frame.time_s) }, el("img", { src: frame.image, alt: "" })), el("span", { class: "sm num q" }, clock(frame.time_s))));
    const select = el("select", { class: "field", "aria-label": "Class of this segment" }, this.categories.list.map((one) => el("option", { value: one.id, selected: one.id === segment.category }, one.path || one.name)));
    const confirm = el("button", { class: "btn p", type: "button", onclick: () => this.correct(Number(select.value)) }, "Confirm segment");
    const seconds = segment.end_s - segment.start_s;
    fill(this.about, el("div", { class: "row" }, el("h2", { class: "which" }, `Segment ${this.current + 1} of ${this.run.segments.length}`), el("span", { class: "sm q num" }, `${clock(segment.start_s)} to ${clock(segment.end_s)}, ${seconds.toFixed(1)} s`)),
      el("div", {}, scores), segment.reason ? el("p", { class: "sm q" }, segment.reason) : null, el("h3", {}, "Keyframes"), el("div", { class: "kf" }, frames), el("div", { class: "row relabel" }, select, confirm, el("span", { class: "sm q" }, segment.keyframes.length === 1 ? "1 keyframe becomes a training image" : `${segment.keyframes.length} keyframes become training images`)));
  }

  async correct(category) {
    const { start_s, end_s } = this.segment;
    try {
      const answer = await this.api.post("segments", { run: this.data.run, segments: [{ start_s, end_s, category }] });
      await this.load();
      toast(this.node, `Segment saved as ${this.categories.get(category).name}. ${many(answer.keyframes ?? 0, "keyframe")} will be trained on.`, answer.batch ? ["Undo", () => this.takeBack(answer.batch)] : null);
    } catch (error) { toast(this.node, error.message); }
  }

  async takeBack(batch) {
    await this.api.post("undo", { batch });
    await this.load();
  }

  seek(seconds) { this.video.currentTime = Math.min(seconds, Math.max(0, this.run.duration_s - 0.05)); this.paintHead(seconds); this.follow(seconds); }

  pick(index) { this.current = index; this.seek(this.run.segments[index].start_s); this.highlight(); this.paintAbout(); }

  highlight() { this.bandTrack.querySelectorAll(".segm").forEach((node) => node.classList.toggle("on", Number(node.dataset.segment) === this.current)); }

  step(by) { const to = Math.min(Math.max(this.current + by, 0), this.run.segments.length - 1); if (this.run.segments.length) this.pick(to); }

  toggle() { if (this.video.paused) this.video.play(); else this.video.pause(); }

  animate() { this.moved(); if (!this.video.paused && this.node.isConnected) requestAnimationFrame(() => this.animate()); }

  moved() {
    if (!this.run) return;
    fill(this.playButton, icon(this.video.paused ? "play_arrow" : "pause"));
    this.paintHead();
    this.follow(this.video.currentTime);
  }

  paintHead(seconds = this.video.currentTime) {
    if (!this.line) return;
    const at = `${(seconds / this.run.duration_s) * 100}%`;
    this.line.style.left = at;
    this.flag.style.left = `clamp(26px, ${at}, calc(100% - 26px))`;
    this.flag.textContent = clock(seconds);
    this.time.textContent = `${clock(seconds)} / ${clock(this.run.duration_s)} · frame ${Math.round(seconds * this.run.fps)} · ${this.run.fps.toFixed(0)} fps`;
  }

  /** The segment under the playhead is the current one; its label stands in the picture. */
  follow(seconds) {
    const at = this.run.segments.findIndex((segment) => seconds >= segment.start_s - 1e-3 && seconds < segment.end_s - 1e-3);
    const segment = this.run.segments[at];
    const painted = segment ? `${segment.category} ${segment.score.toFixed(2)}` : "";
    if (painted !== this.painted) {
      this.painted = painted;
      const category = segment ? this.categories.get(segment.category) : null;
      fill(this.now, segment ? chip({ ...category, name: `${category.name} ${segment.score.toFixed(2)}` }, segment.source === "human" ? "h" : "m") : null);
    }
    if (at >= 0 && at !== this.current) { this.current = at; this.highlight(); this.paintAbout(); }
  }

  actions() {
    const speed = (by) => { const at = Math.min(Math.max(SPEEDS.indexOf(this.video.playbackRate) + by, 0), SPEEDS.length - 1); this.video.playbackRate = SPEEDS[at]; this.video.play(); };
    return {
      skip: () => this.toggle(), speed, pause: () => this.video.pause(), segmentStep: (by) => this.step(by),
      move: (dx) => this.run && this.seek(Math.max(0, this.video.currentTime + dx / (this.run.fps || 25))),
      digit: (n) => { const category = this.categories.byKey.get(n); if (category && this.segment) this.correct(category.id); }, nothing: () => {},
    };
  }

  failed(error) { fill(this.about, el("div", { class: "alert bad", role: "alert" }, icon("error", "s"), error.message)); }

  stop() { clearTimeout(this.poll); this.unlisten(); this.resized.disconnect(); this.video.pause(); this.video.removeAttribute("src"); this.node.remove(); }
}

export const mount = mounter(Timeline, "/ui/timeline.css");
