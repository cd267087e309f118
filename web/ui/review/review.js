// The Review work area: filters, grid, panel. Python mounts it and then leaves it alone; all data comes over the routes.

import { openAccept } from "./bulk_accept.js";
import { Api } from "../server/api.js";
import { openAgreement, openFilters, openViews } from "./boxes.js";
import { Decisions } from "../shared/decisions.js";
import { count, debounce, el, fill, icon, key, many } from "../shared/dom.js";
import { Filters, SIZES } from "./filters.js";
import { Grid } from "./grid.js";
import { Guide } from "./guidelines.js";
import { cheatSheet, listen } from "../shared/keys.js";
import { paintAgreement } from "./stop_meter.js";
import { mounter } from "../shared/mounting.js";
import { savedBadge, sheet, toast, undoButton } from "../shared/notices.js";
import { Panel } from "./panel.js";
import { choose, classOptions } from "../shared/picker.js";
import { queueOf } from "../server/queue.js";
import { Unreachable } from "../server/reachability.js";
import { SelectionBar } from "./selection_bar.js";
import { Sight } from "./seen_tiles.js";
import { common } from "../shared/tags.js";
import { Categories, nameOf } from "../shared/tiles.js";

/** What batch mode decides: a guess that no person has decided on. */
const isOpen = (tile) =>
  !tile.done && !tile.skipped && tile.guess !== null && tile.state !== "person" && tile.state !== "unsure";
const [NARROW_PX, SHOWN_AGAIN] = [900, 200];
const REASONS = ["Shows two classes", "Between two classes", "Cannot be made out", "No class fits"];

class Review {
  constructor(root, data) {
    this.api = new Api(data);
    this.queue = queueOf(this.api);
    this.categories = new Categories([]);
    this.page = { offset: 0, total: 0, counts: {}, number: 1 };
    this.waiting = 0;
    this.filters = new Filters({
      change: () => this.load(0),
      undo: (batch) => this.decisions.undo(batch),
      accept: () => this.bulkAccept(),
      follow: () => this.follow(),
      views: () => openViews(this.node, this.api, this.filters, (error) => this.failed(error)),
      more: () => openFilters(this.node, this.filters, this.categories, this.meta),
    });
    this.guide = new Guide(this.api, {
      changed: () => this.panel.paint(),
      failed: (error) => toast(this.node, error.message),
      open: (category) => this.openGuide(category),
    });
    this.grid = new Grid(this.api, {
      focus: (tile) => {
        this.panel.show(tile, this.categories);
        if (this.grid.batch) this.paintProgress();
      },
      select: () => this.paintSelection(),
      open: (tile) => this.open(tile.id),
    });
    this.panel = new Panel(this.api, this.guide, {
      me: () => this.meta?.actor,
      onPage: (id) => this.grid.tiles[this.grid.indexOf(id)],
      accept: () => this.accept(),
      reject: () => this.reject(),
      unsure: () => this.unsure(),
      open: (id) => this.open(id),
      toggle: (category) => this.toggle(category),
      fix: (tiles, category) => this.fix(tiles, category),
      choose: () => this.pick((id) => this.panel.fix(id)),
    });
    this.build(root);
    this.decisions = new Decisions({
      grid: this.grid,
      queue: this.queue,
      categories: () => this.categories,
      changed: () => this.changed(),
      order: () => this.filters.draw,
      cameBack: (ids, batch) => this.cameBack(ids, batch),
      guide: (category) => this.openGuide(category),
      toast: (text, action) => toast(this.node, text, action),
      conflicted: (item, op) => this.conflicted(item, op),
      acknowledged: () => this.acknowledged(),
    });
    this.refresh = debounce(() => this.loadRecent(), 700);
    this.loadAgreementSoon = debounce(() => this.loadAgreement().catch((error) => this.failed(error)), 1500);
    this.unlisten = listen(this.node, this.actions());
  }

