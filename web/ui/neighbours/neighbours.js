// The Neighbours work area: what looks like an image, a text or a cluster, and one decision for the lot.

import { Api } from "../server/api.js";
import { Decisions } from "../shared/decisions.js";
import { count, debounce, el, fill, icon, isComposing, key, many } from "../shared/dom.js";
import { listen } from "../shared/keys.js";
import { MapView } from "./map.js";
import { mounter } from "../shared/mounting.js";
import { savedBadge, toast, undoButton } from "../shared/notices.js";
import { choose, classOptions } from "../shared/picker.js";
import { queueOf } from "../server/queue.js";
import { build, byPerson, Categories, chip, paint, select } from "../shared/tiles.js";

const LIMIT = 200;
const BEYOND = 12;

class Neighbours {
  constructor(root, data) {
    this.api = new Api(data);
    this.queue = queueOf(this.api);
    this.categories = new Categories([]);
    this.tiles = [];
    this.nodes = new Map();
    this.left = new Set();
    this.reach = 0.15;
    this.build(root);
    this.decisions = new Decisions({
      grid: this.gridFacade(),
      queue: this.queue,
      categories: () => this.categories,
      changed: () => this.paintFoot(),
      cameBack: (ids) => this.cameBack(ids),
      toast: (text, action) => toast(this.node, text, action),
      conflicted: () => {},
      acknowledged: () => this.refresh(),
      order: () => "neighbours",
    });
    this.refresh = debounce(() => this.loadClusters(), 800);
    this.unlisten = listen(this.node, this.actions());
  }

  build(root) {
    this.field = el("input", {
      class: "field search",
      type: "search",
      placeholder: "Search by words, e.g. a red car at sunset",
      "aria-label": "Search by words",
      value: new URLSearchParams(location.search).get("text") ?? "",
    });
    const search = () => this.field.value.trim() && this.go({ text: this.field.value.trim() });
    this.field.onkeydown = (event) => {
      if (event.key === "Enter" && !isComposing(event)) {
        search();
        this.field.blur();
      }
    };
    this.badge = savedBadge(this.queue);
    const head = el(
      "div",
      { class: "head" },
      el("h1", {}, "Neighbours"),
      el("span", { class: "q" }, "Fix what looks alike in one decision"),
      el("span", { class: "sp" }),
      this.field,
      el("button", { class: "btn", type: "button", onclick: search }, icon("search"), "Search"),
      undoButton(() => this.decisions.undo()),
      this.badge,
    );
    this.clusters = el("div", { class: "col clusters" });
    this.main = el("div", { class: "col results" });
    this.map = new MapView(this.api, { lasso: (ids) => this.openIds(ids), failed: (error) => this.failed(error) });
    this.tab = "clusters";
    this.node = el(
      "div",
      { class: "sl neighbours" },
      head,
      el("div", { class: "row t work" }, this.clusters, el("div", { class: "col grow" }, this.map.node, this.main)),
    );
    root.append(this.node);
  }

  /** What `Decisions` needs of a grid. */
  gridFacade() {
    return {
      tiles: this.tiles,
      selected: new Map(),
      indexOf: (id) => this.tiles.findIndex((tile) => tile.id === id),
      paint: (at) => this.paintTile(this.tiles[at]),
      focus: () => {},
    };
  }

  async start() {
    try {
      this.meta = await this.api.get("meta");
      this.categories = new Categories(this.meta.categories, this.meta.actors);
      const url = new URLSearchParams(location.search);
      await this.loadClusters();
      await this.map.load(this.categories);
      if (url.get("item")) await this.go({ item: Number(url.get("item")) });
      else if (url.get("text")) await this.go({ text: url.get("text") });
      else if (this.found?.clusters.length) await this.openCluster(this.found.clusters[0]);
      else this.hint();
      this.node.dataset.ready = "1";
    } catch (error) {
      this.failed(error);
    }
  }

  async loadClusters() {
    [this.found, this.alike] = await Promise.all([this.api.get("clusters"), this.alike ?? this.api.get("duplicates")]);
    this.paintClusters();
  }

