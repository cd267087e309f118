// @ts-check
// Above the grid: decisions that somebody else was faster with, and what could not be loaded.

/** @import { Decisions } from "./decisions.js" */
import { el, fill, icon } from "../dom.js";
import { nameOf } from "../tiles.js";
import { t } from "../page/words.js";

/** @type {Record<string, string>} */
const WORDS = { reject: t("not this"), unsure: "unsure", none: t("none of these"), clear: t("no label") };

/** @typedef {{ grid: TileGrid, categories: Categories, decisions: Decisions, meta: { actor: string }, start(): void }} Deciding a page on which people decide */

export class Conflicts {
  /** @param {Deciding} view */
  constructor(view) {
    this.view = view;
    this.node = el("div", { class: "conflicts" });
  }

  /**
   * @param {AckItem} item
   * @param {Operation} op
   */
  add(item, op) {
    const tile = this.view.grid.tiles[this.view.grid.indexOf(item.id)];
    const done = () => {
      row.remove();
      if (tile) {
        tile.conflict = null;
        this.view.grid.paint(this.view.grid.indexOf(item.id));
      }
    };
    /** @type {Drawn} */
    const mine =
      op.kind === "label"
        ? this.view.categories.get(op.category)
        : {
            name: WORDS[op.kind],
            icon: "help",
            color: "#7C8496",
          };
    const theirs = this.view.categories.of(item);
    const keep = el(
      "button",
      {
        class: "btn s",
        type: "button",
        onclick: () => {
          done();
          this.view.decisions.decide([[item.id, item.version]], /** @type {Kind} */ (op.kind), op.category, {
            reason: op.reason,
          });
        },
      },
      t("Keep mine"),
    );
    const take = el("button", { class: "btn s", type: "button", onclick: done }, t("Take theirs"));
    const row = el(
      "div",
      { class: "alert warn conflict" },
      icon("warning", "s"),
      el("b", {}, item.actor || t("The machine")),
      t("labelled this first:"),
      nameOf(theirs),
      el("span", {}, `· ${this.view.meta.actor}:`),
      nameOf(mine),
      el("span", { class: "nm", style: { "max-width": "140px" } }, tile?.name ?? ""),
      el("span", { class: "sp" }),
      keep,
      take,
    );
    this.node.append(row);
  }

  /** @param {Error} error */
  failed(error) {
    const again = el(
      "button",
      {
        class: "btn s",
        type: "button",
        onclick: () => {
          fill(this.node);
          this.view.start();
        },
      },
      t("Try again"),
    );
    fill(
      this.node,
      el(
        "div",
        { class: "alert bad", role: "alert" },
        icon("error", "s"),
        error.message,
        el("span", { class: "sp" }),
        again,
      ),
    );
  }
}
