// @ts-check
// A clip that was looked up: its player, what it is about and when, the videos that it is a piece of, and the moment in one of them.

import { Api } from "../../server/api.js";
import { clock, el, fill, icon, released } from "../../shared/dom.js";
import { mounter } from "../../shared/mounting.js";
import { Categories } from "../../shared/page/categories.js";
import { Player } from "../../segments/player.js";
import { matchOf } from "./clip_match.js";
import { carried, tagRow, worth } from "../tag_evidence.js";
import { SOUND } from "../video_words.js";
import { many, t } from "../../shared/page/words.js";

/** @typedef {MountData & { job: number }} LookupData */

export class ClipLookup {
  /**
   * @param {HTMLElement} root
   * @param {LookupData} data
   */
  constructor(root, data) {
    this.api = new Api(data);
    this.job = data.job;
    this.clip = /** @type {ClipView | null} */ (null);
    this.all = false;
    this.chosen = /** @type {ClipMatch | null} */ (null);
    this.own = this.#player();
    this.other = this.#player();
    this.about = el("div", { class: "col tight" });
    this.tags = el("div", { class: "col tight tagsof" });
    this.matches = el("div", { class: "col tight matches" });
    this.beside = el("div", { class: "col tight beside", hidden: true });
    this.node = el(
      "div",
      { class: "sl lookup" },
      el("section", { class: "col", "aria-label": t("The clip") }, this.own.node, this.about),
      el("section", { class: "col", "aria-label": t("What it is about") }, this.tags),
      el("section", { class: "col", "aria-label": t("Where it comes from") }, this.matches, this.beside),
    );
    root.append(this.node);
  }

  #player() {
    const player = new Player({
      click: () => (player.paused ? player.play() : player.pause()),
      play: () => {},
      pause: () => {},
      seeked: () => {},
    });
    player.node.classList.add("small");
    return player;
  }

  start() {
    this.load();
  }

  /** @param {LookupData} data */
  update(data) {
    if (data.job === this.job) return;
    this.job = data.job;
    this.load();
  }

  restored() {
    this.load();
  }

  async load() {
    this.loading?.abort();
    this.loading = new AbortController();
    try {
      this.clip = await this.api.get(`videos/lookup/${this.job}`, {}, this.loading.signal);
      await released();
      this.chosen = null;
      this.paint();
      this.node.dataset.ready = "1";
    } catch (error) {
      if (error.name !== "AbortError") {
        fill(this.about, el("div", { class: "alert bad", role: "alert" }, error.message));
      }
    }
  }

  paint() {
    const { clip } = this;
    if (!clip) return;
    this.own.show({
      clip: this.api.lookedUp(clip.job),
      still: (/** @type {number} */ seconds) => this.api.lookedUpStill(clip.job, seconds),
      name: clip.name,
      duration_s: clip.duration_s,
    });
    fill(
      this.about,
      el("b", { class: "vtitle" }, clip.title || el("span", { class: "q" }, t("No title"))),
      el("span", { class: "sm q nm", title: clip.name }, `${clip.name} · ${clock(clip.duration_s)}`),
      SOUND[clip.sound] ? el("span", { class: "sm note" }, icon("info", "xs"), ` ${SOUND[clip.sound]}`) : null,
    );
    fill(
      this.tags,
      clip.facets.map((facet) => this.#facet(facet, clip.duration_s)),
    );
    this.#paintMatches(clip);
  }

  /**
   * @param {ClipFacet} facet
   * @param {number} duration_s
   */
  #facet(facet, duration_s) {
    const categories = new Categories(facet.categories);
    const nothing = /** @type {Tile} */ (
      /** @type {unknown} */ ({ tags: [], category: null, proposed: null, duration_s })
    );
    const known = facet.tags.filter((tag) => categories.byId.has(tag.category));
    const likely = worth(known, nothing, false);
    const seek = (/** @type {number} */ seconds) => {
      this.own.currentTime = seconds;
    };
    return el(
      "div",
      { class: "col tight" },
      el("h3", {}, facet.name),
      carried(
        facet,
        (this.all ? known : likely).map((tag) => tagRow(tag, categories, nothing, { toggle: null, seek })),
        { all: this.all, rest: known.length - likely.length, turn: () => this.#turn() },
      ),
    );
  }

  /** All tags, or the likely ones alone. */
  #turn() {
    this.all = !this.all;
    this.paint();
  }

  /** @param {ClipView} clip */
  #paintMatches(clip) {
    const looked = t("{videos} searched", { videos: many(clip.searched, "video") });
    const left = clip.without_moments
      ? t(", {without_moments} not: add them again to search them", { without_moments: clip.without_moments })
      : "";
    fill(
      this.matches,
      el("h3", {}, t("Where it comes from")),
      clip.matches.length
        ? el(
            "b",
            { class: "programme" },
            clip.programme
              ? t("Programme: {programme}", { programme: clip.programme })
              : t("A video without a programme"),
          )
        : el("b", { class: "programme" }, t("Nothing alike")),
      el("span", { class: "sm q" }, `${looked}${left}.`),
      clip.matches.map((match) =>
        matchOf(match, clip, this.api, { on: match === this.chosen, show: () => this.show(match) }),
      ),
    );
    this.#paintBeside();
  }

  /**
   * Both at the moment where they begin to be the same.
   * @param {ClipMatch} match
   */
  show(match) {
    this.chosen = match;
    this.own.pause();
    this.own.currentTime = match.from_s;
    this.other.show({
      clip: this.api.clip(match.item),
      still: (/** @type {number} */ seconds) => this.api.still(match.item, seconds),
      name: match.video,
      duration_s: match.end_s,
    });
    this.other.currentTime = match.start_s;
    if (this.clip) this.#paintMatches(this.clip);
  }

  #paintBeside() {
    const match = this.chosen;
    this.beside.hidden = !match;
    if (!match) {
      this.other.pause();
      return;
    }
    const query = new URLSearchParams({
      workspace: decodeURIComponent(this.api.workspace),
      by: "all",
      item: String(match.item),
    });
    fill(
      this.beside,
      this.other.node,
      el(
        "span",
        { class: "sm q" },
        t("{title} at {start_s}", { title: match.title || match.video, start_s: clock(match.start_s) }),
      ),
      el(
        "div",
        { class: "row" },
        el(
          "button",
          { class: "btn s", type: "button", onclick: () => [this.own, this.other].forEach((each) => each.play()) },
          icon("play_arrow", "s"),
          t("Play both"),
        ),
        el("a", { class: "btn s", href: `/videos?${query}`, target: "_top" }, icon("video_library", "s"), t("Open it")),
      ),
    );
  }

  stop() {
    this.loading?.abort();
    this.own.stop();
    this.other.stop();
    this.node.remove();
  }
}

export const mount = mounter(
  ClipLookup,
  "/ui/review/review.css",
  "/ui/videos/videos.css",
  "/ui/videos/lookup/clip_lookup.css",
);