  paintClusters() {
    const { clusters } = this.found;
    const { groups } = this.alike;
    const tab = (name, label) =>
      el(
        "button",
        {
          class: this.tab === name ? "on" : "",
          type: "button",
          onclick: () => {
            this.tab = name;
            this.paintClusters();
          },
        },
        label,
      );
    const cards =
      this.tab === "clusters"
        ? clusters.map((cluster) => this.card(cluster))
        : groups.slice(0, 50).map((group) => this.duplicateCard(group));
    const none =
      this.tab === "clusters"
        ? "No group of look-alikes shares a suspected error. Search by words, or draw a line around points of the map."
        : "No near-duplicates.";
    fill(
      this.clusters,
      el(
        "div",
        { class: "tabs" },
        tab("clusters", `Clusters (${this.found.total ?? clusters.length})`),
        tab("duplicates", `Duplicates (${this.alike.total ?? groups.length})`),
      ),
      cards.length ? cards : el("p", { class: "sm q" }, none),
    );
  }

  duplicateCard(group) {
    const images = group.tiles
      .slice(0, 4)
      .map((tile) => el("img", { src: this.api.thumb(tile.id), alt: tile.name, loading: "lazy" }));
    return el(
      "button",
      {
        class: "box card",
        type: "button",
        onclick: () => this.openIds(group.items, "Near-duplicates", "one label for the group"),
      },
      el(
        "div",
        { class: "row" },
        el("b", {}, "Near-duplicates"),
        el("span", { class: "sp" }),
        el("b", { class: "num" }, count(group.items.length)),
        el("span", { class: "sm q" }, "images"),
      ),
      el("div", { class: "strip" }, images),
    );
  }

