// @ts-check
// Splitting a category: children with prompts, and what each would get.

/** @import { Taxonomy } from "./taxonomy.js" */
import { el, fill, icon } from "../../shared/dom.js";
import { ConfirmForm } from "./confirm_form.js";
import { buttons, form, lines } from "./form.js";
import { count, many, t } from "../../shared/page/words.js";

const SPLIT_SHOWN = 12;

export class SplitForm {
  /** @param {Taxonomy} taxonomy */
  constructor(taxonomy) {
    this.taxonomy = taxonomy;
    this.confirmForm = new ConfirmForm(taxonomy);
  }

  /**
   * Children with their prompts on the left, what each would get on the right; a click sends an image to the next child.
   * @param {Category} category
   * @param {{ name: string, prompts: string }[] | null} [drafts]
   */
  open(category, drafts = null) {
    const entries = drafts ?? [
      { name: "", prompts: "" },
      { name: "", prompts: "" },
    ];
    const chosen = /** @type {Map<number, string>} */ (new Map());
    const rows = el("div", { class: "col" });
    const routes = el("div", { class: "col routes" });
    const request = () => {
      const children = entries
        .filter((entry) => entry.name.trim())
        .map((entry) => ({
          name: entry.name.trim(),
          prompts: lines(entry.prompts).length
            ? lines(entry.prompts)
            : [`a picture of ${entry.name.trim().replaceAll("_", " ")}`],
        }));
      return children.length
        ? { action: "split", id: category.id, children, chosen: Object.fromEntries(chosen) }
        : null;
    };
    const say = (/** @type {TaxonomyEffect} */ effect) => {
      this.#routes(routes, category, effect, chosen);
      return this.#accounted(category, effect);
    };
    const parts = this.taxonomy.previewed(
      request,
      t("Split {name}", { name: category.name }),
      async (effect) => {
        await this.taxonomy.done(
          close,
          effect,
          t("{name} was split. Every image is accounted for: {images}.", {
            name: category.name,
            images: many(effect.items, "image"),
          }),
        );
        if (effect.to_confirm) this.confirmForm.open(category, effect);
      },
      { say, waiting: t("Name the sub-categories.") },
    );
    const paint = () =>
      fill(
        rows,
        entries.map((entry, at) => {
          const name = el("input", {
            class: "field",
            value: entry.name,
            maxLength: 200,
            placeholder: t("Sub-category {n}", { n: at + 1 }),
            "aria-label": t("Sub-category {n}", { n: at + 1 }),
            oninput: () => {
              entry.name = name.value;
              chosen.clear();
              parts.ask();
            },
          });
          const texts = el("textarea", {
            class: "field",
            rows: 3,
            value: entry.prompts,
            placeholder: t("One prompt a line"),
            "aria-label": t("Prompts of sub-category {n}", { n: at + 1 }),
            oninput: () => {
              entry.prompts = texts.value;
              parts.ask();
            },
          });
          return el("div", { class: "col child" }, name, texts);
        }),
        el(
          "button",
          {
            class: "btn s",
            type: "button",
            onclick: () => {
              entries.push({ name: "", prompts: "" });
              paint();
              rows.querySelectorAll("input")[entries.length - 1].focus();
            },
          },
          icon("add", "s"),
          t("Another sub-category"),
        ),
      );
    paint();
    const close = form(
      this.taxonomy.on.host(),
      t("Split {name}", { name: category.name }),
      el("div", { class: "row t splitting" }, rows, routes),
      parts.note,
      buttons(parts, () => close()),
    );
    close.box.classList.add("wide");
    rows.querySelector("input").focus();
  }

  /**
   * @param {Category} category
   * @param {TaxonomyEffect} effect
   */
  #accounted(category, effect) {
    const parts = effect.children.map((child) =>
      t("{n} to {name}", { n: count(child.items - child.people), name: child.name }),
    );
    const stay = effect.to_confirm
      ? t(", {to_confirm} stay on {name} until their person's label is confirmed", {
          to_confirm: count(effect.to_confirm),
          name: category.name,
        })
      : "";
    const left = effect.left ? t(", {left} stay on {name}", { left: count(effect.left), name: category.name }) : "";
    return `${many(effect.items, "image")}: ${parts.join(", ")}${stay}${left}. ${unfit(effect.heads)}`;
  }

  /**
   * @param {HTMLElement} node
   * @param {Category} category
   * @param {TaxonomyEffect} effect
   * @param {Map<number, string>} chosen
   */
  #routes(node, category, effect, chosen) {
    const names = effect.children.map((child) => child.name);
    fill(
      node,
      effect.children.map((child) => {
        const shown = child.shown
          .filter((one) => (chosen.get(one.item) ?? child.name) === child.name)
          .slice(0, SPLIT_SHOWN);
        const sent = effect.children
          .flatMap((other) => other.shown)
          .filter((one) => chosen.get(one.item) === child.name && !shown.some((mine) => mine.item === one.item));
        const tile = (/** @type {SplitChild["shown"][number]} */ one) =>
          el(
            "button",
            {
              type: "button",
              class: `pick ${one.person ? "h" : ""} ${chosen.has(one.item) ? "on" : ""}`,
              title: t("{n} % {name}. Click: to the next sub-category", {
                n: Math.round(100 * one.confidence),
                name: child.name,
              }),
              onclick: () => {
                chosen.set(one.item, names[(names.indexOf(child.name) + 1) % names.length]);
                this.#routes(node, category, effect, chosen);
              },
            },
            el("img", { src: this.taxonomy.api.thumb(one.item), alt: "" }),
          );
        const all = [...sent, ...shown];
        const confirm = el(
          "button",
          {
            class: "btn link",
            type: "button",
            disabled: !all.length,
            onclick: () => {
              for (const one of all) chosen.set(one.item, child.name);
              this.#routes(node, category, effect, chosen);
            },
          },
          t("Confirm the {n} shown", { n: all.length }),
        );
        return el(
          "div",
          { class: "col two" },
          el(
            "div",
            { class: "row" },
            el("b", { class: "nm" }, child.name),
            el("span", { class: "badge num" }, many(child.items, "image")),
            el("span", { class: "sp" }),
            confirm,
          ),
          el("div", { class: "picks" }, all.map(tile)),
        );
      }),
      el(
        "p",
        { class: "sm q" },
        t(
          "The least certain are shown. A click sends an image to the next sub-category; what you confirm becomes your label.",
        ),
      ),
    );
  }
}

/**
 * Heads that know the category as it is stop proposing.
 * @param {string[]} heads
 */
function unfit(heads) {
  if (!heads.length) return t("No head knows it.");
  return heads.length === 1
    ? t("Head {heads} does not fit any more.", { heads: heads[0] })
    : t("Heads {heads} do not fit any more.", { heads: heads.join(", ") });
}
