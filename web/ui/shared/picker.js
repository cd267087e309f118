// @ts-check
// The one picker: a list that typing narrows. Enter takes what is highlighted, and what is highlighted is the best match.

import { el, fill, icon, isComposing } from "./dom.js";
import { NONE_KEY, NONE_OF_THESE } from "./page/categories.js";
import { colours } from "./tiles.js";
import { t } from "./page/words.js";

/**
 * How texts are compared: without accents and case (ß as ss, İ as i), `_` and several spaces as one space.
 * @param {string} text
 */
const plain = (text) =>
  text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replace(/[\s_]+/g, " ")
    .trim();

/**
 * How well a label answers what was typed: 0 exactly, 1 its beginning, 2 the beginning of a word, 3 anywhere, null not at all.
 * @param {string} label
 * @param {string} typed
 */
export function rank(label, typed) {
  const asked = plain(typed);
  const whole = plain(label);
  const last = plain(label.split("/").at(-1)); // of a path the name by itself
  if (whole === asked || last === asked) return 0;
  if (whole.startsWith(asked) || last.startsWith(asked)) return 1;
  if (whole.split(/[ /]/).some((word) => word.startsWith(asked))) return 2;
  return whole.includes(asked) ? 3 : null;
}

/**
 * The options that match, best first; those that match alike stay in their order.
 * @param {Choice[]} options
 * @param {string} typed
 */
export function matching(options, typed) {
  if (!plain(typed)) return options;
  const ranked = options.map((option) => ({ option, at: rank(option.label, typed) })).filter(({ at }) => at !== null);
  return ranked.sort((a, b) => a.at - b.at).map(({ option }) => option);
}

/**
 * A type-ahead list over the host; resolves with the chosen option or null. Options are `{label, category?, hint?}`. With `free`
 * what was typed is offered too, after the options that match it.
 * @param {HTMLElement} host
 * @param {string} title
 * @param {Choice[]} options
 * @param {{ free?: boolean }} [given]
 * @returns {Promise<Choice | null>}
 */
export function choose(host, title, options, { free = false } = {}) {
  return new Promise((resolve) => {
    let shown = options;
    let at = 0;
    const list = el("div", { class: "list", role: "listbox", id: "picker-list", "aria-label": title });
    const field = el("input", {
      class: "field",
      placeholder: title,
      "aria-label": title,
      spellcheck: false,
      role: "combobox",
      "aria-expanded": "true",
      "aria-controls": "picker-list",
      autocomplete: "off",
    });
    const veil = el("div", { class: "veil bare" });
    const box = el("div", { class: "pop", role: "dialog", "aria-label": title }, field, list);
    const close = (/** @type {Choice | null} */ value) => {
      veil.remove();
      resolve(value);
    };
    const line = (/** @type {Choice} */ option, /** @type {number} */ index) => {
      const tint = option.category ? { ...colours(option.category), color: "var(--c)" } : {};
      return el(
        "div",
        {
          class: `opt ${index === at ? "on" : ""}`,
          id: `picker-${index}`,
          role: "option",
          "aria-selected": index === at,
          onclick: () => close(option),
        },
        option.category ? el("span", { class: "dye", style: tint }, icon(option.category.icon)) : null,
        el("span", { class: "nm" }, option.own ? `“${option.label}”` : option.label),
        el("span", { class: "sp" }),
        option.own ? el("span", { class: "sm q" }, t("in these words")) : null,
        option.hint ? el("span", { class: "k" }, option.hint) : null,
      );
    };
    const paint = () => {
      fill(list, shown.length ? shown.map(line) : el("div", { class: "sm q" }, t("No class of that name.")));
      field.setAttribute("aria-activedescendant", shown.length ? `picker-${at}` : "");
      list.children[at]?.scrollIntoView({ block: "nearest" });
    };
    field.oninput = () => {
      const typed = field.value.trim();
      shown = matching(options, typed);
      if (free && typed && !shown.some((option) => option.label === typed)) {
        shown = [...shown, { label: typed, own: true }];
      }
      at = 0;
      paint();
    };
    field.onkeydown = (event) => {
      event.stopPropagation();
      if (isComposing(event)) return;
      if (event.key === "Escape") close(null);
      else if (event.key === "ArrowDown") at = Math.min(at + 1, shown.length - 1);
      else if (event.key === "ArrowUp") at = Math.max(at - 1, 0);
      else if (event.key === "Enter") {
        if (shown[at]) close(shown[at]);
      } else return;
      event.preventDefault();
      paint();
    };
    veil.onclick = (event) => {
      if (event.target === veil) close(null);
    };
    veil.append(box);
    host.append(veil);
    paint();
    field.focus();
  });
}

/**
 * The answer that no class fits, beside the classes; its category has no id.
 * @type {Choice}
 */
export const NONE_OPTION = { label: NONE_OF_THESE.name, category: NONE_OF_THESE, hint: NONE_KEY };

/**
 * The options of a picker of classes, each with its key.
 * @param {Categories} categories
 * @param {Category[]} [list]
 * @returns {Choice[]}
 */
export function classOptions(categories, list = categories.list) {
  return list.map((category) => ({
    label: category.path || category.name,
    category,
    hint: categories.capOf(category.id),
  }));
}

/**
 * A field whose value is chosen with the picker: it stands where a list to choose from would. `options` are `{label, value, category?}`;
 * it has `value`, and tells of a choice by `input` and `change`.
 * @param {() => HTMLElement} host
 * @param {string} label
 * @param {Choice[]} options
 * @param {string | number} value
 */
export function chooser(host, label, options, value) {
  const node = el("button", { class: "field chooser", type: "button", "aria-label": label, "aria-haspopup": "dialog" });
  let chosen = /** @type {Choice | null} */ (null);
  const paint = () =>
    fill(
      node,
      chosen?.category
        ? el(
            "span",
            { class: "dye", style: { ...colours(chosen.category), color: "var(--c)" } },
            icon(chosen.category.icon, "s"),
          )
        : null,
      el("span", { class: "nm" }, chosen?.label ?? ""),
    );
  const take = (/** @type {string | number} */ wanted) => {
    chosen = options.find((option) => String(option.value) === String(wanted)) ?? options[0] ?? null;
    node.dataset.value = node.value;
    node.setAttribute("aria-label", `${label}: ${chosen?.label ?? ""}`);
    paint();
  };
  Object.defineProperty(node, "value", { get: () => String(chosen?.value ?? ""), set: take });
  take(value);
  node.onclick = async () => {
    const picked = await choose(host(), label, options);
    node.focus();
    if (!picked || picked === chosen) return;
    take(picked.value);
    for (const name of ["input", "change"]) node.dispatchEvent(new Event(name, { bubbles: true }));
  };
  return node;
}
