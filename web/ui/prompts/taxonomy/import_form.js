// @ts-check
// A taxonomy file: what is new, renamed or missing is seen first, and then done in one step that can be undone.

/** @import { Taxonomy } from "./taxonomy.js" */
import { el, fill } from "../../shared/dom.js";
import { toast } from "../../shared/notices.js";
import { chooser } from "../../shared/picker.js";
import { buttons, form } from "./form.js";
import { count, many, t } from "../../shared/page/words.js";

const MOST = 2 ** 20; // characters; the server refuses more
const [STAYS, RETIRED] = ["stays", "retired"];

export class ImportForm {
  /** @param {Taxonomy} taxonomy */
  constructor(taxonomy) {
    this.taxonomy = taxonomy;
  }

  /** Ask for a file, then show what it would do. */
  choose() {
    const file = el("input", { type: "file", accept: ".yaml,.yml,.json", "aria-label": t("Taxonomy file") });
    file.onchange = async () => {
      const [chosen] = file.files;
      if (!chosen) return;
      if (chosen.size > MOST) toast(this.taxonomy.on.host(), t("{name} is larger than 1 MB.", { name: chosen.name }));
      else this.open(chosen.name, await chosen.text());
    };
    file.click();
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  open(name, text) {
    this.fates = /** @type {Map<number, HTMLElement & { value: string }> | null} */ (null); // null: as the server suggests
    this.seen = /** @type {TaxonomyEffect | null} */ (null);
    this.missing = el("div", { class: "col missing" });
    this.lists = el("div", { class: "col two" });
    const request = () => ({ action: "import", text, name, ...this.#choices() });
    const parts = this.taxonomy.previewed(
      request,
      t("Import"),
      (effect) =>
        this.taxonomy.done(
          close,
          effect,
          effect.version
            ? t("{name} is imported: {summary}. Version {version} is published.", {
                name,
                summary: summary(effect),
                version: effect.version,
              })
            : t("{name} is imported: {summary}.", { name, summary: summary(effect) }),
        ),
      { say: (effect) => this.#paint(effect, () => parts.ask()) },
    );
    const close = form(
      this.taxonomy.on.host(),
      t("Import {name}", { name }),
      el(
        "p",
        { class: "sm q" },
        t("Adds new categories and replaces the prompts of the others. Labels are kept. Undo reverts all of it."),
      ),
      parts.note,
      this.missing,
      this.lists,
      buttons(parts, () => close()),
    );
    close.wide();
  }

  /** What becomes of the missing categories, as it is chosen. */
  #choices() {
    if (this.fates === null) return {};
    const chosen = [...this.fates].map(([id, node]) => /** @type {const} */ ([id, node.value]));
    return {
      renamed: Object.fromEntries(
        chosen.filter(([, value]) => ![STAYS, RETIRED].includes(value)).map(([id, value]) => [id, Number(value)]),
      ),
      retired: chosen.filter(([, value]) => value === RETIRED).map(([id]) => id),
    };
  }

  /**
   * @param {TaxonomyEffect} effect
   * @param {() => void} again
   */
  #paint(effect, again) {
    if (this.fates === null) this.#paintMissing(effect, again);
    const taken = new Set(effect.missing.map((row) => row.becomes));
    const added = effect.new.filter((row) => !taken.has(row.number)).map((row) => row.path);
    fill(
      this.lists,
      list(t("New categories ({n})", { n: count(added.length) }), added, added.length <= 12),
      list(t("Changed prompts ({n})", { n: count(effect.changed.length) }), effect.changed, false),
      effect.settings.length
        ? el("p", { class: "sm" }, t("Also changed by the file: {settings}.", { settings: effect.settings.join(", ") }))
        : null,
    );
    const same =
      effect.same === 1 ? t("1 category stays as before.") : t("{n} categories stay as before.", { n: effect.same });
    return `${capital(summary(effect))}.${effect.same ? ` ${same}` : ""}`;
  }

  /**
   * Once: a row for each category that the file does not name, with what becomes of it.
   * @param {TaxonomyEffect} effect
   * @param {() => void} again
   */
  #paintMissing(effect, again) {
    this.fates = new Map();
    if (!effect.missing.length) return;
    const options = [
      { value: STAYS, label: t("stays as it is") },
      { value: RETIRED, label: t("is retired, its labels stay") },
      ...effect.new.map((row) => ({ value: row.number, label: t("is now {path}", { path: row.path }) })),
    ];
    const rows = effect.missing.map((row) => {
      const fate = chooser(
        this.taxonomy.on.host,
        t("What becomes of {path}", { path: row.path }),
        options,
        row.becomes ?? STAYS,
      );
      fate.addEventListener("input", again);
      this.fates.set(row.id, fate);
      return el(
        "div",
        { class: "row" },
        el("bdi", { class: "nm grow", title: row.path }, row.path),
        el("span", { class: "sm q" }, many(row.labels, "label")),
        fate,
      );
    });
    const rest = (/** @type {string} */ from, /** @type {string} */ to, /** @type {string} */ text) =>
      el(
        "button",
        {
          class: "btn link",
          type: "button",
          onclick: () => {
            for (const fate of this.fates.values()) if (fate.value === from) fate.value = to;
            again();
          },
        },
        text,
      );
    fill(
      this.missing,
      el(
        "div",
        { class: "row" },
        el("h3", {}, t("Not in the file ({n})", { n: count(rows.length) })),
        el("span", { class: "sp" }),
        rest(STAYS, RETIRED, t("Retire all that stay")),
        rest(RETIRED, STAYS, t("Retire none")),
      ),
      el("div", { class: "fates" }, rows),
    );
  }
}

/**
 * Names behind a fold.
 * @param {string} title
 * @param {string[]} names
 * @param {boolean} open
 */
const list = (title, names, open) =>
  names.length
    ? el(
        "details",
        { class: "names", open },
        el("summary", {}, title),
        el(
          "div",
          { class: "sm", tabIndex: 0, role: "list", "aria-label": title },
          names.map((name) => el("div", { role: "listitem", dir: "auto" }, name)),
        ),
      )
    : null;

/**
 * What an import does, as in "41 new, 2 renamed or moved, 1 retired".
 * @param {TaxonomyEffect} effect
 */
function summary(effect) {
  const renamed = effect.missing.filter((row) => row.becomes !== null).length;
  const retired = effect.missing.filter((row) => row.retired).length;
  const counts = /** @type {[number, string][]} */ ([
    [effect.new.length - renamed, "new"],
    [renamed, t("renamed or moved")],
    [retired, "retired"],
    [effect.changed.length, t("with other prompts")],
  ]);
  const phrases = counts.filter(([n]) => n).map(([n, what]) => `${count(n)} ${what}`);
  return phrases.join(", ") || t("other {settings}", { settings: effect.settings.join(", ") });
}

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
