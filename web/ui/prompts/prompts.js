// The Prompts work area: edit a draft and see at once which images it moves; publish it as a version; change the tree.

import { Api, uuid } from "../server/api.js";
import { count, debounce, el, fill, icon, many } from "../shared/dom.js";
import { effectTable, metricsOf, movesOf, tagTable } from "./effect.js";
import { Lane } from "./none_of_these.js";
import { mounter } from "../shared/mounting.js";
import { toast } from "../shared/notices.js";
import { Overtaken } from "./conflict.js";
import { Lines } from "./prompt_lines.js";
import { Taxonomy } from "./taxonomy.js";
import { build, Categories, colours, nameOf, paint } from "../shared/tiles.js";
import { Versions } from "./versions.js";

const MOST_LISTED = 5;

class Prompts {
  constructor(root, data) {
    this.api = new Api(data);
    this.badge = el("span", { class: "badge ok" });
    const button = (symbol, text, run) =>
      el("button", { class: "btn", type: "button", onclick: run }, icon(symbol), text);
    const head = el(
      "div",
      { class: "head" },
      el("h1", {}, "Prompts"),
      el("span", { class: "q" }, "See what an edit moves before anybody else does"),
      el("span", { class: "sp" }),
      button("tune", "Options", () => this.lane.options()),
      button("history", "Versions", () => this.versions.show()),
      this.badge,
    );
    this.tree = el("div", { class: "col tree" });
    this.mid = el("div", { class: "col mid" });
    this.right = el("div", { class: "col right" });
    this.notice = el("div", { class: "alert warn", role: "alert", hidden: true });
    this.node = el(
      "div",
      { class: "sl prompts" },
      head,
      this.notice,
      el("div", { class: "row t work" }, this.tree, this.mid, this.right),
    );
    root.append(this.node);
    this.later = debounce(() => this.measure(), 150);
    this.taxonomy = new Taxonomy(this.api, {
      host: () => this.node,
      categories: () => this.categories,
      reload: () => this.reload(),
    });
    this.lines = new Lines(this);
    this.lane = new Lane(this);
    this.versions = new Versions(this);
    this.overtaken = new Overtaken(this);
    Object.assign(this, { tab: uuid(), seq: 0, kept: null, stuck: false });
    this.words = this.#fromWords();
  }

  async start() {
    try {
      await this.load();
      this.paint();
      if (this.rows.length) await this.measure();
      this.node.dataset.ready = "1";
      await this.judge();
    } catch (error) {
      this.failed(error);
    }
  }

  async load() {
    const [meta, answer] = await Promise.all([this.api.get("meta"), this.api.get("prompts")]);
    this.meta = meta;
    this.read(answer);
    const { draft } = answer;
    if (draft && draft.base && draft.base < this.version)
      await this.overtaken.rebase({ version: draft.base }, draft, answer);
  }

  /** After a change of the tree: read everything again, keep the place. */
  async reload() {
    const keep = this.focus?.id;
    await this.load();
    this.focus = this.rows.find((row) => row.id === keep) ?? this.rows[0] ?? null;
    this.effect = null;
    this.card = null;
    this.paint();
    if (this.rows.length) await this.measure();
    await this.judge();
  }

  read(answer) {
    this.version = answer.version ?? 0;
    this.history = answer.versions;
    this.facets = answer.facets ?? [];
    this.categories = new Categories(this.meta.categories);
    this.take(answer);
    this.published = this.#text();
    this.original = {
      version: this.version,
      categories: this.lean(),
      templates: this.templates,
      background: this.background,
      options: this.options,
    };
    this.kept = answer.draft?.at ?? null;
    if (answer.draft) this.take({ ...answer, ...answer.draft });
  }

  /** Make a set of prompts the draft; the category that is looked at stays the same. */
  take({ categories, templates, background, options }) {
    this.rows = categories.map((row) => ({ ...row, prompts: row.prompts.map((prompt) => ({ ...prompt })) }));
    this.templates = [...(templates ?? [])];
    this.background = [...(background ?? [])];
    this.options = { ...options };
    this.focus = this.rows.find((row) => row.id === this.focus?.id) ?? this.rows[0] ?? null;
    this.#tellReplaced();
  }

