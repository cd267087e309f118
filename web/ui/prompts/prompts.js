// @ts-check
// The Prompts work area: edit a draft and see at once which images it moves; publish it as a version; change the tree.

import { askedNumber, Place } from "../shared/page/address.js";
import { Api, uuid } from "../server/api.js";
import { debounce, el, fill, icon } from "../shared/dom.js";
import { mounter } from "../shared/mounting.js";
import { Categories } from "../shared/page/categories.js";
import { CategoryPanel } from "./category_panel.js";
import { CategoryTree } from "./category_tree.js";
import { Overtaken } from "./conflict.js";
import { DraftPanel } from "./draft_panel.js";
import { Lane } from "./none_of_these.js";
import { Lines } from "./lines/prompt_lines.js";
import { Taxonomy } from "./taxonomy/taxonomy.js";
import { measureDraft } from "./measure_draft.js";
import { UnreadableNotice } from "./unreadable_notice.js";
import { Versions } from "./versions.js";
import { t } from "../shared/page/words.js";

export class Prompts {
  /** @type {Meta} */ meta;
  /** @type {PromptRow[]} */ rows;
  /** @type {PromptRow | null} */ focus;
  /** @type {Facet[]} */ facets;
  /** @type {Effect | null} */ effect;
  /** @type {AbortController | undefined} */ controller;
  took = 0; // ms from the edit to the answer
  problem = /** @type {string | null} */ (null);
  /** @type {Map<number, TagCategory & { facet: TagFacet }>} */ tags;
  tab = uuid();
  seq = 0;
  kept = /** @type {string | null} */ (null);
  stuck = false;

  /**
   * @param {HTMLElement} root
   * @param {MountData} data
   */
  constructor(root, data) {
    this.api = new Api(data);
    this.place = new Place(data.workspace);
    this.draftPanel = new DraftPanel(this);
    const button = (/** @type {string} */ symbol, /** @type {string} */ text, /** @type {() => void} */ run) =>
      el("button", { class: "btn", type: "button", onclick: run }, icon(symbol), text);
    const head = el(
      "div",
      { class: "head" },
      el("h1", {}, t("Prompts")),
      el("span", { class: "q" }, t("Preview an edit before anybody else sees it")),
      el("span", { class: "sp" }),
      button("tune", t("Options"), () => this.lane.options()),
      button("history", t("Versions"), () => this.versions.show()),
      this.draftPanel.badge,
    );
    this.categoryTree = new CategoryTree(this);
    this.categoryPanel = new CategoryPanel(this);
    this.notice = new UnreadableNotice(this);
    this.node = el(
      "div",
      { class: "sl prompts" },
      head,
      this.notice.node,
      el("div", { class: "row t work" }, this.categoryTree.node, this.categoryPanel.node, this.draftPanel.node),
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
  }

  async start() {
    try {
      const category = askedNumber("category");
      await this.load();
      this.focus = this.rows.find((row) => row.id === category) ?? this.focus;
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
    if (draft && draft.base && draft.base < this.version) {
      await this.overtaken.rebase({ version: draft.base }, draft, answer);
    }
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

  /** @param {PromptsAnswer} answer */
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

  /**
   * Make a set of prompts the draft; the category that is looked at stays the same.
   * @param {PromptSet} given
   */
  take({ categories, templates, background, options }) {
    this.rows = categories.map((row) => ({ ...row, prompts: row.prompts.map((prompt) => ({ ...prompt })) }));
    this.templates = [...(templates ?? [])];
    this.background = [...(background ?? [])];
    this.options = { ...options };
    this.focus = this.rows.find((row) => row.id === this.focus?.id) ?? this.rows[0] ?? null;
    this.notice.paint();
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

  /**
   * @param {PromptRow} row
   * @returns {Category}
   */
  category(row) {
    return this.categories.get(row.id);
  }

  /** @param {PromptRow} row */
  facetOf(row) {
    return this.facets.find((facet) => facet.id === row?.facet);
  }

  edited() {
    this.draftPanel.paintBadge();
    this.later();
  }

  /** Ask the server what the draft does. */
  measure() {
    return measureDraft(this);
  }

  /** The gain of each published prompt on people's labels. */
  async judge() {
    this.card = this.rows.length ? await this.api.get("scorecard") : null;
    const open = this.facets.some((facet) => !facet.exclusive) ? await this.api.get("tags") : { facets: [] };
    this.tags = new Map(
      open.facets.flatMap((facet) => facet.categories.map((row) => [row.category, { ...row, facet }])),
    );
    this.categoryTree.paint();
    this.categoryPanel.paintJudged();
    this.draftPanel.paint();
  }

  paint() {
    this.place.set({ category: this.focus?.id });
    this.draftPanel.paintBadge();
    this.categoryTree.paint();
    this.categoryPanel.paint();
    this.draftPanel.paint();
  }

  /** @param {PromptRow} row */
  show(row) {
    this.focus = row;
    this.place.set({ category: row.id });
    this.place.write();
    this.categoryTree.paint();
    this.categoryPanel.paint();
    this.draftPanel.paint();
    this.later();
  }

  /** The server is back: the draft is measured again, or the page is read at last. */
  restored() {
    if (this.node.dataset.ready === "1") {
      this.measure();
      this.judge().catch((error) => this.failed(error));
    } else this.start();
  }

  /** @param {Error} error */
  failed(error) {
    fill(this.categoryPanel.node, el("div", { class: "alert bad", role: "alert" }, icon("error", "s"), error.message));
  }

  stop() {
    this.controller?.abort();
    this.place.stop();
    this.node.remove();
  }
}

export const mount = mounter(Prompts, "/ui/prompts/prompts.css");
