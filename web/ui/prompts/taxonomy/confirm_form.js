// @ts-check
// People's labels that a split left on the parent: each with the suggested child, to confirm.

/** @import { Taxonomy } from "./taxonomy.js" */
import { uuid } from "../../server/api.js";
import { el, fill } from "../../shared/dom.js";
import { toast } from "../../shared/notices.js";
import { nameOf } from "../../shared/tiles.js";
import { form } from "./form.js";
import { many, t } from "../../shared/page/words.js";

export class ConfirmForm {
  /** @param {Taxonomy} taxonomy */
  constructor(taxonomy) {
    this.taxonomy = taxonomy;
  }

  /**
   * People's labels that a split left on the parent, each with the suggested child.
   * @param {Category} category
   * @param {TaxonomyEffect} effect
   */
  async open(category, effect) {
    const { suggestions } = await this.taxonomy.api.get("suggestions", { batch: effect.batch });
    const body = el("div", { class: "col" });
    const close = form(
      this.taxonomy.on.host(),
      t("Confirm {labels} made by people", { labels: many(suggestions.length, "label") }),
      el(
        "p",
        { class: "sm q" },
        t("They stand on {name} until you confirm the suggested sub-category. You can do this later, in Review.", {
          name: category.name,
        }),
      ),
      body,
    );
    /** @type {Map<number, { item: number, category: number }[]>} */
    const groups = new Map();
    for (const one of suggestions) groups.set(one.category, [...(groups.get(one.category) ?? []), one]);
    fill(
      body,
      [...groups].map(([id, lot]) => {
        const out = new Set();
        const box = el("div", { class: "col two" });
        const pictures = el(
          "div",
          { class: "picks" },
          lot.slice(0, 48).map((one) => {
            const tile = el(
              "button",
              {
                type: "button",
                class: "pick h",
                title: t("Click to leave it out"),
                onclick: () => {
                  if (out.has(one.item)) out.delete(one.item);
                  else out.add(one.item);
                  tile.classList.toggle("off", out.has(one.item));
                  button.textContent = words();
                },
              },
              el("img", { src: this.taxonomy.api.thumb(one.item), alt: "" }),
            );
            return tile;
          }),
        );
        const words = () => t("Confirm {n}", { n: lot.length - out.size });
        const button = el(
          "button",
          {
            class: "btn s p",
            type: "button",
            onclick: async () => {
              const batch = uuid();
              const items = lot
                .filter((one) => !out.has(one.item))
                .map((one) => ({ id: one.item, version: /** @type {number | null} */ (null) }));
              try {
                await this.taxonomy.api.post("ops", {
                  ops: [{ id: batch, batch, kind: "label", category: id, items, source: "human" }],
                });
                box.remove();
                if (!body.children.length) close();
                await this.taxonomy.on.reload();
              } catch (error) {
                toast(this.taxonomy.on.host(), error.message);
              }
            },
          },
          words(),
        );
        fill(
          box,
          el(
            "div",
            { class: "row" },
            nameOf(this.taxonomy.on.categories().get(id)),
            el("span", { class: "sp" }),
            button,
          ),
          pictures,
        );
        return box;
      }),
    );
  }
}