  build(root) {
    this.badge = savedBadge(this.queue);
    this.words = el("div", { class: "sm nm" });
    this.done = el("i");
    this.viewport = el("div", { class: "viewport", tabIndex: 0 }, this.grid.node);
    this.grid.watch(this.viewport);
    this.selbar = new SelectionBar({
      label: (id) => this.label(id),
      pick: () => this.pick((id) => this.label(id)),
      accept: () => this.accept(),
      unsure: () => this.unsure(),
      clear: () => this.grid.clear(),
    });
    this.sight = new Sight(this.viewport, {
      covered: () =>
        this.selbar.node.hidden
          ? 0
          : this.viewport.getBoundingClientRect().bottom - this.selbar.node.getBoundingClientRect().top,
      changed: () => this.grid.batch && this.paintProgress(),
    });
    this.pager = el("div", { class: "row", style: { gap: "5px" } });
    this.conflicts = el("div", { class: "conflicts" });
    const size = el("input", {
      type: "range",
      class: "slide sizes",
      min: 0,
      max: 2,
      step: 1,
      value: [96, 128, 176].indexOf(this.grid.size),
      "aria-label": "Tile size",
    });
    size.oninput = () => {
      this.grid.resize(Number(size.value) - [96, 128, 176].indexOf(this.grid.size));
      this.sizeChanged();
      size.blur();
    };
    this.size = size;
    this.sizeChanged();
    this.batchBox = el("input", { type: "checkbox", "aria-label": "Batch mode" });
    this.batchBox.onchange = () => {
      this.batchMode(this.batchBox.checked);
      this.batchBox.blur();
    };
    this.sizeBox = el(
      "select",
      { class: "field pagesize", "aria-label": "Tiles a page", title: "Tiles a page" },
      [...SIZES].sort((a, b) => a - b).map((n) => el("option", { value: n }, `${n} tiles`)),
    );
    this.sizeBox.onchange = () => {
      this.filters.set({ size: this.sizeBox.value });
      this.sizeBox.blur();
    };
    const toggle = el(
      "label",
      {
        class: "toggle",
        title:
          "Click the wrong ones: they show their runner-up, and a class key gives another. Enter accepts what you have seen and scrolls on",
      },
      this.batchBox,
      "Batch mode",
    );
    this.filtersButton = el(
      "button",
      {
        class: "btn s",
        type: "button",
        hidden: true,
        "aria-expanded": "false",
        onclick: () => this.showFilters(this.filters.node.hidden),
      },
      icon("filter_list", "s"),
      "Filters",
    );
    const top = el(
      "div",
      { class: "row top" },
      this.filtersButton,
      el("div", { class: "progress" }, this.words, el("div", { class: "bar" }, this.done)),
      undoButton(() => this.decisions.undo()),
      this.pager,
      this.sizeBox,
      toggle,
      icon("photo_size_select_large", "s"),
      size,
    );
    const hint = (text, ...caps) => el("span", { class: "h" }, caps.map(key), text);
    const more = el(
      "button",
      { class: "btn link", type: "button", onclick: () => cheatSheet(this.node) },
      key("?"),
      "all keys",
    );
    const hints = el(
      "div",
      { class: "hints" },
      hint("accept", "a"),
      hint("not this", "x"),
      hint("skip", "Space"),
      hint("neighbours", "n"),
      hint("guidelines", "g"),
      hint("extend", "Shift", "→"),
      more,
    );
    this.centre = el("div", { class: "centre" }, top, this.conflicts, this.viewport, this.selbar.node, hints);
    const head = el(
      "div",
      { class: "head" },
      el("h1", {}, "Review"),
      el("span", { class: "q" }, "Confirm or fix what the machine proposed"),
      el("span", { class: "sp" }),
      el("span", { class: "lg m" }, "machine"),
      el("span", { class: "lg h" }, "person"),
      this.badge,
    );
    this.node = el(
      "div",
      { class: "sl review" },
      head,
      el("div", { class: "work" }, this.filters.node, this.centre, this.panel.node),
    );
    this.node.addEventListener("pointerup", (event) => {
      const button = event.composedPath().find((part) => part instanceof HTMLButtonElement);
      if (button && !this.node.querySelector(".veil")) setTimeout(() => button.blur());
    });
    root.append(this.node);
    this.room = new ResizeObserver(([{ contentRect }]) => this.fit(contentRect.width));
    this.room.observe(this.node);
    this.viewport.addEventListener("pointerdown", () => {
      if (this.narrow) this.showFilters(false);
    });
  }

  /** Where there is little room the filters give way to a button, and lie over the grid while they are asked for. */
  fit(width) {
    const narrow = width > 0 && width < NARROW_PX;
    if (narrow === this.narrow) return;
    this.narrow = narrow;
    this.node.classList.toggle("narrow", narrow);
    this.filtersButton.hidden = !narrow;
    this.showFilters(!narrow);
  }

