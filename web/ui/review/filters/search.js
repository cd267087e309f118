// @ts-check
// The search of the grid: words that the images look like, which order them, or parts of names and metadata, which filter them.

/** @import { Filters } from "./filters.js" */
import { el, fill, icon, isComposing } from "../../shared/dom.js";
import { t } from "../../shared/page/words.js";

/** @typedef {"text" | "named"} Search */

/** @type {[name: Search, label: string, symbol: string, hint: string, title: string][]} */
const SEARCHES = [
  [
    "text",
    t("Looks like"),
    "image_search",
    t("e.g. a red car at sunset"),
    t("Sort the images by similarity to the words"),
  ],
  [
    "named",
    t("Names and metadata"),
    "badge",
    t("e.g. holiday 2019"),
    t("Show images whose file name, folders or metadata contain every word; case and accents are ignored"),
  ],
];
const KEPT = "sceneloop.search";

export class SearchField {
  /** @param {Filters} filters */
  constructor(filters) {
    this.filters = filters;
    this.narrow = false;
    this.by = /** @type {Search} */ (localStorage.getItem(KEPT) === "named" ? "named" : "text");
    this.field = el("input", { class: "field", type: "search", maxLength: 500, enterKeyHint: "search" });
    this.field.onkeydown = (event) => {
      if (isComposing(event)) return;
      if (event.key === "Enter") this.#start();
      else if (event.key === "Escape") this.field.blur();
      else return;
      event.preventDefault();
    };
    this.ways = el("span", { class: "seg", role: "group", "aria-label": t("Search in") });
    this.node = el("div", { class: "row search", role: "search" }, this.field, this.ways);
    this.chips = el("div", { class: "chips searches" });
    this.#choose(this.by);
  }

  focus() {
    this.field.focus();
    this.field.select();
  }

  /**
   * In a narrow window the ways to search are pictures alone; their names are for whoever points at them or hears them.
   * @param {boolean} narrow
   */
  fit(narrow) {
    this.narrow = narrow;
    this.#choose(this.by);
  }

  #start() {
    const words = this.field.value.trim();
    if (!words) return;
    this.field.value = "";
    this.field.blur();
    this.filters.set({ [this.by]: words });
  }

  /** @param {Search} by */
  #choose(by) {
    this.by = by;
    localStorage.setItem(KEPT, by);
    const [, label, , hint] = SEARCHES.find(([name]) => name === by);
    this.field.placeholder = `${label}, ${hint}`;
    this.field.setAttribute("aria-label", by === "text" ? t("Search by appearance") : t("Search names and metadata"));
    this.field.title = t("Ctrl+K");
    fill(
      this.ways,
      SEARCHES.map(([name, words, symbol, , title]) =>
        el(
          "button",
          {
            type: "button",
            class: name === by ? "on" : "",
            "aria-pressed": String(name === by),
            "aria-label": words,
            title: `${words}. ${title}`,
            onclick: () => {
              this.#choose(name);
              this.field.focus();
            },
          },
          icon(symbol, "s"),
          el("span", { hidden: this.narrow }, words),
        ),
      ),
    );
  }

  /** A chip for each search that is in place: its words can be changed, and it can be closed. */
  paint() {
    const { state } = this.filters;
    const shown = SEARCHES.filter(([name]) => state[name]);
    this.chips.hidden = !shown.length;
    fill(
      this.chips,
      shown.map(([name, label, symbol]) => this.#chip(name, label, symbol, state[name])),
    );
  }

  /**
   * @param {Search} name
   * @param {string} label
   * @param {string} symbol
   * @param {string} words
   */
  #chip(name, label, symbol, words) {
    const change = () => {
      this.#choose(name);
      this.field.value = words;
      this.focus();
    };
    return el(
      "span",
      { class: "searched" },
      el(
        "button",
        { class: "btn s", type: "button", title: t("Change the words: {words}", { words }), onclick: change },
        icon(symbol, "s"),
        el("span", { class: "nm" }, `${label}: ${words}`),
      ),
      el(
        "button",
        {
          class: "btn s",
          type: "button",
          title: t("Close this search"),
          "aria-label": t("Close the search {label}: {words}", { label, words }),
          onclick: () => this.filters.set({ [name]: null }),
        },
        icon("close", "xs"),
      ),
    );
  }
}
