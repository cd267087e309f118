// @ts-check
// The Neighbours work area: what looks like an image, a text or a cluster, and one decision for the lot.

import { asked, Place } from "../shared/page/address.js";
import { Api } from "../server/api.js";
import { queueOf } from "../server/queue.js";
import { Decisions } from "../shared/decisions/decisions.js";
import { count, debounce, el, fill, icon, isComposing } from "../shared/dom.js";
import { listen } from "../shared/keys.js";
import { mounter } from "../shared/mounting.js";
import { savedBadge, toast, undoButton } from "../shared/notices.js";
import { Categories } from "../shared/page/categories.js";
import { ClusterList } from "./cluster_list.js";
import { Lot } from "./lot.js";
import { MapView } from "./map.js";
import { bytesOf, PictureSearch } from "./picture_search.js";
import { keep, openAsked } from "./shown_address.js";

const LIMIT = 200;
const BESIDE = 60; // images that are not of a cluster, beside it

/** @typedef {{ item?: number, text?: string, ids?: number[], cluster?: number, picture?: File }} Query what the images are like */

export class Neighbours {
  /**
   * @param {HTMLElement} root
   * @param {MountData} data
   */
  constructor(root, data) {
    this.api = new Api(data);
    this.place = new Place(data.workspace);
    this.queue = queueOf(this.api);
    this.categories = new Categories([]);
    this.query = /** @type {Query} */ (null);
    this.lot = new Lot(this);
    this.clusterList = new ClusterList(this);
    this.build(root);
    this.decisions = new Decisions({
      grid: this.lot.asGrid(),
      queue: this.queue,
      categories: () => this.categories,
      changed: () => {
        this.lot.paintFoot();
        this.map.update(this.lot.tiles);
      },
      cameBack: (ids) => this.cameBack(ids),
      toast: (text, action) => toast(this.node, text, action),
      conflicted: () => {},
      acknowledged: () => {
        this.map.update(this.lot.tiles);
        this.refresh();
      },
      order: () => "neighbours",
    });
    this.refresh = debounce(() => this.clusterList.load(), 800);
    this.unlisten = listen(this.node, this.actions());
  }

  /** @param {HTMLElement} root */
  build(root) {
    this.field = el("input", {
      class: "field search",
      type: "search",
      placeholder: "Search by words, e.g. a red car at sunset",
      "aria-label": "Search by words",
      value: asked("text") ?? "",
    });
    const search = () => this.field.value.trim() && this.go({ text: this.field.value.trim() });
    this.field.onkeydown = (event) => {
      if (event.key === "Enter" && !isComposing(event)) {
        search();
        this.field.blur();
      }
    };
    this.badge = savedBadge(this.queue);
    this.picture = new PictureSearch({
      search: (file) => this.like(file),
      failed: (error) => this.failed(error),
    });
    const head = el(
      "div",
      { class: "head" },
      el("h1", {}, "Neighbours"),
      el("span", { class: "q" }, "Fix what looks alike in one decision"),
      el("span", { class: "sp" }),
      this.field,
      el(
        "button",
        { class: "btn", type: "button", title: "Search", "aria-label": "Search", onclick: search },
        icon("search"),
      ),
      this.picture.button,
      this.picture.input,
      undoButton(() => this.decisions.undo()),
      this.badge,
    );
    this.main = el("div", { class: "col results" });
    this.map = new MapView(this.api, {
      lasso: (ids) => this.openIds(ids),
      open: (item) => this.go({ item }),
      failed: (error) => this.failed(error),
    });
    this.node = el(
      "div",
      { class: "sl neighbours" },
      head,
      el(
        "div",
        { class: "row t work" },
        this.clusterList.node,
        el("div", { class: "col grow" }, this.map.node, this.main),
      ),
      this.picture.veil,
    );
    root.append(this.node);
  }

  async start() {
    try {
      this.meta = await this.api.get("meta");
      this.categories = new Categories(this.meta.categories, this.meta.actors);
      await this.clusterList.load();
      await this.map.load(this.categories);
      await openAsked(this);
      this.node.dataset.ready = "1";
    } catch (error) {
      this.failed(error);
    }
  }