  showFilters(shown) {
    this.filters.node.hidden = !shown;
    this.filtersButton.setAttribute("aria-expanded", shown);
  }

  sizeChanged() {
    const at = [96, 128, 176].indexOf(this.grid.size);
    this.size.value = at;
    this.size.style.setProperty("--at", `${at * 50}%`);
  }

  async start() {
    this.grid.wait();
    const early = this.filters.state.by === "second" ? null : this.fetchTiles(0); // a second opinion has to know whose first ones to leave out
    early?.catch(() => {});
    try {
      this.meta = await this.api.get("meta");
      this.categories = new Categories(this.meta.categories, this.meta.actors);
      this.filters.videos = this.meta.videos;
      this.filters.me = this.meta.me;
      this.filters.paint(this.categories, {});
      await this.load(0, early);
      await Promise.all([this.loadRecent(), this.guide.load(this.categories).then(() => this.panel.paint())]);
    } catch (error) {
      this.failed(error);
    }
  }

  /** A page of the filter; the order `next` is dealt, so that nobody else gets the same, and `fresh` gives the last one back. */
  fetchTiles(offset, fresh = false) {
    this.controller?.abort();
    this.controller = new AbortController();
    const query = { ...this.filters.query, offset, limit: this.filters.size };
    return this.dealt
      ? this.api.post("next", { fresh }, this.controller.signal, query)
      : this.api.get("tiles", query, this.controller.signal);
  }

  get dealt() {
    return this.filters.state.order === "next" && !this.filters.blind;
  }

  async loadAgreement() {
    this.agreement = await this.api.get("agreement");
    paintAgreement(this.filters.agreement, this.agreement, () =>
      openAgreement(this.node, this.agreement, (ids) =>
        this.filters.open({ by: "all", ids: ids.join(","), order: "suspicion" }),
      ),
    );
  }

  openGuide(category = this.grid.tile?.proposed ?? this.grid.tile?.category ?? null) {
    this.guide.open(this.node, this.grid.tile, category);
  }

  /** While another page is on its way, a key is about neither: what was on the screen is gone, what comes was not seen yet. */
  async arriving(work) {
    this.waiting += 1;
    this.viewport.classList.add("busy");
    try {
      await work();
    } finally {
      this.waiting -= 1;
      this.viewport.classList.toggle("busy", this.waiting > 0);
    }
  }

  load(offset, ready = null, number = 1, fresh = false) {
    return this.arriving(() => this.#load(offset, ready, number, fresh));
  }

  async #load(offset, ready, number, fresh) {
    this.sizeBox.value = this.filters.size;
    this.filters.paint(this.categories, this.page.counts);
    try {
      const page = await (ready ?? this.fetchTiles(offset, fresh));
      this.page = {
        offset,
        total: page.total,
        counts: page.counts,
        number,
        reviewed: page.reviewed,
        items: page.items,
      };
      this.grid.selected.clear();
      const blind = { unsure: "look", second: "opinion" }[this.filters.state.by];
      for (const tile of page.tiles)
        Object.assign(
          tile,
          { done: false },
          blind ? { blind, category: null, proposed: null, source: null, state: "none" } : null,
        );
      this.viewport.scrollTop = 0;
      this.filters.paint(this.categories, page.counts);
      if (page.tiles.length) this.display(page.tiles);
      else this.empty();
      if (this.grid.batch && page.tiles.length) this.batchMode(true);
      this.paintSelection();
      this.changed();
      this.loadAgreementSoon();
      this.node.dataset.ready = "1";
      if (this.returned) {
        this.grid.flash(this.returned);
        this.returned = null;
      }
    } catch (error) {
      if (error.name !== "AbortError") this.failed(error);
    }
  }

  /** Tiles of one guess together, so that the wrong one jumps out; within it those of one label together. */
  batchMode(on) {
    this.grid.batch = on;
    this.batchBox.checked = on;
    this.grid.guess = (tile) => tile.guess;
    this.grid.selected.clear();
    const tiles = on
      ? [...this.grid.tiles].sort((a, b) => (a.guess ?? 0) - (b.guess ?? 0) || (a.category ?? 0) - (b.category ?? 0))
      : this.grid.tiles;
    if (tiles.length) this.display(tiles);
    this.paintSelection();
    this.paintProgress();
  }

