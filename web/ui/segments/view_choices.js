// How a run is looked at (model, comparison, score of a shot, smoothing): chosen in the head of the page, obeyed by the timeline.

import { asked, Place } from "../shared/page/address.js";
import { Api } from "../server/api.js";
import { el, icon } from "../shared/dom.js";
import { mounter } from "../shared/mounting.js";
import { menu } from "../shared/notices.js";
import { offer } from "./plan.js";
import { t } from "../shared/page/words.js";

const looks = new Map();

/** What is chosen in a workspace, by name; `change` tells who shows it. Python does not hear of it: nothing is to be computed there. */
class Look extends EventTarget {
  values = {};

  choose(name, value) {
    this.values = { ...this.values, [name]: value };
    this.dispatchEvent(new Event("change"));
  }
}

/** The look of a workspace, one for the head of the page and the timeline. `born` parts it from one that had the name before. */
export function lookOf({ workspace, born }) {
  const name = `${workspace} ${born}`;
  if (!looks.has(name)) looks.set(name, new Look());
  return looks.get(name);
}

/** The head's part: a choice of each kind, and the export of what they give. */
class Choices {
  /** `data`: `choices` with `name`, `label`, `value` and `options` ([value, text]) each; `formats` ([name, text]); `run`, 0 while one is read. */
  constructor(root, data) {
    this.api = new Api(data);
    this.address = new Place(data.workspace);
    this.look = lookOf(data);
    this.node = el("div", { class: "sl choices" });
    root.append(this.node);
    this.data = data;
  }

  /** The address says how the run is looked at; what it does not say stays as it was. */
  start() {
    for (const { name } of this.data.choices) {
      const wanted = asked(name);
      if (wanted !== null && wanted !== this.look.values[name]) this.look.choose(name, wanted);
    }
    this.paint();
    this.#keep();
  }

  #keep() {
    const values = this.data.choices.map(({ name, value }) => [name, this.look.values[name] ?? value, value]);
    this.address.set(
      Object.fromEntries(values.map(([name, chosen, first]) => [name, chosen === first ? null : chosen])),
    );
    this.address.write();
  }

  update(data) {
    this.data = data;
    this.paint();
  }

  paint() {
    this.button = el(
      "button",
      { class: "btn", type: "button", "aria-haspopup": "menu", onclick: () => this.open() },
      icon("ios_share", "s"),
      t("Export"),
      icon("expand_more", "s"),
    );
    this.show = el(
      "a",
      {
        class: "btn",
        target: "_blank",
        rel: "noopener",
        title: t("Open the presentation page in a new tab"),
      },
      icon("present_to_all", "s"),
      t("Present"),
    );
    this.place = el("div", { class: "place" }, this.button);
    this.place.hidden = this.show.hidden = !this.data.run;
    if (!this.api.may("GET run/{id}/export")) this.place.hidden = true;
    this.node.replaceChildren(...this.data.choices.map((choice) => this.#select(choice)), this.show, this.place);
    this.#address();
  }

  /** The link holds what is chosen now, so that it shows the same to whoever gets it. */
  #address() {
    const { workspace, run } = this.data;
    const chosen = Object.entries(this.look.values).filter(([name, value]) => name !== "compare" && value !== "");
    const query = new URLSearchParams(chosen);
    this.show.href = `/present/${encodeURIComponent(workspace)}/${run}?${query}`;
  }

  /** A choice that is no longer there, a head of before a reset, gives way to the first one. */
  #select({ name, label, value, options }) {
    const chosen = this.look.values[name] ?? value;
    const there = options.some(([one]) => one === chosen);
    const field = el(
      "select",
      { class: `field ${name}`, "aria-label": label },
      options.map(([one, text]) => el("option", { value: one, selected: one === (there ? chosen : value) }, text)),
    );
    field.onchange = () => {
      this.look.choose(name, field.value);
      this.#address();
      this.#keep();
      field.blur();
    };
    if (!there) this.look.choose(name, value);
    return field;
  }

  open() {
    menu(
      this.place,
      t("Export"),
      this.data.formats.map(([name, text]) => ["download", text, () => this.export(name)]),
    );
  }

  /** Made when it is asked for, so it holds the newest corrections. */
  async export(format) {
    this.button.disabled = true;
    await offer(this.node, this.api.get(`run/${this.data.run}/export`, { ...this.look.values, format }));
    this.button.disabled = false;
  }

  stop() {
    this.address.stop();
    this.node.remove();
  }
}

export const mount = mounter(Choices, "/ui/segments/timeline.css");
