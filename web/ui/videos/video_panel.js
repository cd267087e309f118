// @ts-check
// Right of the videos: the player, what carries each tag and when, its history, and the videos most like it.

import { clock, el, fill, icon, key } from "../shared/dom.js";
import { peopleApart } from "../shared/checks/people_apart.js";
import { classKeys } from "../shared/decisions/class_keys.js";
import { Categories } from "../shared/page/categories.js";
import { Player } from "../segments/player.js";
import { carried, tagRow, worth } from "./tag_evidence.js";
import { historyOf, likeIt } from "./video_context.js";
import { SOUND } from "./video_words.js";
import { many, t } from "../shared/page/words.js";

/** @type {Record<string, string>} */
const FILE = {
  changed: t("The file has changed since it was added."),
  missing: t("The file is missing."),
  away: t("The file's store does not answer now."),
};
const OPINION = t("A second opinion: the other label is shown once you have decided.");
const [REST_MS, HURRY_MS] = [40, 160];

/** @import { Guide } from "../shared/decisions/guidelines.js" */
/** @typedef {{ accept(): void, alike(): void, label(category: number): void, none(): void, open(id: number): void }} PanelGestures */

export class VideoPanel {
  /**
   * `guide` shows the guideline of what is proposed.
   * @param {Api} api
   * @param {Guide} guide
   * @param {PanelGestures} on
   */
  constructor(api, guide, on) {
    this.api = api;
    this.guide = guide;
    this.on = on;
    this.all = false; // every tag is shown, likely or not
    this.tile = /** @type {Tile | null} */ (null);
    this.detail = /** @type {VideoDetail | null} */ (null);
    this.categories = new Categories([]);
    this.facet = 0;
    this.shownAt = 0;
    const painted = () => this.#time();
    this.player = new Player({ click: () => this.toggle(), play: painted, pause: painted, seeked: painted });
    this.player.node.classList.add("small");
    this.play = el("button", { type: "button", class: "btn s", onclick: () => this.toggle() });
    this.clock = el("span", { class: "num sm q" });
    this.media = el("div", { class: "row line" }, this.play, this.clock);
    this.about = el("div", { class: "col tight" });
    this.accept = el("button", { class: "btn s p accept", type: "button", onclick: () => on.accept() });
    this.buttons = el("div", { class: "row buttons" }, this.accept);
    this.classes = el("div", { class: "classkeys", role: "group", "aria-label": t("Give a class") });
    this.alike = el("button", { class: "btn s", type: "button", onclick: () => on.alike() });
    this.tags = el("div", { class: "col tight tagsof" });
    this.near = el("div", { class: "col tight" });
    this.past = el("div", { class: "sm q past" });
    this.body = el(
      "div",
      { class: "col", hidden: true },
      this.player.node,
      this.media,
      this.about,
      this.buttons,
      this.alike,
      this.classes,
      this.guide.node,
      this.tags,
      el("hr", { class: "rule" }),
      this.near,
      this.past,
    );
    this.node = el("div", { class: "col panel" }, this.body);
    this.timer = setInterval(() => !this.player.paused && this.#time(), 250);
  }

  /**
   * The video at once, what carries its tags when the server has answered.
   * @param {Tile | null} tile
   * @param {Categories} categories
   * @param {number} facet
   */
  async show(tile, categories, facet) {
    const same = tile && this.tile?.id === tile.id;
    [this.tile, this.categories, this.facet] = [tile, categories, facet];
    this.controller?.abort();
    this.body.hidden = !tile;
    if (!tile) {
      this.player.pause();
      return;
    }
    if (!same) {
      this.detail = null;
      this.player.pause();
    }
    this.paint();
    this.controller = new AbortController();
    await this.#load(tile, this.controller.signal);
  }

  /**
   * @param {Tile} tile
   * @param {AbortSignal} signal
   */
  async #load(tile, signal) {
    try {
      const hurried = performance.now() - this.shownAt < HURRY_MS; // at typing speed nobody looks at the panel
      this.shownAt = performance.now();
      await new Promise((resolve) => setTimeout(resolve, hurried ? HURRY_MS : REST_MS));
      if (signal.aborted) return;
      this.player.show({
        clip: this.api.clip(tile.id),
        still: (/** @type {number} */ seconds) => this.api.still(tile.id, seconds),
        name: tile.name,
        duration_s: tile.duration_s ?? 0,
      });
      const detail = await this.api.get(`video/${tile.id}`, { facet: this.facet }, signal);
      if (signal.aborted) return;
      this.detail = detail;
      this.paint();
    } catch (error) {
      if (error.name !== "AbortError") fill(this.tags, el("div", { class: "alert bad", role: "alert" }, error.message));
    }
  }