  display(tiles) {
    this.grid.show(tiles, this.categories);
    this.sight.watch(this.grid.nodes);
  }

  /** What batch mode would accept: open, and seen. */
  get inSight() {
    return this.grid.tiles.filter((tile, at) => isOpen(tile) && this.sight.seen.has(this.grid.nodes[at]));
  }

  /**
   * Of what was seen accept what was not clicked, give what was its runner-up ("not this" where there is none), and go on to what
   * was not seen yet; nothing is accepted before somebody saw it.
   */
  async submitBatch() {
    const lots = new Map();
    const seen = this.inSight;
    if (this.waiting) return;
    if (!seen.length) {
      this.grid.focus(this.grid.tiles.findIndex(isOpen), "start");
      return;
    }
    for (const tile of seen) {
      const kind = !this.grid.selected.has(tile.id)
        ? `label ${tile.guess}`
        : tile.next
          ? `label ${tile.next}`
          : `reject ${tile.guess}`;
      lots.set(kind, [...(lots.get(kind) ?? []), [tile.id, tile.version]]);
    }
    this.decisions.decideAll(
      [...lots].map(([kind, items]) => ({ items, kind: kind.split(" ")[0], category: Number(kind.split(" ")[1]) })),
    );
    for (const tile of seen) this.grid.selected.delete(tile.id);
    const next = this.grid.tiles.findIndex(isOpen);
    if (next < 0) {
      await this.turn(1);
      return;
    }
    this.grid.focus(next, "start");
    this.paintSelection();
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
    const moved = step > 0 ? this.filters.size - this.gone() : -this.filters.size;
    const offset = Math.max(0, this.page.offset + moved);
    if (step < 0 && this.page.offset === 0) return;
    if (step > 0 && offset >= this.page.total - this.gone() && this.gone() === 0) return;
    await this.drained();
    await this.load(offset >= this.page.total ? 0 : offset, null, Math.max(1, this.page.number + step));
  }

  gone() {
    return ["open", "machine", "unsure"].includes(this.filters.state.by) || this.filters.state.order === "disagreement"
      ? this.grid.tiles.filter((tile) => tile.done).length
      : 0;
  }

