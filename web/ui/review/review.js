// @ts-check
// The Review work area: filters, grid, panel. Python mounts it and then leaves it alone; all data comes over the routes.

import { asked, askedNumber, Place } from "../shared/page/address.js";
import { Api } from "../server/api.js";
import { queueOf } from "../server/queue.js";
import { Unreachable } from "../server/reachability.js";
import { Decisions } from "../shared/decisions/decisions.js";
import { debounce, el } from "../shared/dom.js";
import { listen, releaseButtons } from "../shared/keys.js";
import { mounter } from "../shared/mounting.js";
import { noticesOf, savedBadge, toast } from "../shared/notices.js";
import { Categories } from "../shared/page/categories.js";
import { keyActions, keyHints } from "./key_actions.js";
import { bulkAccept, follow } from "./machine_labels.js";
import { BatchMode } from "./batch_mode.js";
import { openFilters, openPeople, openViews } from "./boxes.js";
import { Conflicts } from "../shared/decisions/conflicts.js";
import { Filters } from "./filters/filters.js";
import { Grid } from "../shared/grid/grid.js";
import { Guide } from "../shared/decisions/guidelines.js";
import { Pages } from "./pages.js";
import { openImage } from "./image_sheet.js";
import { OthersHere } from "./others_here.js";
import { paintDecisions } from "./filters/last_decisions.js";
import { Panel } from "./panel/panel.js";
import { Sight } from "./seen_tiles.js";
import { SelectionBar } from "../shared/grid/selection_bar.js";
import { paintAgreement } from "../shared/checks/stop_meter.js";
import { Toolbar } from "./toolbar.js";
import { Verdicts } from "./verdicts.js";
import { t } from "../shared/page/words.js";

export class Review {
  /**
   * @param {HTMLElement} root
   * @param {MountData} data
   */
  constructor(root, data) {
    this.api = new Api(data);
    this.queue = queueOf(this.api);
    this.categories = new Categories([]);
    this.place = new Place(data.workspace);
    this.pages = new Pages(this);
    this.batch = new BatchMode(this);
    this.verdicts = new Verdicts(this);
    this.others = new OthersHere(this);
    this.conflicts = new Conflicts(this);
    this.filters = new Filters(this.place, {
      change: () => this.pages.load(0),
      undo: (batch) => this.decisions.undo(batch),
      accept: () => bulkAccept(this),
      follow: () => follow(this),
      views: () => openViews(this.node, this.api, this.filters, this.conflicts),
      may: (route) => this.api.may(route),
      more: () => openFilters(this.node, this.filters, this.categories, this.meta),
    });
    this.guide = new Guide(this.api, {
      changed: () => this.panel.paint(),
      failed: (/** @type {Error} */ error) => toast(this.node, error.message),
      open: (/** @type {number} */ category) => this.openGuide(category),
    });
    this.grid = new Grid(this.api, {
      focus: (tile) => {
        this.panel.show(tile, this.categories);
        this.place.set({ item: tile.id });
        if (this.grid.batch) this.toolbar.paint();
      },
      select: () => this.paintSelection(),
      open: (tile) => openImage(this, tile.id),
    });
    this.panel = new Panel(this.api, this.guide, {
      me: () => this.meta?.actor,
      onPage: (id) => this.grid.tiles[this.grid.indexOf(id)],
      accept: () => this.verdicts.accept(),
      reject: () => this.verdicts.reject(),
      none: () => this.verdicts.none(),
      unsure: () => this.verdicts.unsure(),
      label: (category) => this.verdicts.label(category),
      open: (id) => openImage(this, id),
      toggle: (category) => this.verdicts.toggle(category),
      fix: (tiles, category) => this.verdicts.fix(tiles, category),
      choose: () => this.verdicts.pick((id) => this.panel.within.fix(id)),
    });
    this.build(root);
    this.decisions = new Decisions({
      grid: this.grid,
      queue: this.queue,
      categories: () => this.categories,
      changed: () => this.changed(),
      order: () => this.filters.draw,
      cameBack: (ids, batch) => this.pages.cameBack(ids, batch),
      guide: (category) => this.openGuide(category),
      ...noticesOf(() => this.node),
      conflicted: (item, op) => this.conflicts.add(item, op),
      acknowledged: () => this.refresh(),
    });
    this.refresh = debounce(() => this.loadRecent(), 700);
    this.loadAgreementSoon = debounce(() => this.loadAgreement().catch((error) => this.conflicts.failed(error)), 1500);
    this.actions = /** @type {Record<string, (...args: any[]) => unknown>} */ (keyActions(this));
    this.unlisten = listen(this.node, this.actions);
  }

