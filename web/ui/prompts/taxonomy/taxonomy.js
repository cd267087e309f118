// @ts-check
// The category tree by form: each operation says first what it would touch, is one batch, and offers its undo.

/** @import { Close } from "../../shared/notices.js" */
import { debounce, el, fill } from "../../shared/dom.js";
import { historyOf } from "../../shared/decisions/history.js";
import { menu, toast } from "../../shared/notices.js";
import { chooser } from "../../shared/picker.js";
import { CategoryFields } from "./category_fields.js";
import { EditForm } from "./edit_form.js";
import { buttons, field, form, lines, touches } from "./form.js";
import { ImportForm } from "./import_form.js";
import { SplitForm } from "./split_form.js";
import { many, t } from "../../shared/page/words.js";

/** @typedef {{ note: HTMLElement, button: HTMLButtonElement, ask: () => void }} Previewed */

export class Taxonomy {
  /**
   * `on`: host(), categories(), reload(), textsOf(id).
   * @param {Api} api
   * @param {{ host(): HTMLElement, categories(): Categories, reload(): Promise<void> }} on
   */
  constructor(api, on) {
    this.api = api;
    this.on = on;
    this.fields = new CategoryFields(this);
    this.splitForm = new SplitForm(this);
    this.editForm = new EditForm(this);
    this.importForm = new ImportForm(this);
  }

  /**
   * Operations on one category, as a menu under `anchor`.
   * @param {HTMLElement} anchor
   * @param {Category} category
   */
  menu(anchor, category) {
    menu(anchor, t("Change {name}", { name: category.name }), [
      ["edit", t("Name, colour, key"), () => this.editForm.open(category)],
      ["add", t("Add a sub-category"), () => this.add(category)],
      ["call_split", t("Split"), () => this.splitForm.open(category)],
      ["drive_file_move", t("Move"), () => this.move(category)],
      ["merge", t("Merge into another"), () => this.merge(category)],
      ["archive", t("Retire"), () => this.retire(category)],
    ]);
  }

  /**
   * Ask for the effect now and at each change; the button waits for a valid answer.
   * @param {() => Record<string, unknown> | null} request
   * @param {string} verb
   * @param {(effect: TaxonomyEffect) => void} done
   * @param {{ misfit?: boolean, waiting?: string, say?: (effect: TaxonomyEffect) => string }} [options]
   * @returns {Previewed}
   */
  previewed(request, verb, done, options = {}) {
    const note = el("p", { class: "sm q effect", role: "status" }, t("Checking the effect"));
    const button = el("button", { class: "btn p", type: "button", disabled: true }, verb);
    let asked = 0;
    const ask = async () => {
      const wanted = request();
      const mine = ++asked;
      button.disabled = true;
      if (wanted === null) {
        fill(note, options.waiting ?? t("Nothing is changed yet."));
        return;
      }
      try {
        const effect = await this.api.post("taxonomy", { ...wanted, was: undefined, preview: true });
        if (mine !== asked) return;
        fill(note, options.say ? options.say(effect) : touches(effect, options));
        note.classList.remove("bad");
        button.disabled = false;
      } catch (error) {
        if (mine === asked) {
          fill(note, error.message);
          note.classList.add("bad");
        }
      }
    };
    button.onclick = async () => {
      button.disabled = true;
      try {
        done(await this.api.post("taxonomy", { ...request(), preview: false }));
      } catch (error) {
        fill(note, error.message);
        note.classList.add("bad");
        button.disabled = false;
        if (error.status === 409) this.on.reload(); // what stands by now lies below the form
      }
    };
    ask();
    return { note, button, ask: debounce(ask, 200) };
  }

  /**
   * Close, read the tree again, and offer the undo.
   * @param {Close} close
   * @param {TaxonomyEffect} effect
   * @param {string} text
   */
  async done(close, effect, text) {
    close();
    historyOf(this.api).push(effect.batch);
    await this.on.reload();
    const undo = async () => {
      try {
        await this.api.post("undo", { batch: effect.batch });
        await this.on.reload();
        toast(this.on.host(), t("The categories are restored."));
      } catch (error) {
        toast(this.on.host(), error.message);
      }
    };
    toast(this.on.host(), text, [t("Undo"), undo], 12000);
  }

