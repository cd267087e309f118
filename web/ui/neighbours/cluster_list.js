// @ts-check
// Left of the map: clusters that share a suspected error, and near-duplicates.

/** @import { Neighbours } from "./neighbours.js" */
import { asked } from "../shared/page/address.js";
import { el, fill, fixed, icon } from "../shared/dom.js";
import { chip } from "../shared/tiles.js";
import { count, t } from "../shared/page/words.js";

export class ClusterList {
  /** @param {Neighbours} neighbours */
  constructor(neighbours) {
    this.neighbours = neighbours;
    this.node = el("div", { class: "col clusters" });
    this.tab = asked("list") === "duplicates" ? "duplicates" : "clusters";
    this.listing = /** @type {Answers["clusters"]} */ (null);
    this.alike = /** @type {Answers["duplicates"]} */ (null);
    this.looking = false;
  }

  async load() {
    void this.#findAlike();
    this.listing = await this.neighbours.api.get("clusters");
    this.paint();
  }

  /** Near-duplicates come by themselves: in a large workspace the first search takes longer than the rest of the page. */
  async #findAlike() {
    if (this.alike || this.looking) return;
    this.looking = true;
    try {
      this.alike = await this.neighbours.api.get("duplicates");
      if (this.listing) this.paint();
    } catch (error) {
      this.neighbours.failed(error);
    } finally {
      this.looking = false;
    }
  }

  paint() {
    const { clusters } = this.listing;
    const groups = this.alike?.groups ?? [];
    const tab = (/** @type {string} */ name, /** @type {string} */ label) =>
      el(
        "button",
        {
          class: this.tab === name ? "on" : "",
          type: "button",
          onclick: () => {
            this.tab = name;
            this.neighbours.place.set({ list: name === "duplicates" ? name : null });
            this.paint();
          },
        },
        label,
      );
    const cards =
      this.tab === "clusters"
        ? clusters.map((cluster) => this.#card(cluster))
        : groups.slice(0, 50).map((group) => this.#duplicateCard(group));
    const none =
      this.tab === "clusters"
        ? t(
            "No group of look-alikes shares a suspected error. Search by words, or draw a line around points of the map.",
          )
        : this.alike
          ? t("No near-duplicates.")
          : t("Looking for near-duplicates.");
    fill(
      this.node,
      el(
        "div",
        { class: "tabs" },
        tab("clusters", t("Clusters ({total})", { total: this.listing.total ?? clusters.length })),
        tab("duplicates", this.alike ? t("Duplicates ({total})", { total: this.alike.total }) : t("Duplicates")),
      ),
      cards.length ? cards : el("p", { class: "sm q" }, none),
    );
  }

  /** @param {DuplicateGroup} group */
  #duplicateCard(group) {
    const images = group.tiles
      .slice(0, 4)
      .map((tile) => el("img", { src: this.neighbours.api.thumb(tile.id), alt: tile.name, loading: "lazy" }));
    return el(
      "button",
      {
        class: "box card",
        type: "button",
        onclick: () => this.neighbours.queries.openIds(group.items, t("Near-duplicates"), t("one label for the group")),
      },
      el(
        "div",
        { class: "row" },
        el("b", {}, t("Near-duplicates")),
        el("span", { class: "sp" }),
        el("b", { class: "num" }, count(group.items.length)),
        el("span", { class: "sm q" }, t("images")),
      ),
      el("div", { class: "strip" }, images),
    );
  }

  /** @param {Cluster} cluster */
  #card(cluster) {
    const images = cluster.tiles
      .slice(0, 4)
      .map((tile) => el("img", { src: this.neighbours.api.thumb(tile.id), alt: tile.name, loading: "lazy" }));
    const from = this.neighbours.categories.get(cluster.category);
    const to = this.neighbours.categories.get(cluster.proposed);
    const on = this.neighbours.queries.now?.cluster === cluster.id;
    return el(
      "button",
      {
        class: `box card ${on ? "on" : ""}`,
        type: "button",
        onclick: () => this.neighbours.queries.openCluster(cluster),
      },
      el(
        "div",
        { class: "row" },
        el("b", { class: "nm" }, cluster.name || t("{name} that may be {name2}", { name: from.name, name2: to.name })),
        el("span", { class: "sp" }),
        el("b", { class: "num" }, count(cluster.items.length)),
        el("span", { class: "sm q" }, t("images")),
      ),
      el("div", { class: "strip" }, images),
      el("div", { class: "row tightrow" }, chip(from, "m"), icon("arrow_forward", "s"), chip(to)),
      el("div", { class: "sm q" }, t("Mean suspicion {suspicion}", { suspicion: fixed(cluster.suspicion, 2) })),
    );
  }
}