  /**
   * Images chosen on the map, or a group: all are in reach.
   * @param {number[]} ids
   * @param {string} [title]
   * @param {string} [subtitle]
   */
  async openIds(ids, title = "Chosen on the map", subtitle = "") {
    const query = (this.query = { ids });
    keep(this, { ids: ids.slice(0, LIMIT).join(","), title });
    const few = ids.slice(0, LIMIT);
    const near = await this.api.get("neighbours", { ids: few.join(","), limit: 1 });
    if (this.query !== query) return;
    const tiles = near.tiles.filter((tile) => few.includes(tile.id));
    const counts = new Map();
    for (const tile of tiles) {
      const id = tile.proposed ?? tile.category;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const suggest = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
    this.lot.show(tiles, suggest, title, ids.length > LIMIT ? `the first ${LIMIT} of ${count(ids.length)}` : subtitle);
    this.map.mark(ids);
  }

  /**
   * Show the neighbours of an item or a text; the address says which.
   * @param {Query} query
   */
  async go(query) {
    this.query = query;
    keep(this, { item: query.item, text: query.text });
    try {
      const found = await this.api.get("neighbours", { ...query, limit: LIMIT });
      const first = query.item ? { ...(await this.api.get(`item/${query.item}`)), similarity: 1 } : null;
      if (this.query !== query) return; // something else was asked for meanwhile
      this.lot.show(
        first ? [first, ...found.tiles] : found.tiles,
        found.suggest,
        query.item ? `Nearest to ${first.name}` : `“${query.text}”`,
        query.text ? "closest to the words first" : "nearest first",
      );
    } catch (error) {
      this.failed(error);
    }
  }

  /**
   * What looks like an image that is no item; the address cannot say it.
   * @param {File} file
   */
  async like(file) {
    this.query = { picture: file };
    keep(this, {});
    const name = file.name || "the pasted image";
    try {
      const image = await bytesOf(file);
      const near = await this.api.post("neighbours", { image, name: name.slice(-200), limit: LIMIT });
      if (this.query.picture !== file) return;
      const source = URL.createObjectURL(file);
      const picture = el("img", { class: "asked", src: source, alt: `Searched with: ${name}`, title: name });
      picture.onload = picture.onerror = () => URL.revokeObjectURL(source);
      this.lot.show(near.tiles, near.suggest, `Looks like ${name}`, "nearest first", { picture });
      this.map.mark([]);
    } catch (error) {
      this.failed(error);
    }
  }

  /**
   * A cluster in full, and what is as near to its middle or lies just beyond.
   * @param {Cluster} cluster
   */
  async openCluster(cluster) {
    const query = (this.query = { cluster: cluster.id });
    keep(this, { cluster: cluster.items[0][0] });
    const ids = cluster.items.map(([id]) => id).slice(0, LIMIT);
    const { tiles } = await this.api.get("neighbours", { ids: ids.join(","), limit: BESIDE });
    if (this.query !== query) return;
    const from = this.categories.get(cluster.category).name;
    this.lot.show(
      tiles,
      cluster.proposed,
      cluster.name || `${from} that may be ${this.categories.get(cluster.proposed).name}`,
      "its own first, nearest to the middle first",
      { members: ids },
    );
    this.map.mark(ids);
    this.clusterList.paint();
  }

  /**
   * What an undo brought back: seen here, or a way to it.
   * @param {number[]} ids
   * @returns {ToastAction}
   */
  cameBack(ids) {
    if (!ids.length || ids.some((id) => this.lot.nodes.has(id))) return null;
    return ["Show them", () => this.openIds(ids, "Came back")];
  }

  hint() {
    fill(
      this.main,
      el(
        "p",
        { class: "q" },
        "Search by words or by an image, draw a line around points of the map, or open a cluster.",
      ),
    );
  }

  /** @param {Error} error */
  failed(error) {
    fill(this.main, el("div", { class: "alert bad", role: "alert" }, icon("error", "s"), error.message));
  }

  actions() {
    const category = (/** @type {number} */ n) => this.categories.byKey.get(n);
    return {
      shiftDigit: (/** @type {number} */ n) => {
        if (category(n)) this.lot.fix(category(n).id);
      },
      fix: () => {
        if (this.lot.target() !== null) this.lot.fix(this.lot.target());
      },
      none: () => this.lot.none(),
      pick: () => this.lot.another(),
      search: () => {
        this.field.focus();
        this.field.select();
      },
      undo: () => this.decisions.undo(),
      move: (/** @type {number} */ dx) => {
        if (!this.lot.slider) return;
        this.lot.slider.value = String(Number(this.lot.slider.value) + dx * 0.02);
        this.lot.slider.dispatchEvent(new Event("input"));
      },
      nothing: () => {},
    };
  }

  restored() {
    if (this.node.dataset.ready === "1") this.refresh();
    else this.start();
  }

  stop() {
    this.unlisten();
    this.decisions.stop();
    this.badge.stop();
    this.map.stop();
    this.picture.stop();
    this.place.stop();
    this.node.remove();
  }
}

export const mount = mounter(Neighbours, "/ui/neighbours/neighbours.css");
