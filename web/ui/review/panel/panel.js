// @ts-check
// Right of the grid: the focused image, its scores, why it is suspected, its neighbours and its history.

/** @import { Guide } from "../../shared/decisions/guidelines.js" */
import { clock, el, fill, icon, key } from "../../shared/dom.js";
import { tagRows } from "../../shared/tags.js";
import { SOURCES } from "../../shared/page/categories.js";
import { byPerson, chip, colours, nameOf } from "../../shared/tiles.js";
import { pastRows } from "../../shared/decisions/past.js";
import { classKeys } from "../../shared/decisions/class_keys.js";
import { InReach } from "./in_reach.js";
import { peopleApart } from "../../shared/checks/people_apart.js";
import { t } from "../../shared/page/words.js";

const BLIND = {
  look: t("A second look: the first opinion is shown once you have decided."),
  opinion: t("A second opinion: the other label is shown once you have decided."),
};
/** @type {Record<string, string>} */
const ORIGINAL = {
  changed: t("The file has changed since it was added: only the thumbnail shows this image."),
  missing: t("The file is missing: only the thumbnail is left."),
  away: t("The file's store does not answer now: only the thumbnail is left."),
};
const [REST_MS, HURRY_MS] = [40, 160];

/** @typedef {{ me(): string, onPage(id: number): Tile, accept(): void, reject(): void, none(): void, unsure(): void, label(category: number): void, open(id: number): void, toggle(category: number): void, fix(tiles: Tile[], category: number): void, choose(): void }} PanelGestures */

export class Panel {
  /**
   * `guide` shows the guideline of what is proposed.
   * @param {Api} api
   * @param {Guide} guide
   * @param {PanelGestures} on
   */
  constructor(api, guide, on) {
    this.guide = guide;
    this.api = api;
    this.on = on;
    this.node = el("div", { class: "col panel" });
    this.image = el("img", { class: "big", alt: "" });
    this.about = el("div", { class: "col tight" });
    this.within = new InReach(this);
    this.past = el("div", { class: "sm q past" });
    const button = (/** @type {string} */ text, /** @type {string} */ cap, /** @type {() => void} */ run, cls = "") =>
      el("button", { class: `btn s grow ${cls}`, type: "button", onclick: run }, text, key(cap));
    this.accepts = el("span", { class: "nm" });
    this.accept = el(
      "button",
      { class: "btn s p accept", type: "button", onclick: () => on.accept() },
      this.accepts,
      key("a"),
    );
    this.buttons = el(
      "div",
      { class: "row buttons" },
      this.accept,
      button(t("Not this"), "x", () => on.reject()),
      button(t("Unsure"), "u", () => on.unsure()),
    );
    this.classes = el("div", { class: "classkeys", role: "group", "aria-label": t("Give a class") });
    this.body = el(
      "div",
      { class: "col", hidden: true },
      this.image,
      this.about,
      this.buttons,
      this.classes,
      this.guide.node,
      el("hr", { class: "rule" }),
      this.within.node,
      el("hr", { class: "rule" }),
      this.past,
    );
    this.node.append(this.body);
  }

