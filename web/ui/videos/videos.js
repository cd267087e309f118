// @ts-check
// The work area of whole videos: filters, grid, panel. What is decided goes the way of all labels.

import { askedNumber, Place } from "../shared/page/address.js";
import { Api } from "../server/api.js";
import { queueOf } from "../server/queue.js";
import { Conflicts } from "../shared/decisions/conflicts.js";
import { Guide } from "../shared/decisions/guidelines.js";
import { Decisions } from "../shared/decisions/decisions.js";
import { debounce, el } from "../shared/dom.js";
import { Grid } from "../shared/grid/grid.js";
import { SelectionBar } from "../shared/grid/selection_bar.js";
import { listen } from "../shared/keys.js";
import { mounter } from "../shared/mounting.js";
import { noticesOf, savedBadge, toast } from "../shared/notices.js";
import { Categories } from "../shared/page/categories.js";
import { VideoChecks } from "./video_checks.js";
import { VideoBar } from "./video_bar.js";
import { keyActions, keyHints } from "./video_keys.js";
import { VideoFilters } from "./video_filters.js";
import { VideoPages } from "./video_pages.js";
import { VideoPanel } from "./video_panel.js";
import { VideoVerdicts } from "./video_verdicts.js";
import { t } from "../shared/page/words.js";

const NARROW_PX = 900;

