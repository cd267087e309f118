// The pages of the filtered list: asked for, shown, turned.

/** @import { Review } from "./review.js" */
import { el, fill } from "../shared/dom.js";

export class Pages {
  /** @param {Review} review */
  constructor(review) {
    this.review = review;
    this.page = { offset: 0, total: 0, counts: {}, number: 1 };
    this.waiting = 0;
    this.returned = null;
  }

  /** A page of the filter; the order `next` is dealt, so that nobody else gets the same, and `fresh` gives the last one back. */
  fetch(offset, fresh = false) {
    this.controller?.abort();
    this.controller = new AbortController();
    const query = { ...this.review.filters.query, offset, limit: this.review.filters.size };
    return this.dealt
      ? this.review.api.post("next", { fresh }, this.controller.signal, query)
      : this.review.api.get("tiles", query, this.controller.signal);
  }

  get dealt() {
    return this.review.filters.state.order === "next" && !this.review.filters.blind;
  }

  /** While another page is on its way, a key is about neither: what was on the screen is gone, what comes was not seen yet. */
  async arriving(work) {
    this.waiting += 1;
    this.review.viewport.classList.add("busy");
    try {
      await work();
    } finally {
      this.waiting -= 1;
      this.review.viewport.classList.toggle("busy", this.waiting > 0);
    }
  }

  load(offset, ready = null, number = 1, fresh = false) {
    return this.arriving(() => this.#load(offset, ready, number, fresh));
  }

  async #load(offset, ready, number, fresh) {
    this.review.toolbar.sizeBox.value = this.review.filters.size;
    this.review.filters.paint(this.review.categories, this.page.counts);
    try {
      const page = await (ready ?? this.fetch(offset, fresh));
      this.page = {
        offset,
        total: page.total,
        counts: page.counts,
        number,
        reviewed: page.reviewed,
        items: page.items,
      };
      this.review.grid.selected.clear();
      const blind = { unsure: "look", second: "opinion" }[this.review.filters.state.by];
      for (const tile of page.tiles) {
        Object.assign(
          tile,
          { done: false },
          blind ? { blind, category: null, proposed: null, source: null, state: "none" } : null,
        );
      }
      this.review.viewport.scrollTop = 0;
      this.review.filters.paint(this.review.categories, page.counts);
      if (page.tiles.length) this.review.display(page.tiles);
      else this.#empty();
      if (this.review.grid.batch && page.tiles.length) this.review.batch.show(true);
      this.review.paintSelection();
      this.review.changed();
      this.review.loadAgreementSoon();
      this.review.node.dataset.ready = "1";
      if (this.returned) {
        this.review.grid.flash(this.returned);
        this.returned = null;
      }
    } catch (error) {
      if (error.name !== "AbortError") this.review.conflicts.failed(error);
    }
  }

  /** Tiles that were decided leave a filtered list, so the next page starts that much earlier. */
  async turn(step) {
    if (!this.waiting) await this.arriving(() => this.#turn(step));
  }

  async #turn(step) {
    if (this.dealt && step > 0) {
      await this.drained();
      await this.load(0, null, this.page.number + 1, true);
      return;
    }
    const moved = step > 0 ? this.review.filters.size - this.gone() : -this.review.filters.size;
    const offset = Math.max(0, this.page.offset + moved);
    if (step < 0 && this.page.offset === 0) return;
    if (step > 0 && offset >= this.page.total - this.gone() && this.gone() === 0) return;
    await this.drained();
    await this.load(offset >= this.page.total ? 0 : offset, null, Math.max(1, this.page.number + step));
  }

  gone() {
    return ["open", "machine", "unsure"].includes(this.review.filters.state.by) ||
      this.review.filters.state.order === "disagreement"
      ? this.review.grid.tiles.filter((tile) => tile.done).length
      : 0;
  }

  /** Wait, at most two seconds, until the server has what was decided. */
  async drained() {
    for (let wait = 0; wait < 40 && this.review.queue.entries.length; wait += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  #empty() {
    this.review.grid.tiles = [];
    this.review.grid.nodes = [];
    this.review.panel.show(null);
    const nothing = this.page.items === 0;
    const text = nothing ? "No images yet. Add a folder to start." : "Nothing matches this filter.";
    const button = nothing
      ? el("a", { class: "btn p", href: `data?workspace=${this.review.api.workspace}` }, "Add folder")
      : el("button", { class: "btn p", type: "button", onclick: () => this.review.filters.clear() }, "Clear filters");
    fill(
      this.review.grid.node,
      el("div", { class: "empty", style: { "grid-column": "1 / -1" } }, el("div", {}, text), button),
    );
  }
}