  /**
   * The image at once, the rest when the server has answered.
   * @param {Tile} tile
   * @param {Categories} categories
   */
  async show(tile, categories) {
    this.tile = tile;
    this.categories = categories;
    this.controller?.abort();
    this.body.hidden = !tile;
    if (!tile) return;
    this.image.src = this.api.thumb(tile.id);
    this.image.alt = tile.name;
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
      const hurried = performance.now() - this.shownAt < HURRY_MS; // at typing speed nobody reads the panel: ask where the keys come to rest
      this.shownAt = performance.now();
      await new Promise((resolve) => setTimeout(resolve, hurried ? HURRY_MS : REST_MS));
      if (signal.aborted) return;
      const [item, near] = await Promise.all([
        this.api.get(`item/${tile.id}`, {}, signal),
        this.api.get("neighbours", { item: tile.id, limit: 60 }, signal),
      ]);
      if (signal.aborted) return;
      if (item.original === "intact") this.image.src = this.api.image(tile.id); // else the thumbnail is all there is of it
      this.item = item;
      this.near = near;
      this.nearOf = tile.id;
      this.paint();
    } catch (error) {
      if (error.name !== "AbortError") fill(this.within.node, el("div", { class: "alert bad" }, error.message));
    }
  }

  /** Repaint from the tile, which may have been decided since: once a frame, however often a key asks for it. */
  paint() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#paint();
    });
  }

  #paint() {
    const { tile, categories } = this;
    if (!tile) return;
    const item = this.item?.id === tile.id ? this.item : null;
    const category = categories.of(tile);
    const by = byPerson(tile)
      ? t("by {who}", { who: tile.source === "import" ? t("import") : categories.actor(tile.actor) || t("you") })
      : tile.state === "none"
        ? ""
        : t("by {who}", { who: (!tile.practice && item?.labelled_by) || SOURCES[tile.source] || t("the machine") });
    const time =
      tile.time_s === null || tile.time_s === undefined
        ? null
        : el("span", { class: "sm qq num" }, t("at {time_s}", { time_s: clock(tile.time_s) }));
    /** @param {AckItem} item */
    const scores = (item?.scores ?? []).slice(0, 5).map((score) => this.#score(score));
    const first =
      item?.frames > 1
        ? el(
            "p",
            { class: "sm q frames" },
            /\.tiff?$/i.test(tile.name)
              ? t("The first of {n} pages is shown and used.", { n: item.frames })
              : t("The first of {n} frames is shown and used.", { n: item.frames }),
          )
        : null;
    this.blind = Boolean(tile.blind || tile.practice) && !tile.done; // what somebody else thought stays hidden
    const hidden = tile.blind ? el("p", { class: "sm q" }, BLIND[tile.blind]) : null;
    fill(
      this.about,
      this.blind && hidden
        ? hidden
        : el(
            "div",
            { class: "row line" },
            chip(category, byPerson(tile) ? "h" : "m"),
            el("span", { class: "sm q nm" }, by),
            time,
          ),
      first,
      scores,
      item?.why && !this.blind ? el("p", { class: "sm q" }, item.why) : null,
      ORIGINAL[item?.original]
        ? el("div", { class: "alert warn", role: "status" }, icon("warning", "s"), ORIGINAL[item.original])
        : null,
      this.blind ? null : tagRows(tile, categories, (tag) => this.on.toggle?.(tag)),
      this.blind || tile.done ? null : peopleApart(item?.apart ?? [], categories, this.on),
    );
    this.guide.paint(
      tile.practised !== undefined || tile.state === "person" ? tile.category : (tile.proposed ?? tile.category),
    );
    const proposal = categories.get(tile.proposed ?? tile.category);
    fill(this.accepts, proposal.id === null ? t("Accept") : t("Accept {name}", { name: proposal.name }));
    this.accept.title = t("Accept {path}", { path: proposal.path || proposal.name });
    this.accept.disabled = proposal.id === null;
    fill(
      this.classes,
      classKeys(
        categories,
        this.blind ? null : tile,
        (id) => this.on.label(id),
        () => this.on.none(),
      ),
    );
    this.within.paint();
    this.#history(item);
  }

  /** @param {{ category: number, p: number }} given */
  #score({ category, p }) {
    const listed = this.categories.get(category);
    return el(
      "div",
      { class: "row score", style: colours(listed) },
      nameOf(listed),
      el("div", { class: "bar" }, el("i", { style: { width: `${Math.round(p * 100)}%`, background: "var(--c)" } })),
      el("span", { class: "num sm" }, `${Math.round(p * 100)} %`),
    );
  }

  /** @param {ItemDetail} item */
  #history(item) {
    if (this.blind) {
      fill(this.past);
      return;
    }
    const rows = pastRows(item?.history ?? [], this.categories);
    const mine = item?.lease?.actor === this.on.me();
    const until = item?.lease
      ? new Date(item.lease.until).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
      : null;
    const lease = until
      ? el(
          "div",
          {},
          t("in the next batch, leased to {who} until {until}", { who: mine ? t("you") : item.lease.actor, until }),
        )
      : null;
    fill(
      this.past,
      el("h3", {}, t("History")),
      rows.length ? rows : t("No label yet."),
      lease,
      el("div", { class: "nm", title: this.tile.name }, this.tile.name),
    );
  }
}