export class Videos {
  /**
   * @param {HTMLElement} root
   * @param {MountData} data
   */
  constructor(root, data) {
    this.api = new Api(data);
    this.queue = queueOf(this.api);
    this.place = new Place(data.workspace);
    this.categories = new Categories([]);
    this.pages = new VideoPages(this);
    this.narrow = /** @type {boolean | undefined} */ (undefined);
    this.filters = new VideoFilters(this.place, {
      change: () => this.pages.load(0),
      facet: () => this.start(),
      may: (route) => this.api.may(route),
    });
    this.checks = new VideoChecks(this);
    this.filters.checks.append(...this.checks.nodes);
    this.grid = new Grid(this.api, {
      focus: (tile) => {
        this.panel.show(tile, this.categories, this.filters.state.facet);
        this.place.set({ item: tile.id });
      },
      select: () => this.paintSelection(),
      open: () => this.panel.toggle(),
    });
    this.grid.node.setAttribute("aria-label", t("Videos"));
    this.conflicts = new Conflicts(this);
    this.verdicts = new VideoVerdicts(this);
    this.guide = new Guide(
      this.api,
      {
        changed: () => this.panel.paint(),
        failed: (/** @type {Error} */ error) => toast(this.node, error.message),
        open: (/** @type {number} */ category) => this.openGuide(category),
      },
      () => ({
        facet: this.filters.state.facet,
        noun: "video",
        kinds: this.filters.exclusive ? ["examples", "counters", "practice"] : ["examples", "counters"],
      }),
    );
    this.panel = new VideoPanel(this.api, this.guide, {
      none: () => this.verdicts.none(),
      accept: () => this.verdicts.accept(),
      alike: () => this.verdicts.selectAlike().catch((/** @type {Error} */ error) => this.failed(error)),
      label: (category) => this.verdicts.label(category),
      open: (id) => this.pages.open(id),
    });
    this.build(root);
    this.decisions = new Decisions({
      grid: this.grid,
      queue: this.queue,
      categories: () => this.categories,
      noun: "video",
      facet: () => this.filters.state.facet,
      changed: () => this.changed(),
      guide: (category) => this.openGuide(category),
      order: () => this.filters.draw,
      cameBack: (ids) => this.cameBack(ids),
      ...noticesOf(() => this.node),
      conflicted: (item, op) => this.conflicts.add(item, op),
      acknowledged: (_, op) => this.acknowledged(op),
    });
    this.refresh = debounce(() => this.#detail(), 500);
    this.unlisten = listen(this.node, keyActions(this));
  }

  /** @param {HTMLElement} root */
  build(root) {
    this.badge = savedBadge(this.queue);
    this.bar = new VideoBar(this);
    this.viewport = el("div", { class: "viewport" }, this.grid.node);
    this.grid.mouse.watch(this.viewport);
    this.selbar = new SelectionBar({
      label: (id) => this.verdicts.label(id),
      pick: () => this.verdicts.pick(),
      accept: () => this.verdicts.accept(),
      none: () => this.verdicts.none(),
      unsure: () => this.verdicts.unsure(),
      clear: () => this.verdicts.leave(),
    });
    const centre = el(
      "div",
      { class: "centre" },
      this.bar.node,
      this.conflicts.node,
      this.viewport,
      this.selbar.node,
      keyHints(),
    );
    const head = el(
      "div",
      { class: "head" },
      el("h1", {}, t("Videos")),
      el("span", { class: "q" }, t("What each whole video is about, by frames, sound and title")),
      el("span", { class: "sp" }),
      el("span", { class: "lg m" }, t("machine")),
      el("span", { class: "lg h" }, t("person")),
      this.badge,
    );
    /** @type {HTMLElement} */
    this.node = el(
      "div",
      { class: "sl review videos" },
      head,
      el("div", { class: "work" }, this.filters.node, centre, this.panel.node),
    );
    root.append(this.node);
    this.room = new ResizeObserver(([{ contentRect }]) => this.fit(contentRect.width));
    this.room.observe(this.node);
  }

  /** @param {number} width */
  fit(width) {
    const narrow = width > 0 && width < NARROW_PX;
    if (narrow === this.narrow) return;
    this.narrow = narrow;
    this.node.classList.toggle("narrow", narrow);
    this.bar.filters.hidden = !narrow;
    this.showFilters(!narrow);
  }

  /** @param {boolean} shown */
  showFilters(shown) {
    this.filters.node.hidden = !shown;
    this.bar.filters.setAttribute("aria-expanded", String(shown));
  }

  async start() {
    this.grid.wait(24);
    try {
      this.meta = await this.api.get("videos/meta", { facet: this.filters.state.facet });
      this.categories = new Categories(this.meta.categories, this.meta.actors);
      this.filters.paint(this.meta, this.categories, {});
      const item = askedNumber("item");
      await this.pages.load(askedNumber("from") ?? 0);
      const at = item === null ? -1 : this.grid.indexOf(item);
      if (at >= 0) this.grid.focus(at);
      else if (item !== null) this.pages.open(item);
      await Promise.all([this.guide.load(this.categories), this.checks.load()]);
      this.panel.paint();
    } catch (error) {
      this.failed(error);
    }
  }

  /** @param {number} [category] */
  openGuide(category = this.grid.tile?.proposed ?? this.grid.tile?.category ?? null) {
    this.guide.open(this.node, this.grid.tile, category);
  }

  changed() {
    this.bar.paint();
    this.panel.paint();
  }

  paintSelection() {
    const chosen = this.grid.tiles.filter((tile) => this.grid.selected.has(tile.id));
    this.selbar.paint(this.grid.selected.size, chosen, this.categories, false);
    this.viewport.classList.toggle("under", this.grid.selected.size > 0);
  }

  /** @param {Operation | null} op */
  acknowledged(op) {
    for (const { id } of op?.items ?? []) {
      const at = this.grid.indexOf(id);
      const tile = this.grid.tiles[at];
      if (!tile?.tags) continue;
      const before = tile.state === "person";
      tile.state = tile.tags.some((tag) => tag.person) ? "person" : tile.tags.length ? "machine" : "none";
      this.pages.page.answered += Number(tile.state === "person") - Number(before);
      this.grid.paint(at);
    }
    this.changed();
    this.refresh();
    this.checks.soon();
  }

  async #detail() {
    if (this.grid.tile) await this.panel.show(this.grid.tile, this.categories, this.filters.state.facet);
  }

  /**
   * @param {number[]} ids
   * @returns {ToastAction}
   */
  cameBack(ids) {
    const here = ids.map((id) => this.grid.indexOf(id)).filter((at) => at >= 0);
    if (here.length) {
      this.grid.focus(Math.min(...here));
      this.grid.flash(ids);
    } else if (ids.length) this.pages.load(this.pages.page.offset);
    return null;
  }

  /** @param {Error} error */
  failed(error) {
    this.conflicts.failed(error);
  }

  /** The server is back: what it could not answer is asked again. */
  restored() {
    if (this.node.dataset.ready === "1") this.#detail();
    else this.start();
    this.grid.loadMissing();
  }

  stop() {
    this.unlisten();
    this.decisions.stop();
    this.badge.stop();
    this.room.disconnect();
    this.pages.stop();
    this.panel.stop();
    this.place.stop();
    this.node.remove();
  }
}

export const mount = mounter(Videos, "/ui/review/review.css", "/ui/videos/videos.css");