  /** Wait, at most two seconds, until the server has what was decided. */
  async drained() {
    for (let wait = 0; wait < 40 && this.queue.entries.length; wait += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
  }

  async loadRecent() {
    try {
      this.recent = await this.api.get("recent");
      this.filters.paintDecisions(this.recent, this.categories);
      if (this.recent.counts) this.filters.paint(this.categories, this.page.counts);
      this.paintProgress();
    } catch (error) {
      if (!(error instanceof Unreachable)) this.failed(error);
    }
  }

  changed() {
    this.paintProgress();
    this.panel.paint();
  }
  acknowledged() {
    this.refresh();
  }

  paintProgress() {
    const n = this.grid.tiles.length;
    const done = this.grid.tiles.filter((tile) => tile.done).length;
    const rate = this.decisions?.perMinute ?? this.recent?.per_minute;
    const left = n - done;
    const minutes =
      rate && left ? `, about ${Math.max(1, Math.round(left / rate))} ${left / rate < 1.5 ? "minute" : "minutes"}` : "";
    fill(
      this.words,
      el("b", {}, `Page ${this.page.number}`),
      el(
        "span",
        { class: "num" },
        this.grid.batch
          ? `  ${this.batchWords()}`
          : n
            ? `  ${done} of ${n} done · ${left} left${minutes} · ${count(this.page.total)} match`
            : "",
      ),
    );
    this.done.style.width = n ? `${(100 * done) / n}%` : "0";
    const nextCls = n && left === 0 ? "btn s p" : "btn s";
    fill(
      this.pager,
      el(
        "button",
        {
          class: "btn s",
          type: "button",
          title: "Previous page",
          disabled: this.page.offset === 0,
          onclick: () => this.turn(-1),
        },
        icon("chevron_left", "s"),
      ),
      el(
        "button",
        {
          class: nextCls,
          type: "button",
          title: "Next page",
          disabled: !this.dealt && this.page.offset + this.filters.size >= this.page.total && this.gone() === 0,
          onclick: () => this.turn(1),
        },
        "Next",
        icon("chevron_right", "s"),
      ),
    );
  }

  /** What Enter would do in batch mode. */
  batchWords() {
    const seen = this.inSight;
    const rest = this.grid.tiles.filter(isOpen).length - seen.length;
    const wrong = seen.filter((tile) => this.grid.selected.has(tile.id)).length;
    const more = rest ? ` · ${count(rest)} not seen yet` : "";
    if (!seen.length) return rest ? `${count(rest)} not seen yet: scroll to them` : "all decided, Enter turns the page";
    return (
      (wrong
        ? `Enter: ${count(wrong)} to ${wrong === 1 ? "its" : "their"} runner-up, ${count(seen.length - wrong)} as guessed`
        : `click the wrong ones, Enter accepts the other ${count(seen.length)} you see`) + more
    );
  }

  paintSelection() {
    const n = this.grid.selected.size;
    if (this.grid.batch) this.paintProgress();
    const chosen = this.grid.tiles.filter((tile) => this.grid.selected.has(tile.id));
    this.selbar.paint(n, chosen, this.categories, this.grid.batch);
    this.viewport.classList.toggle("under", n > 0);
  }

  /** What a decision is about: the selection, else the focused tile. */
  subjects() {
    return this.waiting
      ? []
      : this.grid.selected.size
        ? [...this.grid.selected]
        : this.grid.tile
          ? [[this.grid.tile.id, this.grid.tile.version]]
          : [];
  }

  /** A label that stands beside others goes on from yes to no to unknown; the focus stays for the next key. */
  toggle(category) {
    const { facet } = this.categories.get(category);
    const wanted = this.subjects().filter(([id]) => !this.grid.tiles[this.grid.indexOf(id)]?.practice);
    const tiles = wanted.map(([id]) => this.grid.tiles[this.grid.indexOf(id)]);
    const kind = common(tiles.filter(Boolean), category);
    this.decisions.decide(
      wanted.map(([id], at) => [id, tiles[at]?.versions?.[facet] ?? null]),
      kind,
      category,
    );
  }

  label(category) {
    if (this.categories.get(category).open) {
      this.toggle(category);
      return;
    }
    const items = this.subjects();
    this.decisions.decide(items, "label", category, { bulk: this.everything === true });
    this.advance(items);
  }

  /** After a decision the focus moves to the next undecided tile. */
  advance(items) {
    this.everything = false;
    if (this.grid.selected.size) this.grid.clear();
    if (items.length === 0) return;
    const next = this.grid.nextOpen(this.grid.at);
    this.grid.focus(next >= 0 ? next : Math.min(this.grid.at + 1, this.grid.tiles.length - 1));
  }

  accept() {
    const lots = new Map();
    for (const [id, version] of this.subjects()) {
      const tile = this.grid.tiles[this.grid.indexOf(id)];
      const category = tile ? (tile.proposed ?? tile.category) : null;
      if (category !== null && category !== undefined)
        lots.set(category, [...(lots.get(category) ?? []), [id, version]]);
    }
    this.decisions.decideAll([...lots].map(([category, items]) => ({ items, kind: "label", category })));
    this.advance([...lots.values()].flat());
  }

  /** "Not this" rejects what stands on the tile; the server's answer brings the next likely class, so the focus stays. */
  reject() {
    const lots = new Map();
    for (const [id, version] of this.subjects()) {
      const tile = this.grid.tiles[this.grid.indexOf(id)];
      const category = tile ? (this.grid.batch ? tile.guess : (tile.category ?? tile.proposed)) : null; // what is shown of it
      if (category !== null) lots.set(category, [...(lots.get(category) ?? []), [id, version]]);
    }
    this.decisions.decideAll([...lots].map(([category, items]) => ({ items, kind: "reject", category })));
    if (this.grid.batch) this.grid.clear(); // each comes back with its next likely class, no longer marked as wrong
  }

  async unsure() {
    const items = this.subjects();
    if (!items.length) return;
    const chosen = await choose(
      this.node,
      "Why unsure? Enter for no reason",
      [{ label: "No reason given" }, ...REASONS.map((label) => ({ label }))],
      { free: true },
    );
    if (!chosen) return;
    this.decisions.decide(items, "unsure", null, { reason: chosen.label === "No reason given" ? null : chosen.label });
    this.advance(items);
  }

  async pick(run) {
    const chosen = await choose(this.node, "Type a class", classOptions(this.categories));
    if (chosen) run(chosen.category.id);
  }

  toggleBatch() {
    this.batchBox.checked = !this.batchBox.checked;
    this.batchMode(this.batchBox.checked);
  }

  /** One decision, so that one undo takes it back. */
  fix(tiles, category) {
    this.decisions.decide(
      tiles.map((tile) => [tile.id, tile.version]),
      "label",
      category,
      { source: "neighbour", bulk: true },
    );
    this.grid.paintAll();
  }

  async bulkAccept() {
    await this.drained();
    openAccept(this.node, this.api, this.categories, this.meta.classes, {
      accepted: async (done, category) => {
        const bound = done.left
          ? ` ${many(done.left, "other image")} stay as they were: too many errors.`
          : done.error_bound > 0
            ? ` At most ${(100 * done.error_bound).toFixed(1)} % of those not looked at are wrong.`
            : "";
        if (done.batch) this.decisions.history.push(done.batch);
        toast(
          this.node,
          `${many(done.accepted, "image")} to ${category.name}.${bound}`,
          done.batch ? ["Undo", () => this.decisions.undo(done.batch)] : null,
          12000,
        );
        await this.load(0);
        this.loadRecent();
      },
    });
  }

  /** The machine's labels follow their neighbours: one action in place of many clusters. */
  async follow() {
    await this.drained();
    try {
      const done = await this.api.post("follow", {});
      this.decisions.history.push(done.batch);
      toast(
        this.node,
        done.changed
          ? `${many(done.changed, "machine label")} now follow their neighbours.`
          : "All machine labels agree with their neighbours.",
        done.batch ? ["Undo", () => this.decisions.undo(done.batch)] : null,
        12000,
      );
      await this.load(0);
      this.loadRecent();
    } catch (error) {
      this.failed(error);
    }
  }

  async selectAll() {
    if (this.grid.batch) {
      this.grid.selected = new Map(this.inSight.map((tile) => [tile.id, tile.version]));
      this.grid.paintAll();
      this.paintSelection();
      return;
    }
    const { items } = await this.api.get("ids", this.filters.query);
    this.grid.selected = new Map(items);
    this.everything = true;
    this.grid.paintAll();
    this.paintSelection();
  }

  open(id) {
    const at = this.grid.indexOf(id);
    if (at >= 0 && at !== this.grid.at) {
      this.grid.focus(at);
      return;
    }
    const close = sheet(
      this.node,
      this.panel.tile?.name ?? "Image",
      el("img", {
        src:
          this.panel.item?.id === id && this.panel.item.original !== "intact" ? this.api.thumb(id) : this.api.image(id),
        alt: "",
        style: { "max-width": "100%", "margin-top": "14px", "border-radius": "7px" },
      }),
    );
    return close;
  }

  conflicted(item, op) {
    const tile = this.grid.tiles[this.grid.indexOf(item.id)];
    const done = () => {
      row.remove();
      if (tile) {
        tile.conflict = null;
        this.grid.paint(this.grid.indexOf(item.id));
      }
    };
    const mine =
      op.kind === "label"
        ? this.categories.get(op.category)
        : {
            name: { reject: "not this", unsure: "unsure", clear: "no label" }[op.kind],
            icon: "help",
            color: "#697184",
          };
    const theirs = this.categories.get(item.category);
    const keep = el(
      "button",
      {
        class: "btn s",
        type: "button",
        onclick: () => {
          done();
          this.decisions.decide([[item.id, item.version]], op.kind, op.category, { reason: op.reason });
        },
      },
      "Keep mine",
    );
    const take = el("button", { class: "btn s", type: "button", onclick: done }, "Take theirs");
    const row = el(
      "div",
      { class: "alert warn conflict" },
      icon("warning", "s"),
      el("b", {}, item.actor || "The machine"),
      "labelled this first:",
      nameOf(theirs),
      el("span", {}, `· ${this.meta.actor}:`),
      nameOf(mine),
      el("span", { class: "nm", style: { "max-width": "140px" } }, tile?.name ?? ""),
      el("span", { class: "sp" }),
      keep,
      take,
    );
    this.conflicts.append(row);
  }

  empty() {
    this.grid.tiles = [];
    this.grid.nodes = [];
    this.panel.show(null);
    const nothing = this.page.items === 0;
    const text = nothing ? "No images yet. Add a folder to start." : "Nothing matches this filter.";
    const button = nothing
      ? el("a", { class: "btn p", href: `data?workspace=${this.api.workspace}` }, "Add folder")
      : el("button", { class: "btn p", type: "button", onclick: () => this.filters.clear() }, "Clear filters");
    fill(
      this.grid.node,
      el("div", { class: "empty", style: { "grid-column": "1 / -1" } }, el("div", {}, text), button),
    );
  }

  failed(error) {
    const again = el(
      "button",
      {
        class: "btn s",
        type: "button",
        onclick: () => {
          fill(this.conflicts);
          this.start();
        },
      },
      "Try again",
    );
    fill(
      this.conflicts,
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

  actions() {
    const category = (n) => this.categories.byKey.get(n);
    return {
      digit: (n) => {
        if (category(n)) this.label(category(n).id);
      },
      shiftDigit: (n) => {
        const far = category(n + 10);
        if (far) this.label(far.id);
        else if (category(n) && !category(n).open) this.panel.fix(category(n).id);
      },
      pick: () => this.pick((id) => this.label(id)),
      accept: () => this.accept(),
      reject: () => this.reject(),
      unsure: () => this.unsure(),
      skip: () => {
        const tile = this.grid.tile;
        if (tile) {
          tile.skipped = true;
          this.grid.paint(this.grid.at);
          this.advance([tile]);
        }
      },
      undo: () => this.decisions.undo(),
      move: (dx, dy, extend) => this.grid.move(dx, dy, extend),
      selectAll: () => this.selectAll(),
      enter: () =>
        this.grid.batch && this.grid.tiles.some(isOpen)
          ? this.submitBatch()
          : this.grid.tiles.length && this.grid.nextOpen(-1) === -1
            ? this.turn(1)
            : this.grid.tile && this.open(this.grid.tile.id),
      escape: () => {
        this.panel.slider?.blur();
        this.everything = false;
        this.grid.clear();
        this.viewport.focus();
      },
      neighbours: () => {
        this.panel.slider?.focus();
        this.panel.near.scrollIntoView({ block: "nearest" });
      },
      fix: () => this.panel.fix(),
      larger: () => {
        this.grid.resize(1);
        this.sizeChanged();
      },
      smaller: () => {
        this.grid.resize(-1);
        this.sizeChanged();
      },
      nextPage: () => this.turn(1),
      previousPage: () => this.turn(-1),
      help: () => cheatSheet(this.node),
      guidelines: () => this.openGuide(),
      batch: () => this.toggleBatch(),
      views: () => this.filters.on.views(),
      nothing: () => {},
    };
  }

  /** What an undo brought back is gone to: on this page, or as a page of its own over the filter, which stays to be gone back to. */
  cameBack(ids, batch) {
    if (!ids.length) return null;
    if (ids.includes(this.panel.tile?.id)) this.panel.show(this.panel.tile, this.categories);
    const here = ids.map((id) => this.grid.indexOf(id)).filter((at) => at >= 0);
    if (here.length) {
      this.grid.focus(Math.min(...here));
      this.grid.flash(ids);
      return null;
    }
    if (batch.kind === "segments") return null; // of a video: Segments shows it
    this.returned = ids;
    this.filters.only(ids.slice(0, SHOWN_AGAIN));
    return ["Back to the filter", () => this.filters.lift()];
  }

  /** The server is back: what it could not answer is asked again. */
  restored() {
    if (this.conflicts.querySelector(".bad") || this.node.dataset.ready !== "1") {
      this.conflicts.querySelector(".bad")?.remove();
      this.start();
      return;
    }
    if (this.grid.tile) this.panel.show(this.grid.tile, this.categories);
    this.refresh();
    for (const image of this.grid.node.querySelectorAll("img"))
      if (image.complete && !image.naturalWidth) image.src = image.src;
  }

  stop() {
    this.unlisten();
    this.decisions.stop();
    this.badge.stop();
    this.room.disconnect();
    this.sight.stop();
    this.controller?.abort();
    this.node.remove();
  }
}

export const mount = mounter(Review, "/ui/review/review.css");