  /** Prompts that were stored with what no text can hold show U+FFFD in its place: which ones, so that they can be written again. */
  #tellReplaced() {
    const lost = (texts) => texts.some((text) => text.includes("\uFFFD"));
    const names = this.rows.filter((row) => lost(row.prompts.map((prompt) => prompt.text))).map((row) => row.name);
    if (lost(this.templates)) names.push("the templates");
    if (lost(this.background)) names.push("the background");
    this.notice.hidden = names.length === 0;
    const shown =
      names.length > MOST_LISTED
        ? `${names.slice(0, MOST_LISTED).join(", ")} and ${names.length - MOST_LISTED} more`
        : names.join(", ");
    fill(
      this.notice,
      icon("warning", "s"),
      el(
        "span",
        {},
        `Prompts of ${shown} hold characters that could not be read; \uFFFD stands in their place. Write them again, then publish.`,
      ),
    );
  }

  lean() {
    return this.rows.map(({ id, prompts }) => ({
      id,
      prompts: prompts.filter((prompt) => prompt.text.trim()).map(({ text, on }) => ({ text: text.trim(), on })),
    }));
  }

  #text() {
    return JSON.stringify([this.lean(), this.templates, this.background, this.options]);
  }

  get changed() {
    return this.#text() !== this.published;
  }

  /** The draft as the server reads it. */
  get wish() {
    return {
      base: this.version,
      tab: this.tab,
      seq: this.seq,
      seen: this.kept,
      categories: this.lean(),
      templates: this.templates,
      background: this.background,
      options: this.options,
    };
  }

  category(row) {
    return this.categories.get(row.id);
  }
  facetOf(row) {
    return this.facets.find((facet) => facet.id === row?.facet);
  }

  edited() {
    this.paintBadge();
    this.later();
  }

  /** Ask the server what the draft does; an older answer never replaces a newer one. */
  async measure() {
    this.controller?.abort();
    this.controller = new AbortController();
    this.right.classList.add("busy");
    try {
      const start = performance.now();
      const save = !this.stuck && (this.changed || this.kept !== null || this.seq > 0);
      this.seq += save ? 1 : 0;
      this.effect = await this.api.post(
        "draft",
        { ...this.wish, focus: this.focus?.id ?? null, save },
        this.controller.signal,
      );
      if (save) this.kept = this.effect.kept;
      this.took = performance.now() - start;
      this.right.classList.remove("busy");
      this.problem = null;
    } catch (error) {
      if (error.name === "AbortError") return;
      if (error.status === 409) {
        this.stuck = true;
        this.overtaken.twice(error.message);
        return this.measure();
      }
      this.problem = error.message;
    }
    this.paintBadge();
    this.paintTree();
    this.#paintCount();
    this.paintTop();
    this.lines.paintUnknown();
    this.paintRight();
    this.lane.refresh();
  }

  /** The gain of each published prompt on people's labels. */
  async judge() {
    this.card = this.rows.length ? await this.api.get("scorecard") : null;
    const open = this.facets.some((facet) => !facet.exclusive) ? await this.api.get("tags") : { facets: [] };
    this.tags = new Map(
      open.facets.flatMap((facet) => facet.categories.map((row) => [row.category, { ...row, facet }])),
    );
    this.paintTree();
    this.paintJudged();
    this.paintRight();
  }

  paint() {
    this.paintBadge();
    this.paintTree();
    this.paintMid();
    this.paintRight();
  }

  paintBadge() {
    const draft = this.changed;
    this.badge.className = `badge ${draft ? "warn" : "ok"}`;
    fill(
      this.badge,
      icon(draft ? "edit" : "cloud_done", "s"),
      this.stuck
        ? "Draft, not saved"
        : draft
          ? "Draft, not published"
          : this.version
            ? `Version ${this.version} published`
            : "Nothing published yet",
    );
  }

  /** Images that the draft gives a category, those below it included; for an open one those above its threshold. */
  countOf(id) {
    if (this.tags?.has(id)) return this.tags.get(id).over;
    const own = this.effect?.counts.find((row) => row.category === id)?.after;
    const below = this.rows
      .filter((row) => row.parent === id)
      .map((row) => this.countOf(row.id))
      .filter((n) => n !== undefined);
    return own ?? (below.length ? below.reduce((sum, n) => sum + n, 0) : undefined);
  }

  paintTree() {
    const several = this.facets.filter((facet) => this.rows.some((row) => row.facet === facet.id)).length > 1;
    const nodes = this.rows.flatMap((row, at) => {
      const category = this.category(row);
      const n = this.countOf(row.id);
      const first =
        several && this.rows[at - 1]?.facet !== row.facet
          ? [
              el(
                "div",
                { class: "facet sm q" },
                el("b", {}, this.facetOf(row)?.name ?? ""),
                this.facetOf(row)?.exclusive ? ", one label an image" : ", any number",
              ),
            ]
          : [];
      return [
        ...first,
        el(
          "button",
          {
            class: `node ${row === this.focus ? "on" : ""} depth${row.depth ?? 1}`,
            type: "button",
            title: category.path,
            style: colours(category),
            onclick: () => this.show(row),
          },
          row.parent ? el("span", { class: "dot" }) : icon(category.icon),
          el("bdi", { class: "nm grow" }, row.name),
          el("span", { class: "num q sm count" }, n === undefined ? "" : count(n)),
        ),
      ];
    });
    const add = el(
      "button",
      { class: "btn s", type: "button", onclick: () => this.taxonomy.add(null, this.facets) },
      icon("add", "s"),
      "Add",
    );
    const facet = this.facetOf(this.rows[0]);
    fill(
      this.tree,
      el("div", { class: "row" }, el("h2", {}, "Categories"), el("span", { class: "sp" }), add),
      el(
        "div",
        { class: "list" },
        nodes.length ? nodes : el("p", { class: "sm q" }, "No categories yet. Add one to start."),
      ),
      facet && !several
        ? el(
            "div",
            { class: "sm q" },
            "Facet: ",
            el("b", {}, facet.name),
            facet.exclusive ? ", one label an image" : ", any number of labels",
          )
        : null,
      this.rows.length ? [this.lane.box, this.words] : null,
    );
  }

  show(row) {
    this.focus = row;
    this.paintTree();
    this.paintMid();
    this.paintRight();
    this.later();
  }

  /** A phrase or a title, and the categories that it means. */
  #fromWords() {
    const list = el("div", { class: "col two" });
    const field = el("input", {
      class: "field",
      placeholder: "A search phrase or a title",
      "aria-label": "Category from words",
      maxLength: 300,
    });
    const ask = debounce(async () => {
      if (!field.value.trim()) {
        fill(list);
        return;
      }
      try {
        const { categories } = await this.api.get("categorize", { text: field.value });
        fill(
          list,
          categories.slice(0, MOST_LISTED).map(({ id, name, score }) => {
            const row = this.rows.find((other) => other.id === id);
            return el(
              "button",
              { class: "row meant", type: "button", title: name, onclick: () => row && this.show(row) },
              nameOf(this.categories.get(id)),
              el("span", { class: "sp" }),
              el("span", { class: "num sm q" }, score.toFixed(2)),
            );
          }),
        );
      } catch (error) {
        fill(list, el("div", { class: "sm bad" }, error.message));
      }
    }, 200);
    field.oninput = ask;
    return el("div", { class: "box fromwords" }, el("h3", {}, "Category from words"), field, list);
  }

  paintMid() {
    if (!this.focus) {
      fill(
        this.mid,
        el(
          "div",
          { class: "empty" },
          el("div", {}, "Add a category, then describe it in a few prompts."),
          el(
            "button",
            { class: "btn p", type: "button", onclick: () => this.taxonomy.add(null, this.facets) },
            "Add a category",
          ),
        ),
      );
      return;
    }
    const category = this.category(this.focus);
    this.n = el("span", { class: "badge num" });
    this.tagged = el("div", { class: "row sm q" });
    this.top = el("div", { class: "box" });
    this.confused = el("div", { class: "box row confused", hidden: true });
    const parent = category.path.includes("/") ? `${category.path.slice(0, -category.name.length)} ` : "";
    const more = el(
      "button",
      {
        class: "icon more",
        type: "button",
        title: `Change ${category.name}`,
        "aria-label": "Change this category",
        onclick: () => this.taxonomy.menu(anchor, category),
      },
      icon("more_horiz"),
    );
    const anchor = el("div", { class: "anchor" }, more);
    fill(
      this.mid,
      el(
        "div",
        { class: "row titled" },
        el("bdi", { class: "q nm path" }, parent),
        el("h2", { class: "nm", title: category.path }, el("bdi", {}, category.name)),
        this.n,
        category.key && Number(category.key) <= 20
          ? el("span", { class: "k", title: "Its key in Review" }, category.key)
          : null,
        el("span", { class: "sp" }),
        anchor,
      ),
      category.description ? el("p", { class: "sm q" }, category.description) : null,
      this.tagged,
      this.lines.node,
      this.top,
      this.lines.templates,
      this.confused,
    );
    this.lines.paint();
    this.paintTop();
    this.paintJudged();
  }

  /** What measuring finds out about the category, put where it belongs: nothing is built anew under typing hands. */
  paintJudged() {
    if (!this.focus) return;
    this.#paintCount();
    this.#paintTag();
    this.lines.paintScores();
    this.#paintConfused();
  }

  #paintCount() {
    if (!this.n) return;
    const n = this.countOf(this.focus.id);
    this.n.hidden = n === undefined;
    fill(this.n, n === undefined ? null : many(n, "image"));
  }

  /** What stands for a category of an open facet, and letting the prompts propose there. */
  #paintTag() {
    const tag = this.tags?.get(this.focus.id);
    this.tagged.hidden = !tag;
    if (!tag) return;
    const propose = el(
      "button",
      {
        class: "btn s",
        type: "button",
        onclick: async () => {
          propose.disabled = true;
          try {
            const done = await this.api.post("tags", { facet: tag.facet.name });
            toast(
              this.node,
              `${many(done.labelled, "label")} proposed in ${tag.facet.name}.`,
              done.batch
                ? [
                    "Undo",
                    async () => {
                      await this.api.post("undo", { batch: done.batch });
                      this.judge();
                    },
                  ]
                : null,
            );
            await this.judge();
          } catch (error) {
            toast(this.node, error.message);
            propose.disabled = false;
          }
        },
      },
      `Propose in ${tag.facet.name}`,
    );
    const how = tag.facet.fitted_on ? `fitted on ${many(tag.facet.fitted_on, "answer")} of people` : "not fitted yet";
    fill(
      this.tagged,
      `Threshold ${tag.threshold.toFixed(2)}, ${how}. People: ${count(tag.yes)} yes, ${count(tag.no)} no; proposed ${count(tag.proposed)}.`,
      el("span", { class: "sp" }),
      propose,
    );
  }

  paintTop() {
    if (!this.top) return;
    const tiles = (this.effect?.focus === this.focus?.id ? (this.effect?.top ?? []) : []).slice(0, 12);
    fill(
      this.top,
      el(
        "div",
        { class: "row", style: { "margin-bottom": "11px" } },
        el("h2", {}, "Top images of the draft"),
        el("span", { class: "sp" }),
        el("span", { class: "sm q" }, "cosine to the class"),
      ),
      tiles.length
        ? el(
            "div",
            { class: "top" },
            tiles.map((tile) => {
              const node = build(tile, this.api);
              paint(node, { ...tile, proposed: null }, this.categories, { name: false });
              return node;
            }),
          )
        : el(
            "div",
            { class: "sm q" },
            this.meta.items ? "Looking for the nearest images" : "No images to compare with yet.",
          ),
    );
  }

  #paintConfused() {
    const found = this.card?.confused;
    this.confused.hidden = !found;
    if (!found) return;
    const [one, other] = [this.categories.get(found.one), this.categories.get(found.other)];
    const draft = el(
      "button",
      {
        class: "btn s",
        type: "button",
        title: `Write a prompt that only ${one.name} fits`,
        onclick: () => {
          this.focus = this.rows.find((row) => row.id === found.one) ?? this.focus;
          this.paint();
          this.lines.add([""]);
        },
      },
      "Draft a prompt",
    );
    const link = el(
      "a",
      { class: "btn s", href: `review?workspace=${this.api.workspace}&by=all&ids=${found.ids.join(",")}` },
      "Open them",
    );
    fill(
      this.confused,
      el(
        "div",
        { class: "grow" },
        el("h2", {}, "Most confused"),
        el("div", { class: "row" }, nameOf(one), el("span", { class: "q" }, "and")),
        nameOf(other),
        el("div", { class: "sm q" }, `${many(found.count, "image")} within a margin of ${found.within}`),
      ),
      el(
        "div",
        { class: "pics" },
        found.tiles
          .slice(0, 3)
          .map((tile) => el("img", { src: this.api.thumb(tile.id), alt: tile.name, title: tile.name })),
      ),
      el("div", { class: "col two" }, link, draft),
    );
  }

  paintRight() {
    const effect = this.effect;
    if (!this.rows.length) {
      fill(this.right);
      return;
    }
    if (this.problem) {
      fill(this.right, el("div", { class: "alert bad", role: "alert" }, icon("error", "s"), this.problem));
      return;
    }
    if (!effect) {
      fill(this.right, el("div", { class: "sm qq" }, "Measuring the draft"));
      return;
    }
    this.note ??= el("input", {
      class: "field",
      placeholder: "What changed and why",
      "aria-label": "Note",
      maxLength: 300,
    });
    this.again ??= el("input", { type: "checkbox", class: "cbx", "aria-label": "Propose anew" });
    const publish = el(
      "button",
      { class: "btn p grow", type: "button", disabled: !this.changed, onclick: () => this.publish() },
      icon("publish"),
      `Publish version ${this.version + 1}`,
    );
    const discard = el(
      "button",
      { class: "btn", type: "button", disabled: !this.changed, onclick: () => this.discard() },
      "Discard",
    );
    fill(
      this.right,
      el(
        "div",
        { class: "row" },
        el("h2", {}, `Draft against version ${this.version}`),
        el("span", { class: "sp" }),
        el(
          "span",
          { class: "badge num", title: "From the edit to the new ranking" },
          icon("bolt", "s"),
          `${(this.took / 1000).toFixed(2)} s`,
        ),
      ),
      metricsOf(effect, `Annotators see version ${this.version}.`),
      tagTable(this.tags?.get(this.focus?.id)?.facet),
      effectTable(effect, this.categories),
      movesOf(effect, this.categories, this.api),
      this.lane.levelsBox,
      el("div", {}, el("span", { class: "lab" }, `Note for version ${this.version + 1}`), this.note),
      el(
        "label",
        {
          class: "row sm again",
          title:
            "As one batch that can be undone. Labels of people stay, and so does a page that somebody is working on.",
        },
        this.again,
        "Propose anew for what no person has labelled",
      ),
      el("div", { class: "row" }, publish, discard),
    );
  }

  async publish() {
    try {
      const done = await this.api.post("publish", { ...this.wish, note: this.note.value, propose: this.again.checked });
      this.note.value = "";
      this.again.checked = false;
      await this.reload();
      const proposed = done.batch
        ? ` ${many(done.proposed, "label")} proposed anew${done.held ? `; ${many(done.held, "image")} on an open page keep theirs` : ""}.`
        : "";
      const undo = done.batch
        ? [
            "Undo proposals",
            async () => {
              await this.api.post("undo", { batch: done.batch });
              this.reload();
            },
          ]
        : ["Undo", () => this.versions.restore(done.version - 1)];
      toast(this.node, `Version ${done.version} is published. Annotators see it now.${proposed}`, undo, 10000);
    } catch (error) {
      if (error.status === 409) await this.overtaken.published();
      else toast(this.node, error.message);
    }
  }

  async discard() {
    this.controller?.abort();
    try {
      this.read({ ...(await this.api.post("discard", { tab: this.tab, seen: this.kept })), draft: null });
    } catch (error) {
      toast(this.node, error.message);
      return;
    }
    this.paint();
    await this.measure();
  }

  /** The server is back: the draft is measured again, or the page is read at last. */
  restored() {
    if (this.node.dataset.ready === "1") {
      this.measure();
      this.judge().catch((error) => this.failed(error));
    } else this.start();
  }

  failed(error) {
    fill(this.mid, el("div", { class: "alert bad", role: "alert" }, icon("error", "s"), error.message));
  }
  stop() {
    this.controller?.abort();
    this.node.remove();
  }
}

export const mount = mounter(Prompts, "/ui/prompts/prompts.css");
