// @ts-check
// The pages of the filtered list of videos: asked for, shown, turned.

/** @import { Videos } from "./videos.js" */
import { drained } from "../server/drained.js";
import { el, fill } from "../shared/dom.js";
import { t } from "../shared/page/words.js";

const SIZE = 60; // videos a page
const BATCH = 12; // dealt at once: a video takes longer to look at than an image, and others wait for it

export class VideoPages {
  /** @param {Videos} view */
  constructor(view) {
    this.view = view;
    this.waiting = 0;
    this.page = { offset: 0, total: 0, answered: 0, videos: 0 };
  }

  /** Whether the videos are dealt, so that nobody else gets the same. */
  get dealt() {
    return this.view.filters.dealt;
  }

  /**
   * A page of the filter. A dealt one has no place in a list; `fresh` gives the last one back.
   * @param {number} offset
   * @param {boolean} [fresh]
   */
  async load(offset, fresh = false) {
    this.loading?.abort();
    this.loading = new AbortController();
    this.waiting += 1;
    this.view.viewport.classList.add("busy");
    try {
      const query = { ...this.view.filters.query, offset, limit: this.dealt ? BATCH : SIZE };
      const page = await (this.dealt
        ? this.view.api.post("videos/next", { fresh }, this.loading.signal, query)
        : this.view.api.get("videos/tiles", query, this.loading.signal));
      this.page = { offset, total: page.total, answered: page.answered, videos: page.videos };
      this.view.filters.paint(this.view.meta, this.view.categories, page.counts);
      this.view.place.set({ from: offset || null });
      this.view.grid.selected.clear();
      this.view.viewport.scrollTop = 0;
      this.view.grid.show(page.tiles, this.view.categories);
      if (!page.tiles.length) this.empty();
      this.view.paintSelection();
      this.view.changed();
      this.view.node.dataset.ready = "1";
    } catch (error) {
      if (error.name !== "AbortError") this.view.failed(error);
    } finally {
      this.waiting -= 1;
      this.view.viewport.classList.toggle("busy", this.waiting > 0);
    }
  }

  empty() {
    this.view.panel.show(null, this.view.categories, this.view.filters.state.facet);
    fill(
      this.view.grid.node,
      el(
        "div",
        { class: "empty", style: { "grid-column": "1 / -1" } },
        el(
          "div",
          {},
          this.dealt && this.page.total
            ? t("Others have these videos in their batches. Come back later, or choose another order.")
            : t("No video matches this filter."),
        ),
        el(
          "button",
          { class: "btn p", type: "button", onclick: () => this.view.filters.clear() },
          t("Show all videos"),
        ),
      ),
    );
  }

  /** @param {number} step */
  async turn(step) {
    if (this.dealt) {
      if (step > 0 && !this.waiting) await this.#another();
      return;
    }
    const offset = this.page.offset + step * SIZE;
    if (offset >= 0 && offset < this.page.total && !this.waiting) this.load(offset);
  }

  /** Another batch, when the server has what was decided of this one. */
  async #another() {
    this.waiting += 1;
    try {
      await drained(this.view.queue);
    } finally {
      this.waiting -= 1;
    }
    await this.load(0, true);
  }

  /**
   * A video by itself: on this page, else over the filter.
   * @param {number} id
   */
  open(id) {
    const at = this.view.grid.indexOf(id);
    if (at >= 0) this.view.grid.focus(at);
    else {
      this.view.place.set({ item: id });
      this.view.filters.state.by = "all";
      this.view.api.get("videos/tiles", { facet: this.view.filters.state.facet, ids: String(id) }).then(
        ({ tiles }) => {
          this.view.grid.show([...tiles, ...this.view.grid.tiles], this.view.categories);
          this.view.grid.focus(0);
        },
        (error) => this.view.failed(error),
      );
    }
  }

  stop() {
    this.loading?.abort();
  }
}
