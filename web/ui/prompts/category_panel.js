// @ts-check
// In the middle: the chosen category, its prompts, its top images, and what it is confused with.

/** @import { Prompts } from "./prompts.js" */
import { el, fill, fixed, icon } from "../shared/dom.js";
import { plainList } from "../shared/page/listbox.js";
import { toast } from "../shared/notices.js";
import { build, nameOf, paint } from "../shared/tiles.js";
import { count, many, t } from "../shared/page/words.js";

export class CategoryPanel {
  /** @param {Prompts} page */
  constructor(page) {
    this.page = page;
    this.node = el("div", { class: "col mid" });
  }

  paint() {
    if (!this.page.focus) {
      fill(
        this.node,
        el(
          "div",
          { class: "empty" },
          el("div", {}, t("Add a category, then describe it in a few prompts.")),
          el(
            "button",
            { class: "btn p", type: "button", onclick: () => this.page.taxonomy.add(null, this.page.facets) },
            t("Add a category"),
          ),
          el(
            "button",
            { class: "btn", type: "button", onclick: () => this.page.taxonomy.importForm.choose() },
            t("Import a taxonomy file"),
          ),
        ),
      );
      return;
    }
    const category = this.page.category(this.page.focus);
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
        title: t("Change {name}", { name: category.name }),
        "aria-label": t("Change this category"),
        onclick: () => this.page.taxonomy.menu(anchor, category),
      },
      icon("more_horiz"),
    );
    const anchor = el("div", { class: "anchor" }, more);
    fill(
      this.node,
      el(
        "div",
        { class: "row titled" },
        el("bdi", { class: "q nm path" }, parent),
        el("h2", { class: "nm", title: category.path }, el("bdi", {}, category.name)),
        this.n,
        category.key && Number(category.key) <= 20
          ? el("span", { class: "k", title: t("Its key in Review") }, category.key)
          : null,
        el("span", { class: "sp" }),
        anchor,
      ),
      category.description ? el("p", { class: "sm q" }, category.description) : null,
      this.tagged,
      this.page.lines.node,
      this.top,
      this.page.lines.templates.node,
      this.confused,
    );
    this.page.lines.paint();
    this.paintTop();
    this.paintJudged();
  }

  /** What measuring finds out about the category, put where it belongs: nothing is built anew under typing hands. */
  paintJudged() {
    if (!this.page.focus) return;
    this.paintCount();
    this.#paintTag();
    this.page.lines.paintScores();
    this.#paintConfused();
  }

  paintCount() {
    if (!this.n) return;
    const n = this.page.categoryTree.countOf(this.page.focus.id);
    this.n.hidden = n === undefined;
    fill(this.n, n === undefined ? null : many(n, "image"));
  }

  /** What stands for a category of an open facet, and letting the prompts propose there. */
  #paintTag() {
    const tag = this.page.tags?.get(this.page.focus.id);
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
            const done = await this.page.api.post("tags", { facet: tag.facet.name });
            toast(
              this.page.node,
              done.in_background
                ? t("Labels are proposed in {name} in the background: Train shows how far it is.", {
                    name: tag.facet.name,
                  })
                : t("{labels} proposed in {name}.", { labels: many(done.labelled, "label"), name: tag.facet.name }),
              done.batch
                ? [
                    t("Undo"),
                    async () => {
                      await this.page.api.post("undo", { batch: done.batch });
                      this.page.judge();
                    },
                  ]
                : null,
            );
            await this.page.judge();
          } catch (error) {
            toast(this.page.node, error.message);
            propose.disabled = false;
          }
        },
      },
      t("Propose in {name}", { name: tag.facet.name }),
    );
    const how = tag.facet.fitted_on
      ? t("fitted on {answers} of people", { answers: many(tag.facet.fitted_on, "answer") })
      : t("not fitted yet");
    fill(
      this.tagged,
      t("Threshold {threshold}, {how}. People: {yes} yes, {no} no; proposed {proposed}.", {
        threshold: fixed(tag.threshold, 2),
        how,
        yes: count(tag.yes),
        no: count(tag.no),
        proposed: count(tag.proposed),
      }),
      el("span", { class: "sp" }),
      propose,
    );
  }

  paintTop() {
    if (!this.top) return;
    const tiles = (this.page.effect?.focus === this.page.focus?.id ? (this.page.effect?.top ?? []) : []).slice(0, 12);
    fill(
      this.top,
      el(
        "div",
        { class: "row", style: { "margin-bottom": "11px" } },
        el("h2", {}, t("Top images of the draft")),
        el("span", { class: "sp" }),
        el("span", { class: "sm q" }, t("cosine to the class")),
      ),
      tiles.length
        ? plainList(
            el(
              "div",
              { class: "top" },
              tiles.map((tile) => {
                const node = build(tile, this.page.api);
                paint(node, { ...tile, proposed: null }, this.page.categories, { name: false });
                return node;
              }),
            ),
            t("Top images of the draft"),
          )
        : el(
            "div",
            { class: "sm q" },
            this.page.meta.items ? t("Looking for the nearest images") : t("No images to compare with yet."),
          ),
    );
  }

  #paintConfused() {
    const confused = this.page.card?.confused;
    this.confused.hidden = !confused;
    if (!confused) return;
    const [one, other] = [this.page.categories.get(confused.one), this.page.categories.get(confused.other)];
    const draft = el(
      "button",
      {
        class: "btn s",
        type: "button",
        title: t("Write a prompt that only {name} fits", { name: one.name }),
        onclick: () => {
          this.page.focus = this.page.rows.find((row) => row.id === confused.one) ?? this.page.focus;
          this.page.paint();
          this.page.lines.add([""]);
        },
      },
      t("Draft a prompt"),
    );
    const link = el(
      "a",
      { class: "btn s", href: `review?workspace=${this.page.api.workspace}&by=all&ids=${confused.ids.join(",")}` },
      t("Open them"),
    );
    fill(
      this.confused,
      el(
        "div",
        { class: "grow" },
        el("h2", {}, t("Most confused")),
        el("div", { class: "row" }, nameOf(one), el("span", { class: "q" }, t("and"))),
        nameOf(other),
        el(
          "div",
          { class: "sm q" },
          t("{images} within a margin of {within}", { images: many(confused.count, "image"), within: confused.within }),
        ),
      ),
      el(
        "div",
        { class: "pics" },
        confused.tiles
          .slice(0, 3)
          .map((tile) => el("img", { src: this.page.api.thumb(tile.id), alt: tile.name, title: tile.name })),
      ),
      el("div", { class: "col two" }, link, draft),
    );
  }
}
