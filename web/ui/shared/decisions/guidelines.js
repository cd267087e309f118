// Guidelines: what belongs into a class in words, with examples and counter-examples, at hand while labelling.

import { el, fill, icon, key } from "../dom.js";
import { plainList } from "../page/listbox.js";
import { sheet } from "../notices.js";
import { build, nameOf, paint } from "../tiles.js";
import { t } from "../page/words.js";

const KINDS = {
  examples: ["check_circle", t("Belongs here"), "example"],
  counters: ["cancel", t("Does not"), "counter"],
  practice: ["school", t("To practise on"), "practice"],
};
const IN_PANEL = 3;
/** What guidelines are about: images, or videos of a facet (0 for images). `kinds`: what an item can be chosen for. */
const IMAGES = { facet: 0, noun: "image", kinds: ["examples", "counters", "practice"] };

export class Guide {
  /** `on.changed()` after a change; `on.failed(error)`. `of`: as IMAGES, asked anew each time. */
  constructor(api, on, of = () => IMAGES) {
    this.api = api;
    this.on = on;
    this.of = of;
    this.byCategory = new Map();
    this.isRead = false;
    this.show = () => {}; // paints the sheet that was opened last
    this.typed = new Map(); // category -> text that is not saved yet: it outlives whatever repaints the sheet
    this.sent = Promise.resolve();
    this.node = el("div", { class: "col tight guide" });
  }

  async load(categories) {
    this.categories = categories;
    this.#take(await this.#read());
    this.show();
  }

  #read() {
    return this.api.get("guidelines", { facet: this.of().facet });
  }

  #take({ guidelines }) {
    this.byCategory = new Map(guidelines.map((one) => [one.category, one]));
    this.isRead = true;
  }

  /** The guideline of a class in short, for the panel; nothing where it has none. */
  paint(category) {
    const guideline = this.byCategory.get(category);
    if (!guideline || !(guideline.text || guideline.examples.length || guideline.counters.length)) {
      fill(this.node);
      return;
    }
    const strip = (kind) => guideline[kind].slice(0, IN_PANEL).map((tile) => this.#thumb(tile, kind));
    const images = [...strip("examples"), ...strip("counters")];
    fill(
      this.node,
      el(
        "div",
        { class: "row sm" },
        el("b", { class: "nm" }, t("Guideline: "), this.categories.get(category).name),
        el("span", { class: "sp" }),
        el("button", { class: "btn link", type: "button", onclick: () => this.on.open(category) }, t("all"), key("g")),
      ),
      guideline.text ? el("p", { class: "sm q clamp", title: guideline.text }, guideline.text) : null,
      images.length ? el("div", { class: "guide-strip" }, images) : null,
    );
  }

  #thumb(tile, kind) {
    const [symbol, words] = KINDS[kind];
    return el(
      "span",
      { class: `ref ${kind}`, title: words },
      el("img", { src: this.api.thumb(tile.id), alt: tile.name, draggable: false }),
      icon(symbol, "xs"),
    );
  }

  /** The sheet of all classes; `tile` is what is focused, which can be made an example. */
  open(host, tile, category) {
    const list = this.categories.list;
    let at = category ?? list[0]?.id ?? null;
    const body = el("div", { class: "guides" });
    const show = () =>
      fill(
        body,
        this.#tabs(list, at, (id) => {
          at = id;
          show();
        }),
        this.isRead ? this.#page(at, tile, show) : el("p", { class: "sm q" }, t("Reading the guidelines.")),
      );
    this.show = show;
    body.onkeydown = (event) => event.stopPropagation();
    sheet(host, t("Guidelines"), body).wide();
    show();
  }

  #tabs(list, at, choose) {
    return el(
      "div",
      { class: "tabs" },
      list.map((category) =>
        el(
          "button",
          { class: category.id === at ? "on" : "", type: "button", onclick: () => choose(category.id) },
          nameOf(category),
        ),
      ),
    );
  }

  #page(category, tile, show) {
    const guideline = this.byCategory.get(category) ?? { text: "", examples: [], counters: [], practice: [] };
    const field = el("textarea", {
      class: "field",
      rows: 4,
      maxLength: 2000,
      placeholder: t("What belongs here, and what does not? Describe how to decide close cases."),
      "aria-label": t("Guideline"),
    });
    const writes = this.api.may("POST guidelines");
    field.readOnly = !writes;
    field.value = this.typed.get(category) ?? guideline.text;
    const changed = () => field.value.trim() !== guideline.text;
    const save = el(
      "button",
      {
        class: "btn p",
        type: "button",
        disabled: !changed(),
        onclick: () => this.#send({ category, text: field.value, was: guideline.text }, show),
      },
      t("Save the text"),
    );
    field.oninput = () => {
      this.typed.set(category, field.value);
      save.disabled = !changed();
    };
    const row = (kind) =>
      el(
        "div",
        { class: "refs" },
        el("h3", {}, icon(KINDS[kind][0], "s"), KINDS[kind][1]),
        guideline[kind].length
          ? plainList(
              el(
                "div",
                { class: "ref-grid" },
                guideline[kind].map((one) => this.#removable(one, category, kind, show)),
              ),
              KINDS[kind][1],
            )
          : el("span", { class: "sm qq" }, t("No {noun} yet.", { noun: this.of().noun })),
      );
    return el(
      "div",
      { class: "col" },
      field,
      writes && el("div", { class: "row" }, save),
      this.of().kinds.map(row),
      writes && this.#offer(category, tile, show),
    );
  }

  #removable(tile, category, kind, show) {
    const node = build(tile, this.api);
    paint(node, { ...tile, proposed: null }, this.categories, { value: null });
    const drop = el(
      "button",
      {
        class: "drop",
        type: "button",
        title: t("Take it out"),
        onclick: () => this.#send({ category, item: tile.id, kind: KINDS[kind][2], on: false }, show),
      },
      icon("close", "xs"),
    );
    if (this.api.may("POST guidelines")) node.append(drop);
    return node;
  }

  /** What is focused as an example, a counter-example, or to practise on. */
  #offer(category, tile, show) {
    if (!tile) return null;
    const name = this.categories.get(category).name;
    const words = {
      examples: t("Example of {name}", { name }),
      counters: t("Not {name}", { name }),
      practice: t("Practise {name} on it", { name }),
    };
    const button = (kind) =>
      el(
        "button",
        {
          class: "btn s",
          type: "button",
          onclick: () => this.#send({ category, item: tile.id, kind: KINDS[kind][2] }, show),
        },
        icon(KINDS[kind][0], "s"),
        words[kind],
      );
    return el(
      "div",
      { class: "row offer" },
      el("img", { src: this.api.thumb(tile.id), alt: tile.name }),
      el(
        "div",
        { class: "grow col tight" },
        el("span", { class: "sm q nm" }, t("The focused {noun}, {name}", { noun: this.of().noun, name: tile.name })),
        el("div", { class: "row buttons wrap" }, this.of().kinds.map(button)),
      ),
    );
  }

  /** One change after the other: each answer lists all guidelines, and one from before the next change would take it off the sheet. */
  #send(body, show) {
    this.sent = this.sent.then(() => this.#sendNext(body, show));
  }

  async #sendNext(body, show) {
    try {
      const { facet } = this.of();
      this.#take(await this.api.post("guidelines", facet ? { ...body, facet } : body));
      if (body.text !== undefined) this.typed.delete(body.category);
      show();
      this.on.changed();
    } catch (error) {
      this.on.failed(error);
      if (error.status !== 409) return;
      this.#take(await this.#read()); // theirs below, mine in the field
      show();
    }
  }
}
