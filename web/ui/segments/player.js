// The player of a video. Where the browser cannot play it, its frames are shown by their time instead, and a word says so.

import { el, icon } from "../shared/dom.js";
import { t } from "../shared/page/words.js";

const NETWORK = 2; // MediaError.MEDIA_ERR_NETWORK
const STEP_S = 0.02; // nearer than this a still is the one on screen

/** As much of a media element as the timeline needs: currentTime, paused, play, pause, playbackRate, muted, requestFullscreen. */
export class Player {
  /** `on`: click(), play(), pause(), seeked(). */
  constructor(on) {
    this.on = on;
    this.media = el("video", { playsInline: true, preload: "auto" });
    this.picture = el("img", { class: "still", alt: "", hidden: true });
    this.text = el("span");
    this.word = el("div", { class: "cannot", role: "status", hidden: true }, icon("movie_info", "s"), this.text);
    this.node = el("div", { class: "screen" }, this.media, this.picture, this.word);
    this.still = null; // seconds to the address of a still, while frames are shown
    this.at = 0;
    this.playing = false;
    this.node.onclick = () => on.click();
    this.media.onplay = () => on.play();
    this.media.onpause = () => on.pause();
    this.media.onseeked = () => on.seeked();
    this.media.onerror = () => this.#failed();
    // A picture of no width: the browser plays the sound alone.
    this.media.onloadedmetadata = () => {
      if (!this.media.videoWidth) this.#frames(t("the picture of"));
    };
  }

  /** Show a video: the address of its file, what gives the address of its still at a time, its name and its end in seconds. */
  show({ clip, still, name, duration_s }) {
    [this.stillOf, this.name, this.duration] = [still, name, duration_s];
    if (this.clip === clip) return;
    this.clip = clip;
    this.#leave();
    this.media.src = clip;
  }

  get currentTime() {
    return this.still ? this.at : this.media.currentTime;
  }
  set currentTime(seconds) {
    if (!this.still) {
      this.media.currentTime = seconds;
      this.at = seconds;
      return;
    }
    this.at = seconds;
    this.#load();
    this.on.seeked();
  }

  get paused() {
    return this.still ? !this.playing : this.media.paused;
  }
  get muted() {
    return this.media.muted;
  }
  set muted(value) {
    this.media.muted = value;
  }
  get playbackRate() {
    return this.media.playbackRate;
  }
  set playbackRate(value) {
    this.media.playbackRate = value;
  }
  requestFullscreen() {
    return this.node.requestFullscreen();
  }

  play() {
    if (!this.still) {
      this.media.play().catch(() => {});
      return;
    }
    if (this.playing) return;
    if (this.at >= this.duration - STEP_S) this.at = 0;
    this.playing = true;
    let before = performance.now();
    const tick = (now) => {
      if (!this.playing || !this.node.isConnected) return;
      this.at = Math.min(this.duration, this.at + ((now - before) / 1000) * this.playbackRate);
      before = now;
      this.#load();
      if (this.at >= this.duration) this.pause();
      else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    this.on.play();
  }

  pause() {
    if (!this.still) {
      this.media.pause();
      return;
    }
    this.playing = false;
    this.on.pause();
  }

  stop() {
    this.#leave();
    this.media.pause();
    this.media.removeAttribute("src");
  }

  #failed() {
    if (!this.media.getAttribute("src")) return;
    if (this.media.error?.code === NETWORK) {
      this.#say(t("{name} did not arrive. Check the connection and reload the page.", { name: this.name }));
    } else this.#frames("");
  }

  #frames(what) {
    if (this.still) return;
    this.at = this.media.currentTime || this.at;
    this.media.pause();
    this.still = this.stillOf;
    this.media.hidden = true;
    this.picture.hidden = false;
    const ending = this.name.includes(".") ? ` (${this.name.split(".").pop().toUpperCase()})` : "";
    this.#say(
      t("This browser cannot play {film}. Its frames are shown instead, without sound.", {
        film: `${what ? `${what} ` : ""}${this.name}${ending}`,
      }),
    );
    this.#load();
    this.on.pause();
  }

  #say(text) {
    this.text.textContent = text;
    this.word.hidden = false;
  }

  #leave() {
    [this.still, this.playing, this.shown, this.at] = [null, false, null, 0];
    [this.media.hidden, this.picture.hidden, this.word.hidden] = [false, true, true];
    this.picture.removeAttribute("src");
  }

  /** The still of the moment; one at a time, and the newest wish next. */
  async #load() {
    if (this.loading || !this.still || (this.shown !== null && Math.abs(this.shown - this.at) < STEP_S)) return;
    this.loading = true;
    const [still, at] = [this.still, this.at];
    try {
      const answer = await fetch(still(at), { credentials: "same-origin" });
      if (!answer.ok) {
        throw new Error(
          (await answer.json().catch(() => ({}))).error ||
            t("The server answered {status}. Try again.", { status: answer.status }),
        );
      }
      const next = el("img", { class: "still", alt: "", src: URL.createObjectURL(await answer.blob()) });
      await next.decode().catch(() => {});
      if (this.still !== still) return;
      const old = this.picture;
      old.replaceWith(next); // decoded already, so that nothing flickers
      this.picture = next;
      URL.revokeObjectURL(old.src);
      this.shown = at;
    } catch (error) {
      this.pause();
      this.#say(error.message);
      this.shown = at; // not again without a new wish
    } finally {
      this.loading = false;
    }
    this.#load();
  }
}