  paint() {
    const { tile } = this;
    if (!tile) return;
    const detail = this.detail?.tile.id === tile.id ? this.detail : null;
    this.blind = Boolean(tile.blind || tile.practice) && !tile.done; // what somebody else thought stays hidden
    this.#paintAbout(tile, detail);
    this.#paintButtons(tile);
    if (detail) {
      this.#paintTags(tile, detail);
      fill(this.near, likeIt(detail, this.api, this.on.open));
      fill(this.past, this.blind ? null : historyOf(detail, this.categories));
    } else {
      fill(this.tags, el("span", { class: "sm q" }, t("Reading the evidence for its tags.")));
      fill(this.near);
      fill(this.past);
    }
    this.#time();
  }

  /**
   * @param {Tile} tile
   * @param {VideoDetail | null} detail
   */
  #paintAbout(tile, detail) {
    const facts = [tile.programme, detail?.uploader, tile.duration_s ? clock(tile.duration_s) : null].filter(Boolean);
    const notes = [FILE[detail?.file ?? ""], SOUND[tile.sound ?? ""]].filter(Boolean);
    fill(
      this.about,
      el("b", { class: "vtitle" }, tile.title || el("span", { class: "q" }, t("No title"))),
      facts.length ? el("span", { class: "sm q" }, facts.join(" · ")) : null,
      detail ? el("span", { class: "sm qq nm", title: detail.file_name }, detail.file_name) : null,
      this.blind && tile.blind ? el("span", { class: "sm q" }, OPINION) : null,
      this.blind || tile.done ? null : peopleApart(detail?.apart ?? [], this.categories, this.on),
      notes.map((note) => el("span", { class: "sm note" }, icon("info", "xs"), ` ${note}`)),
    );
  }

  /** @param {Tile} tile */
  #paintButtons(tile) {
    const open = this.categories.list.some((category) => category.open);
    const machine = (tile.tags ?? []).filter((tag) => !tag.person);
    const guess = open ? null : this.categories.get(tile.proposed ?? tile.category);
    const words = open
      ? machine.length
        ? machine.length === 1
          ? t("Accept {name}", { name: this.categories.get(machine[0].id).name })
          : t("Accept {n} tags", { n: machine.length })
        : t("Next video")
      : guess?.id
        ? t("Accept {name}", { name: guess.name })
        : t("Next video");
    fill(this.accept, el("span", { class: "nm" }, words), key("a"));
    this.alike.hidden = !tile.alike;
    fill(this.alike, t("Select {videos} alike", { videos: many(tile.alike ?? 0, "video") }), key("n"));
    this.guide.paint(open ? machine[0]?.id : (tile.proposed ?? tile.category));
    fill(
      this.classes,
      open
        ? null
        : classKeys(
            this.categories,
            this.blind ? null : tile,
            (category) => this.on.label(category),
            () => this.on.none(),
          ),
    );
  }

  /**
   * @param {Tile} tile
   * @param {VideoDetail} detail
   */
  #paintTags(tile, detail) {
    const shown = worth(detail.tags, tile, this.all);
    const rest = detail.tags.length - worth(detail.tags, tile, false).length;
    fill(
      this.tags,
      el("h3", {}, t("What carries it")),
      carried(
        detail,
        shown.map((tag) =>
          tagRow(tag, this.categories, tile, {
            toggle: (category) => this.on.label(category),
            seek: (seconds) => this.seek(seconds),
          }),
        ),
        { all: this.all, rest, turn: () => this.#turn() },
      ),
    );
  }

  /** All tags, or the likely ones alone. */
  #turn() {
    this.all = !this.all;
    this.paint();
  }

  #time() {
    fill(
      this.play,
      icon(this.player.paused ? "play_arrow" : "pause", "s"),
      this.player.paused ? t("Play") : t("Pause"),
      key("k"),
    );
    const whole = this.tile?.duration_s ? t(" of {duration_s}", { duration_s: clock(this.tile.duration_s) }) : "";
    this.clock.textContent = `${clock(this.player.currentTime || 0)}${whole}`;
  }

  toggle() {
    if (!this.tile) return;
    if (this.player.paused) this.player.play();
    else this.player.pause();
  }

  /** @param {number} seconds */
  seek(seconds) {
    this.player.currentTime = seconds;
    this.#time();
  }

  stop() {
    clearInterval(this.timer);
    this.controller?.abort();
    this.player.stop();
  }
}
