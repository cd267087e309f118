// @ts-check
// The pages of the filtered list: asked for, shown, turned.

/** @import { Review } from "./review.js" */
import { fill } from "../shared/dom.js";
import { drained } from "../server/drained.js";
import { toast } from "../shared/notices.js";
import { emptyPage } from "./filters/empty_page.js";
import { ADJUDICATION } from "./filters/filter_options.js";
import { t } from "../shared/page/words.js";

const SHOWN_AGAIN = 200;

export class Pages {
  /** @param {Review} review */
  constructor(review) {
    this.review = review;
    /** @type {{ offset: number, total: number, counts: Record<string, number> | null, noClass?: number, revision?: number, number: number, reviewed?: number, items?: number }} */
    this.page = { offset: 0, total: 0, counts: {}, number: 1 };
    this.waiting = 0;
    this.returned = /** @type {number[] | null} */ (null);
    this.assigned = /** @type {number | null} */ (null); // images left of what is assigned to the person
  }

  /**
   * A page of the filter; the order `next` is dealt, so that nobody else gets the same, and `fresh` gives the last one back.
   * @param {number} offset
   * @param {boolean} [fresh]
   * @returns {Promise<TilePage>}
   */
  fetch(offset, fresh = false) {
    this.controller?.abort();
    this.controller = new AbortController();
    const query = { ...this.review.filters.query, offset, limit: this.review.filters.size };
    return this.dealt
      ? this.review.api.post("next", { fresh }, this.controller.signal, query)
      : this.review.api.get("tiles", query, this.controller.signal);
  }

  /**
   * What was answered since the page was fetched counts too.
   * @param {number} noClass
   */
  count(noClass) {
    this.page.noClass = noClass;
    this.review.filters.paint(this.review.categories, this.page.counts, noClass);
  }

  get dealt() {
    return this.review.filters.state.order === "next" && !this.review.filters.blind;
  }

  /**
   * While another page is on its way, a key is about neither: what was on the screen is gone, what comes was not seen yet.
   * @param {() => Promise<void>} work
   */
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

  /**
   * @param {number} offset
   * @param {Promise<TilePage> | null} [ready]
   * @param {number} [number]
   * @param {boolean} [fresh]
   */
  load(offset, ready = null, number = 1, fresh = false) {
    return this.arriving(() => this.#load(offset, ready, number, fresh));
  }

  /**
   * @param {number} offset
   * @param {Promise<TilePage> | null} ready
   * @param {number} number
   * @param {boolean} fresh
   */
  async #load(offset, ready, number, fresh) {
    this.review.toolbar.sizeBox.value = String(this.review.filters.size);
    this.review.filters.paint(this.review.categories, this.page.counts, this.page.noClass);
    try {
      const page = await (ready ?? this.fetch(offset, fresh));
      if (offset && page.total && !page.tiles.length) {
        await this.#load(0, null, 1, fresh); // the list is shorter than when somebody was here
        return;
      }
      const blind = { unsure: "look", second: "opinion" }[this.review.filters.state.by];
      this.assigned = page.assigned ?? null;
      this.page = {
        offset,
        total: page.total,
        counts: blind ? null : page.counts, // with few images they would tell the hidden label
        noClass: page.no_class,
        revision: page.revision,
        number,
        reviewed: page.reviewed,
        items: page.items,
      };
      this.review.others.clear();
      this.review.place.set({ from: this.dealt ? null : offset || null, item: null });
      this.review.grid.selected.clear();
      for (const tile of page.tiles) {
        Object.assign(
          tile,
          { done: false },
          blind ? { blind, category: null, proposed: null, source: null, state: "none" } : null,
        );
      }
      this.review.viewport.scrollTop = 0;
      this.review.filters.paint(this.review.categories, this.page.counts, page.no_class);
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

  /**
   * Tiles that were decided leave a filtered list, so the next page starts that much earlier.
   * @param {number} step
   */
  async turn(step) {
    if (!this.waiting) await this.arriving(() => this.#turn(step));
  }

  /** @param {number} step */
  async #turn(step) {
    if (this.dealt && step > 0) {
      await drained(this.review.queue);
      await this.load(0, null, this.page.number + 1, true);
      return;
    }
    const moved = step > 0 ? this.review.filters.size - this.gone() : -this.review.filters.size;
    const offset = Math.max(0, this.page.offset + moved);
    if (step < 0 && this.page.offset === 0) return;
    if (step > 0 && offset >= this.page.total - this.gone() && this.gone() === 0) return;
    await drained(this.review.queue);
    await this.load(offset >= this.page.total ? 0 : offset, null, Math.max(1, this.page.number + step));
  }

  gone() {
    return ["open", "machine", "unsure"].includes(this.review.filters.state.by) ||
      ["disagreement", ADJUDICATION].includes(this.review.filters.state.order)
      ? this.review.grid.tiles.filter((tile) => tile.done).length
      : 0;
  }

  #empty() {
    this.review.grid.show([], this.review.categories);
    this.review.panel.show(null, this.review.categories);
    fill(this.review.grid.node, emptyPage(this.review));
  }

  /**
   * The image that the address names is focused; one that has left the list can be shown by itself.
   * @param {number | null} item
   */
  find(item) {
    const at = item === null ? -1 : this.review.grid.indexOf(item);
    if (at >= 0) this.review.grid.focus(at);
    else if (item !== null) {
      const show = () => this.review.filters.only([item]);
      toast(this.review.node, t("The image of this address is no longer in this list."), [t("Show it"), show]);
    }
  }

  /**
   * What an undo brought back is gone to: on this page, or as a page of its own over the filter, which stays to be gone back to.
   * @param {number[]} ids
   * @param {BatchSummary} batch
   * @returns {ToastAction}
   */
  cameBack(ids, batch) {
    if (!ids.length) return null;
    if (ids.includes(this.review.panel.tile?.id)) {
      this.review.panel.show(this.review.panel.tile, this.review.categories);
    }
    const here = ids.map((id) => this.review.grid.indexOf(id)).filter((at) => at >= 0);
    if (here.length) {
      this.review.grid.focus(Math.min(...here));
      this.review.grid.flash(ids);
      return null;
    }
    if (batch.kind === "segments") return null; // of a video: Segments shows it
    this.returned = ids;
    this.review.filters.only(ids.slice(0, SHOWN_AGAIN));
    return [t("Back to the filter"), () => this.review.filters.lift()];
  }
}
