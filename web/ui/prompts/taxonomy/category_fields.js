// @ts-check
// Fields of the forms for categories: the facet, what it lies under, colour and icon.

/** @import { Taxonomy } from "./taxonomy.js" */
import { el } from "../../shared/dom.js";
import { chooser } from "../../shared/picker.js";
import { field } from "./form.js";
import { t } from "../../shared/page/words.js";

export class CategoryFields {
  /** @param {Taxonomy} taxonomy */
  constructor(taxonomy) {
    this.taxonomy = taxonomy;
  }

  /**
   * At the top a category belongs to a facet: the known ones, or a new one.
   * @param {Facet[]} facets
   */
  facet(facets) {
    const node = el(
      "select",
      { class: "field", "aria-label": t("Facet") },
      facets.map((facet) =>
        el(
          "option",
          { value: facet.name },
          `${facet.name}, ${facet.exclusive ? t("one label an image") : t("any number of labels")}`,
        ),
      ),
      el("option", { value: "" }, t("A new facet with any number of labels")),
    );
    const name = el("input", {
      class: "field",
      maxLength: 60,
      placeholder: t("Name of the facet, for example tags"),
      "aria-label": t("Name of the facet"),
      hidden: facets.length > 0,
      style: { "margin-top": "7px" },
    });
    node.onchange = () => {
      name.hidden = Boolean(node.value);
    };
    name.addEventListener("input", () => node.dispatchEvent(new Event("input")));
    const known = () => facets.find((facet) => facet.name === node.value);
    return {
      node,
      row: facets.length ? field(t("Facet"), el("div", {}, node, name)) : null,
      chosen: () =>
        facets.length
          ? { facet: node.value || name.value.trim() || "tags", exclusive: known()?.exclusive ?? false }
          : {},
    };
  }

  /**
   * @param {Category | null} category
   * @param {Category | null} parent
   */
  parents(category, parent) {
    const all = this.taxonomy.on.categories().list;
    const below = (/** @type {Category} */ other) => {
      for (let at = other; at && at.id !== null; at = this.taxonomy.on.categories().get(at.parent)) {
        if (at.id === category?.id) return true;
      }
      return false;
    };
    const allowed = all.filter(
      (other) =>
        (category === null || (other.facet === category.facet && !below(other))) &&
        (other.path || "").split(/(?<!\/)\/(?!\/)/).length < 3,
    );
    const node = chooser(
      this.taxonomy.on.host,
      t("Sub-category of"),
      [
        { value: "", label: t("none, a category of its own") },
        ...allowed.map((other) => ({ value: other.id, label: other.path, category: other })),
      ],
      parent?.id ?? "",
    );
    return { node, chosen: () => (node.value ? Number(node.value) : null) };
  }

  /**
   * @param {string[]} values
   * @param {string} current
   * @param {string} label
   * @param {(value: string) => Child} draw
   * @param {(value: string) => void} choose
   */
  swatches(values, current, label, draw, choose) {
    const node = el("div", { class: "row swatches", role: "radiogroup", "aria-label": label });
    const known = values.includes(current) ? values : [current, ...values];
    for (const value of known) {
      const button = el(
        "button",
        {
          type: "button",
          class: value === current ? "on" : "",
          title: value,
          role: "radio",
          "aria-label": value,
          "aria-checked": String(value === current),
          onclick: () => {
            for (const other of node.children) {
              other.classList.toggle("on", other === button);
              other.setAttribute("aria-checked", String(other === button));
            }
            choose(value);
          },
        },
        draw(value),
      );
      node.append(button);
    }
    return node;
  }
}
