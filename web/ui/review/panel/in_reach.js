// @ts-check
// The focused image's neighbours: those within reach, and one fix for them.

/** @import { Panel } from "./panel.js" */
import { el, fill, fixed, key } from "../../shared/dom.js";
import { listbox, settle } from "../../shared/page/listbox.js";
import { answered, build, byPerson, paint } from "../../shared/tiles.js";
import { many, t } from "../../shared/page/words.js";

const REACH = 0.85; // the least similarity of an image in reach
const LEAST = 0.4; // where the slider ends
const SHOWN = 12;
const KEPT = "sceneloop.similarity";

export class InReach {
  /** @param {Panel} panel */
  constructor(panel) {
    this.panel = panel;
    this.node = el("div", { class: "col tight near" });
    this.reach = Number(localStorage.getItem(KEPT)) || REACH;
  }

  get inside() {
    return this.panel.near && this.panel.nearOf === this.panel.tile?.id
      ? this.panel.near.tiles.filter((tile) => this.#within(tile)).map((tile) => this.#asDecided(tile))
      : [];
  }

  /** @param {Tile} tile */
  #within(tile) {
    return tile.similarity >= this.reach - 1e-9;
  }

  /**
   * A neighbour as it stands on the page: what was decided a moment ago may not have reached the server's answer.
   * @param {Tile} tile
   * @returns {Tile}
   */
  #asDecided(tile) {
    const mine = this.panel.on.onPage(tile.id);
    return mine && byPerson(mine) && !byPerson(tile)
      ? { ...tile, category: mine.category, source: mine.source, state: mine.state, actor: mine.actor }
      : tile;
  }

  /**
   * What a fix would change: in reach, another class, not made by a person; the image itself when it is open.
   * @param {number} category
   * @returns {Tile[]}
   */
  fixable(category) {
    const others = this.inside.filter((tile) => !byPerson(tile) && !answered(tile) && tile.category !== category);
    const self = !byPerson(this.panel.tile) && this.panel.tile.category !== category ? [this.panel.tile] : [];
    return [...self, ...others];
  }

  #target() {
    return this.panel.tile.state === "person"
      ? this.panel.tile.category
      : (this.panel.near?.suggest ?? this.panel.tile.proposed ?? this.panel.tile.category);
  }

  paint() {
    const near = this.panel.nearOf === this.panel.tile.id ? this.panel.near : null;
    if (!near) {
      fill(
        this.node,
        this.#title(t("Neighbours"), ""),
        el("div", { class: "sm qq" }, t("Looking for the nearest images")),
      );
      return;
    }
    const slider = el("input", {
      type: "range",
      class: "slide",
      min: 0,
      max: 1 - LEAST,
      step: 0.01,
      value: 1 - this.reach,
      "aria-label": t("Reach"),
      title: t("Images at least this similar (cosine, the number below each) are in reach"),
    });
    slider.oninput = () => {
      this.reach = Math.round(100 * (1 - Number(slider.value))) / 100;
      localStorage.setItem(KEPT, String(this.reach));
      this.#reachChanged(slider, near);
    };
    this.slider = slider;
    this.value = el("span", { class: "num sm" });
    this.howMany = el("span", { class: "sm q num" });
    this.strip = listbox(el("div", { class: "near-grid" }), t("Neighbours"));
    this.foot = el("div", { class: "col tight" });
    fill(
      this.node,
      el("div", { class: "row" }, el("h2", {}, t("Neighbours")), el("span", { class: "sp" }), this.howMany),
      el("div", { class: "row reach sm" }, el("span", { class: "what" }, t("Reach")), slider, this.value),
      this.strip,
      this.foot,
    );
    this.#reachChanged(slider, near);
  }

  /**
   * @param {string} text
   * @param {string} more
   */
  #title(text, more) {
    return el(
      "div",
      { class: "row" },
      el("h2", {}, text),
      el("span", { class: "sp" }),
      el("span", { class: "sm q" }, more),
    );
  }

  /**
   * @param {HTMLInputElement} slider
   * @param {Near} near
   */
  #reachChanged(slider, near) {
    const inside = this.inside;
    slider.style.setProperty("--at", `${((1 - this.reach) / (1 - LEAST)) * 100}%`);
    slider.setAttribute("aria-valuetext", t("similarity of at least {reach}", { reach: fixed(this.reach, 2) }));
    this.value.textContent = `≥ ${fixed(this.reach, 2)}`;
    const n = inside.length;
    this.howMany.textContent = n === near.tiles.length ? t("at least {n} in reach", { n }) : t("{n} in reach", { n });
    const within = Math.min(inside.length, SHOWN - 2);
    const shown = [...inside.slice(0, within), ...near.tiles.slice(inside.length, inside.length + SHOWN - within)];
    fill(
      this.strip,
      shown.map((tile) => {
        const node = build(tile, this.panel.api);
        paint(node, { ...tile, proposed: null }, this.panel.categories, {
          value: tile.similarity,
          name: false,
          dim: !this.#within(tile),
        });
        node.onclick = () => this.panel.on.open(tile.id);
        return node;
      }),
    );
    settle(this.strip);
    this.#paintFoot(inside);
  }

  /** @param {Tile[]} inside */
  #paintFoot(inside) {
    const target = this.#target();
    if (target === null || target === undefined) {
      fill(this.foot, el("div", { class: "sm q" }, t("Give this image a class to fix its neighbours with it.")));
      return;
    }
    const category = this.panel.categories.get(target);
    const lot = this.fixable(target);
    const people = inside.filter((tile) => byPerson(tile)).length;
    const cap = this.panel.categories.keyOf(target);
    const button = el(
      "button",
      { class: "btn p wide", type: "button", disabled: lot.length === 0, onclick: () => this.fix(target) },
      el(
        "span",
        { class: "nm" },
        lot.length
          ? t("Fix {n} to {name}", { n: lot.length, name: category.name })
          : t("All in reach are {name}", { name: category.name }),
      ),
      lot.length === 0
        ? null
        : cap !== null && this.panel.categories.list.length <= 10
          ? [key("Shift"), key(String(cap % 10))]
          : key("f"),
    );
    const skips = people
      ? t("Skips {labels} made by people.", { labels: many(people, "label") })
      : t("No label made by a person is in reach.");
    fill(
      this.foot,
      button,
      el(
        "div",
        { class: "row sm q" },
        skips,
        el("span", { class: "sp" }),
        el("button", { class: "btn link", type: "button", onclick: () => this.panel.on.choose() }, t("Another class")),
      ),
    );
  }

  /** @param {number} [category] */
  fix(category = this.#target()) {
    if (category === null || category === undefined) return;
    const lot = this.fixable(category);
    if (!lot.length) return;
    this.panel.on.fix(lot, category);
    for (const tile of lot) {
      if (tile !== this.panel.tile) Object.assign(tile, { category, source: "neighbour", state: "person" });
    }
    this.panel.paint();
  }
}
