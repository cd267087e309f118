// @ts-check
// The Neighbours work area: what looks like an image, a text or a cluster, and one decision for the lot.

import { asked, Place } from "../shared/page/address.js";
import { Api } from "../server/api.js";
import { queueOf } from "../server/queue.js";
import { Decisions } from "../shared/decisions/decisions.js";
import { debounce, el, fill, icon, isComposing } from "../shared/dom.js";
import { listen } from "../shared/keys.js";
import { mounter } from "../shared/mounting.js";
import { noticesOf, savedBadge, undoButton } from "../shared/notices.js";
import { Categories } from "../shared/page/categories.js";
import { ClusterList } from "./cluster_list.js";
import { Lot } from "./lot.js";
import { LotQueries } from "./lot_queries.js";
import { MapView } from "./map/map.js";
import { PictureSearch } from "./picture_search.js";
import { openAsked } from "./shown_address.js";
import { t } from "../shared/page/words.js";

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
    this.queries = new LotQueries(this);
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
      ...noticesOf(() => this.node),
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
      placeholder: t("Search by words, e.g. a red car at sunset"),
      "aria-label": t("Search by words"),
      value: asked("text") ?? "",
    });
    const search = () => this.field.value.trim() && this.queries.go({ text: this.field.value.trim() });
    this.field.onkeydown = (event) => {
      if (event.key === "Enter" && !isComposing(event)) {
        search();
        this.field.blur();
      }
    };
    this.badge = savedBadge(this.queue);
    this.picture = new PictureSearch({
      search: (file) => this.queries.like(file),
      failed: (error) => this.failed(error),
    });
    const head = el(
      "div",
      { class: "head" },
      el("h1", {}, t("Neighbours")),
      el("span", { class: "q" }, t("Fix look-alikes in one decision")),
      el("span", { class: "sp" }),
      this.field,
      el(
        "button",
        { class: "btn", type: "button", title: t("Search"), "aria-label": t("Search"), onclick: search },
        icon("search"),
      ),
      this.picture.button,
      this.picture.input,
      undoButton(() => this.decisions.undo()),
      this.badge,
    );
    this.main = el("div", { class: "col results" });
    this.map = new MapView(this.api, {
      lasso: (ids) => this.queries.openIds(ids),
      open: (item) => this.queries.go({ item }),
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
   * What an undo brought back: seen here, or a way to it.
   * @param {number[]} ids
   * @returns {ToastAction}
   */
  cameBack(ids) {
    if (!ids.length || ids.some((id) => this.lot.nodes.has(id))) return null;
    return [t("Show them"), () => this.queries.openIds(ids, t("Came back"))];
  }

  hint() {
    fill(
      this.main,
      el(
        "p",
        { class: "q" },
        t("Search by words or by an image, draw a line around points of the map, or open a cluster."),
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
        if (category(n)) this.lot.decisions.fix(category(n).id);
      },
      fix: () => this.lot.decide(),
      none: () => this.lot.decisions.none(),
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