  /** @param {HTMLElement} root */
  build(root) {
    this.badge = savedBadge(this.queue);
    this.viewport = el("div", { class: "viewport" }, this.grid.node);
    this.grid.mouse.watch(this.viewport);
    this.selbar = new SelectionBar({
      label: (id) => this.verdicts.label(id),
      pick: () => this.verdicts.give(),
      accept: () => this.verdicts.accept(),
      none: () => this.verdicts.none(),
      unsure: () => this.verdicts.unsure(),
      clear: () => this.grid.clear(),
    });
    this.sight = new Sight(this.viewport, {
      covered: () =>
        this.selbar.node.hidden
          ? 0
          : this.viewport.getBoundingClientRect().bottom - this.selbar.node.getBoundingClientRect().top,
      changed: () => this.grid.batch && this.toolbar.paint(),
    });
    this.toolbar = new Toolbar(this);
    this.centre = el(
      "div",
      { class: "centre" },
      this.toolbar.node,
      this.filters.search.chips,
      this.conflicts.node,
      this.others.node,
      this.viewport,
      this.selbar.node,
      keyHints(this),
    );
    const head = el(
      "div",
      { class: "head" },
      el("h1", {}, t("Review")),
      el("span", { class: "q" }, t("Confirm or fix what the machine proposed")),
      el("span", { class: "sp" }),
      this.filters.search.node,
      el("span", { class: "lg m" }, t("machine")),
      el("span", { class: "lg h" }, t("person")),
      this.badge,
    );
    /** @type {HTMLElement} */
    this.node = el(
      "div",
      { class: "sl review" },
      head,
      el("div", { class: "work" }, this.filters.node, this.centre, this.panel.node),
    );
    releaseButtons(this.node);
    root.append(this.node);
    this.room = new ResizeObserver(([{ contentRect }]) => this.toolbar.fit(contentRect.width));
    this.room.observe(this.node);
    this.viewport.addEventListener("pointerdown", () => {
      if (this.toolbar.narrow) this.toolbar.showFilters(false);
    });
  }

  async start() {
    this.grid.wait();
    const [from, item] = [askedNumber("from") ?? 0, askedNumber("item")];
    const early = this.filters.state.by === "second" ? null : this.pages.fetch(from); // a second opinion has to know whose first ones to leave out
    early?.catch(() => {});
    try {
      this.meta = await this.api.get("meta");
      this.categories = new Categories(this.meta.categories, this.meta.actors);
      this.filters.videos = this.meta.videos;
      Object.assign(this.filters, { me: this.meta.me, lane: this.meta.lane });
      this.filters.paint(this.categories, {});
      await this.pages.load(from, early, 1 + Math.floor(from / this.filters.size));
      if (asked("batch")) this.batch.show(true);
      this.pages.find(item);
      await Promise.all([this.loadRecent(), this.guide.load(this.categories).then(() => this.panel.paint())]);
    } catch (error) {
      this.conflicts.failed(error);
    }
  }

  async loadAgreement() {
    this.agreement = await this.api.get("agreement");
    paintAgreement(this.filters.agreement, this.agreement, () => openPeople(this));
  }

  /** @param {number} [category] */
  openGuide(category = this.grid.tile?.proposed ?? this.grid.tile?.category ?? null) {
    this.guide.open(this.node, this.grid.tile, category);
  }

  /** @param {Tile[]} tiles */
  display(tiles) {
    this.grid.show(tiles, this.categories);
    this.sight.watch(this.grid.nodes);
  }

  async loadRecent() {
    try {
      this.recent = await this.api.get("recent");
      paintDecisions(this.filters, this.recent, this.categories);
      this.pages.count(this.recent.no_class);
      this.toolbar.paint();
    } catch (error) {
      if (!(error instanceof Unreachable)) this.conflicts.failed(error);
    }
  }

  changed() {
    this.toolbar.paint();
    this.panel.paint();
  }

  paintSelection() {
    const n = this.grid.selected.size;
    if (this.grid.batch) this.toolbar.paint();
    const chosen = this.grid.tiles.filter((tile) => this.grid.selected.has(tile.id));
    this.selbar.paint(n, chosen, this.categories, this.grid.batch);
    this.viewport.classList.toggle("under", n > 0);
  }

  /** The server is back: what it could not answer is asked again. */
  restored() {
    if (this.conflicts.node.querySelector(".bad") || this.node.dataset.ready !== "1") {
      this.conflicts.node.querySelector(".bad")?.remove();
      this.start();
      return;
    }
    if (this.grid.tile) this.panel.show(this.grid.tile, this.categories);
    this.refresh();
    this.grid.loadMissing();
  }

  stop() {
    this.unlisten();
    this.decisions.stop();
    this.badge.stop();
    this.room.disconnect();
    this.sight.stop();
    this.others.stop();
    this.pages.controller?.abort();
    this.place.stop();
    this.node.remove();
  }
}

export const mount = mounter(Review, "/ui/review/review.css");