  /**
   * @param {Category | null} [parent]
   * @param {Facet[]} [facets]
   */
  add(parent = null, facets = []) {
    const name = el("input", { class: "field", maxLength: 200, "aria-label": t("Name") });
    const where = this.fields.parents(null, parent);
    const prompts = el("textarea", {
      class: "field",
      rows: 4,
      "aria-label": t("Prompts, one a line"),
      placeholder: t("One prompt a line, in plain words"),
    });
    const facet = this.fields.facet(facets);
    const request = () => {
      if (!name.value.trim()) return null;
      const own = lines(prompts.value);
      const texts = own.length ? own : [`a picture of ${name.value.trim().replaceAll("_", " ")}`];
      return { action: "add", name: name.value, parent: where.chosen(), prompts: texts, ...facet.chosen() };
    };
    const parts = this.previewed(
      request,
      t("Add the category"),
      (effect) => {
        const places = { name: name.value.trim(), version: effect.version };
        this.done(close, effect, t("{name} was added. Version {version} is published.", places));
      },
      {
        waiting: t("Type a name."),
        say: (effect) =>
          effect.heads.length
            ? touches(effect, { misfit: true })
            : t("A new class to choose. No label is touched; no head knows it yet."),
      },
    );
    for (const input of [name, prompts, where.node, facet.node]) input.addEventListener("input", parts.ask);
    const close = form(
      this.on.host(),
      parent ? t("Add a sub-category of {name}", { name: parent.name }) : t("Add a category"),
      field(t("Name"), name),
      field(t("Sub-category of"), where.node),
      facet.row,
      field(t("Prompts"), prompts, t("If empty, the name becomes the first prompt.")),
      parts.note,
      buttons(parts, () => close()),
    );
    name.focus();
  }

  /** @param {Category} category */
  move(category) {
    const where = this.fields.parents(category, this.on.categories().get(category.parent));
    const request = () =>
      where.chosen() === (category.parent ?? null)
        ? null
        : { action: "move", id: category.id, parent: where.chosen(), was: category.parent ?? null };
    const parts = this.previewed(
      request,
      t("Move {name}", { name: category.name }),
      (effect) => this.done(close, effect, t("{name} was moved.", { name: category.name })),
      { misfit: true, waiting: t("It is already there.") },
    );
    where.node.addEventListener("input", parts.ask);
    const close = form(
      this.on.host(),
      t("Move {name}", { name: category.name }),
      field(t("Sub-category of"), where.node),
      parts.note,
      buttons(parts, () => close()),
    );
  }

  /** @param {Category} category */
  merge(category) {
    const others = this.on
      .categories()
      .list.filter((other) => other.id !== category.id && other.facet === category.facet);
    const into = chooser(
      this.on.host,
      t("Into"),
      [
        { value: "", label: t("choose a category") },
        ...others.map((other) => ({ value: other.id, label: other.path, category: other })),
      ],
      "",
    );
    const request = () => (into.value ? { action: "merge", id: category.id, into: Number(into.value) } : null);
    const parts = this.previewed(
      request,
      t("Merge {name}", { name: category.name }),
      (effect) =>
        this.done(
          close,
          effect,
          t("{name} was merged: {labels} moved, each with its origin.", {
            name: category.name,
            labels: many(effect.labels, "label"),
          }),
        ),
      { misfit: true, waiting: t("Choose the category to merge it into.") },
    );
    into.addEventListener("input", parts.ask);
    const close = form(
      this.on.host(),
      t("Merge {name} into another", { name: category.name }),
      field(t("Into"), into),
      parts.note,
      buttons(parts, () => close()),
    );
  }

  /** @param {Category} category */
  retire(category) {
    const parts = this.previewed(
      () => ({ action: "retire", id: category.id }),
      t("Retire {name}", { name: category.name }),
      (effect) => this.done(close, effect, t("{name} is retired.", { name: category.name })),
      {
        misfit: true,
        say: (effect) =>
          `${touches(effect, { misfit: true })} ${t("Its labels stay and are exported; it cannot be given any more.")}`,
      },
    );
    const close = form(
      this.on.host(),
      t("Retire {name}", { name: category.name }),
      parts.note,
      buttons(parts, () => close()),
    );
  }
}