  /** Images chosen on the map, or a group: all are in reach. */
  async openIds(ids, title = "Chosen on the map", subtitle = "") {
    this.query = { ids };
    const { tiles } = await this.api.get("tiles", { ids: ids.slice(0, LIMIT).join(","), limit: LIMIT, order: "given" });
    const counts = new Map();
    for (const tile of tiles) {
      const id = tile.proposed ?? tile.category;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const suggest = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
    this.show(
      tiles.map((tile) => ({ ...tile, similarity: 1 })),
      suggest,
      title,
      ids.length > LIMIT ? `the first ${LIMIT} of ${count(ids.length)}` : subtitle,
    );
    this.map.mark(ids);
  }

  card(cluster) {
    const images = cluster.tiles
      .slice(0, 4)
      .map((tile) => el("img", { src: this.api.thumb(tile.id), alt: tile.name, loading: "lazy" }));
    const from = this.categories.get(cluster.category);
    const to = this.categories.get(cluster.proposed);
    const on = this.query?.cluster === cluster.id;
    return el(
      "button",
      { class: `box card ${on ? "on" : ""}`, type: "button", onclick: () => this.openCluster(cluster) },
      el(
        "div",
        { class: "row" },
        el("b", { class: "nm" }, cluster.name || `${from.name} that may be ${to.name}`),
        el("span", { class: "sp" }),
        el("b", { class: "num" }, count(cluster.items.length)),
        el("span", { class: "sm q" }, "images"),
      ),
      el("div", { class: "strip" }, images),
      el("div", { class: "row tightrow" }, chip(from, "m"), icon("arrow_forward", "s"), chip(to)),
      el("div", { class: "sm q" }, `Mean suspicion ${cluster.suspicion.toFixed(2)}`),
    );
  }

  /** Show the neighbours of an item or a text; the address says which. */
  async go(query) {
    this.query = query;
    const url = new URL(location.href);
    for (const name of ["item", "text"])
      if (query[name]) url.searchParams.set(name, query[name]);
      else url.searchParams.delete(name);
    history.replaceState(history.state, "", url);
    try {
      const found = await this.api.get("neighbours", { ...query, limit: LIMIT });
      const first = query.item ? { ...(await this.api.get(`item/${query.item}`)), similarity: 1 } : null;
      this.show(
        first ? [first, ...found.tiles] : found.tiles,
        found.suggest,
        query.item ? `Nearest to ${first.name}` : `“${query.text}”`,
        query.text ? "closest to the words first" : "nearest first",
      );
    } catch (error) {
      this.failed(error);
    }
  }

  /** A cluster in full, and what lies just beyond it: its centre's nearest images that are not of it. */
  async openCluster(cluster) {
    this.query = { cluster: cluster.id };
    const ids = cluster.items.map(([id]) => id).slice(0, LIMIT);
    const [{ tiles }, near] = await Promise.all([
      this.api.get("tiles", { ids: ids.join(","), limit: LIMIT, order: "given" }),
      this.api.get("neighbours", { item: ids[0], limit: 60 }),
    ]);
    const similar = new Map(ids.map((id, at) => [id, cluster.similarities[at]]));
    const least = Math.min(1, ...similar.values());
    const members = tiles.map((tile) => ({ ...tile, similarity: similar.get(tile.id) }));
    const beyond = near.tiles
      .filter((tile) => !ids.includes(tile.id))
      .slice(0, BEYOND)
      .map((tile, at) => ({
        ...tile,
        shown: tile.similarity,
        similarity: Math.min(tile.similarity, least - 0.001 * (at + 1)),
      }));
    this.edge = 1 - least;
    const from = this.categories.get(cluster.category).name;
    this.show(
      [...members, ...beyond].sort((a, b) => b.similarity - a.similarity),
      cluster.proposed,
      cluster.name || `${from} that may be ${this.categories.get(cluster.proposed).name}`,
      "nearest to the first image first",
    );
    this.map.mark(ids);
    this.paintClusters();
  }

  show(tiles, suggest, title, subtitle) {
    this.tiles.splice(0, this.tiles.length, ...tiles);
    this.left.clear();
    this.suggest = suggest;
    this.max = Math.max(0.05, ...tiles.map((tile) => 1 - tile.similarity));
    this.min = Math.min(...tiles.map((tile) => 1 - tile.similarity));
    this.chosen = undefined;
    this.reach = this.startReach();
    const slider = el("input", {
      type: "range",
      class: "slide",
      min: 0,
      max: 1,
      step: 0.005,
      value: this.toSlider(this.reach),
      "aria-label": "Reach",
    });
    slider.oninput = () => {
      this.reach = this.min + Number(slider.value) * (this.max - this.min);
      this.reachChanged();
    };
    this.slider = slider;
    this.value = el("b", { class: "num sm" });
    this.number = el("span", { class: "sm q num" });
    this.inside = el("div", { class: "lot" });
    this.outside = el("div", { class: "lot beyond" });
    this.insideNote = el("div", { class: "sm q" });
    this.foot = el("div", { class: "row foot" });
    this.nodes = new Map(tiles.map((tile) => [tile.id, this.tileNode(tile)]));
    fill(
      this.main,
      el(
        "div",
        { class: "row" },
        el("h2", { class: "nm", title }, title),
        el("span", { class: "sm q nm" }, subtitle),
        el("span", { class: "sp" }),
        el("span", { class: "sm" }, "Reach"),
        slider,
        this.value,
        this.number,
      ),
      el(
        "div",
        { class: "row t lots" },
        el("div", { class: "grow" }, this.inside, this.insideNote),
        el("div", { class: "dash" }),
        el(
          "div",
          { class: "beyondcol" },
          this.outside,
          el(
            "div",
            { class: "sm q" },
            this.query?.cluster === undefined ? "Just beyond: these stay" : "Near, not in the cluster: these stay",
          ),
        ),
      ),
      el("hr", { class: "rule" }),
      this.foot,
    );
    this.reachChanged();
  }

  /** A text is compared with images at a lower level than an image is, so the reach starts where the best 24 end. */
  startReach() {
    if (this.query?.cluster !== undefined) return this.edge;
    if (this.query?.ids) return this.max;
    const sorted = this.tiles.map((tile) => 1 - tile.similarity).sort((a, b) => a - b);
    return this.query?.text
      ? sorted[Math.min(23, sorted.length - 1)]
      : Math.min(Math.max(0.15, sorted[Math.min(5, sorted.length - 1)]), this.max);
  }

  toSlider(reach) {
    return this.max > this.min ? (reach - this.min) / (this.max - this.min) : 1;
  }

  tileNode(tile) {
    const node = build(tile, this.api, { lazy: true });
    node.onclick = () => {
      if (this.left.has(tile.id)) this.left.delete(tile.id);
      else this.left.add(tile.id);
      this.paintTile(tile);
      this.paintFoot();
    };
    node.ondblclick = () => this.go({ item: tile.id });
    return node;
  }

  paintTile(tile) {
    const node = this.nodes.get(tile.id);
    if (!node) return;
    paint(node, { ...tile, proposed: null }, this.categories, {
      value: 1 - (tile.shown ?? tile.similarity),
      name: false,
      dim: this.left.has(tile.id),
    });
    select(node, this.within(tile) && !this.left.has(tile.id) && !byPerson(tile));
    node.title = `${tile.name}. Click to leave it out, double-click for its own neighbours.`;
  }

  within(tile) {
    return 1 - tile.similarity <= this.reach + 1e-9;
  }

  reachChanged() {
    const inside = this.tiles.filter((tile) => this.within(tile));
    const beyond = this.tiles.filter((tile) => !this.within(tile)).slice(0, BEYOND);
    this.slider.style.setProperty("--at", `${this.toSlider(this.reach) * 100}%`);
    this.value.textContent = this.reach.toFixed(2);
    this.number.textContent = many(inside.length, "image");
    fill(
      this.inside,
      inside.map((tile) => this.nodes.get(tile.id)),
    );
    fill(
      this.outside,
      beyond.map((tile) => this.nodes.get(tile.id)),
    );
    for (const tile of [...inside, ...beyond]) this.paintTile(tile);
    const people = inside.filter(byPerson).length;
    this.insideNote.textContent = `In reach: ${count(inside.length)}${people ? `, ${count(people)} of them labelled by people` : ""}`;
    this.paintFoot();
  }

  /** What one decision changes: in reach, not left out, of another class, not made by a person. */
  lot(category) {
    return this.tiles.filter(
      (tile) =>
        this.within(tile) &&
        !this.left.has(tile.id) &&
        !byPerson(tile) &&
        tile.state !== "unsure" &&
        tile.category !== category,
    );
  }

  target() {
    if (this.chosen !== undefined) return this.chosen;
    return this.suggest ?? null;
  }

  paintFoot() {
    if (!this.foot) return;
    const people = this.tiles.filter((tile) => this.within(tile) && byPerson(tile)).length;
    const target = this.target();
    const other = el(
      "button",
      { class: "btn", type: "button", onclick: () => this.another() },
      target === null ? "Choose a class" : "Choose another class",
      key("/"),
    );
    const skip = el(
      "span",
      { class: "sm q" },
      people ? `Skips ${many(people, "label")} made by people` : "No label made by a person is in reach",
    );
    if (target === null) {
      fill(this.foot, other, el("span", { class: "sp" }), skip);
      return;
    }
    const category = this.categories.get(target);
    const n = this.lot(target).length;
    const cap = this.categories.keyOf(target);
    const fix = el(
      "button",
      { class: "btn p fix", type: "button", disabled: n === 0, onclick: () => this.fix(target) },
      icon(category.icon),
      el("span", { class: "nm" }, n ? `Fix ${count(n)} to ${category.name}` : `All in reach are ${category.name}`),
      n === 0 ? null : cap !== null ? [key("Shift"), key(String(cap % 10))] : key("f"),
    );
    const not = el(
      "button",
      { class: "btn", type: "button", style: { "border-color": "transparent" }, onclick: () => this.leave() },
      "Not an error",
    );
    fill(this.foot, fix, other, not, el("span", { class: "sp" }), skip);
  }

  fix(category) {
    const items = this.lot(category).map((tile) => [tile.id, tile.version]);
    this.decisions.decide(items, "label", category, { source: "neighbour", bulk: true });
    this.paintFoot();
  }

  /** The labels are right: a person confirms what stands. */
  leave() {
    const lots = new Map();
    for (const tile of this.tiles.filter(
      (one) => this.within(one) && !this.left.has(one.id) && !byPerson(one) && one.category !== null,
    ))
      lots.set(tile.category, [...(lots.get(tile.category) ?? []), [tile.id, tile.version]]);
    for (const [category, items] of lots)
      this.decisions.decide(items, "label", category, { source: "neighbour", bulk: true });
  }

  /** What an undo brought back: seen here, or a way to it. */
  cameBack(ids) {
    if (!ids.length || ids.some((id) => this.nodes.has(id))) return null;
    return ["Show them", () => this.openIds(ids, "Came back")];
  }

  async another() {
    const chosen = await choose(this.node, "Type a class", classOptions(this.categories));
    if (chosen) {
      this.chosen = chosen.category.id;
      this.paintFoot();
    }
  }

  hint() {
    fill(
      this.main,
      el("p", { class: "q" }, "Search by words, draw a line around points of the map, or open a cluster."),
    );
  }
  failed(error) {
    fill(this.main, el("div", { class: "alert bad", role: "alert" }, icon("error", "s"), error.message));
  }

  actions() {
    const category = (n) => this.categories.byKey.get(n);
    return {
      shiftDigit: (n) => {
        if (category(n)) this.fix(category(n).id);
      },
      fix: () => {
        if (this.target() !== null) this.fix(this.target());
      },
      pick: () => this.another(),
      undo: () => this.decisions.undo(),
      move: (dx) => {
        if (!this.slider) return;
        this.slider.value = Number(this.slider.value) + dx * 0.02;
        this.slider.oninput();
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
    this.node.remove();
  }
}

export const mount = mounter(Neighbours, "/ui/neighbours/neighbours.css");
