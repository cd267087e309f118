// The category tree by form: each operation says first what it would touch, is one batch, and offers its undo.

import { uuid } from "../server/api.js";
import { count, debounce, el, fill, icon, many } from "../shared/dom.js";
import { historyOf } from "../shared/history.js";
import { menu, sheet, toast } from "../shared/notices.js";
import { chooser } from "../shared/picker.js";
import { nameOf } from "../shared/tiles.js";

const PALETTE = ["#00875F", "#D98300", "#0072B2", "#B5518F", "#4FA8DC", "#A63C06", "#6B5B95", "#7A7100"];
const ICONS = [
  "landscape",
  "sports_esports",
  "description",
  "photo_camera",
  "category",
  "label",
  "star",
  "bookmark",
  "movie",
  "pets",
  "directions_car",
  "restaurant",
  "home",
  "palette",
  "group",
  "music_note",
];
const SPLIT_SHOWN = 12;

/** A form in a sheet: typing stays in it, Escape closes it. Resolves the returned `close`. */
function form(host, title, ...content) {
  const body = el("div", { class: "form" }, content);
  body.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") event.stopPropagation();
  });
  return sheet(host, title, body);
}

const field = (label, input, hint = null) =>
  el(
    "label",
    { class: "entry" },
    el("span", { class: "lab" }, label),
    input,
    hint ? el("span", { class: "sm q" }, hint) : null,
  );
const lines = (text) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** What an operation touches, in a sentence. */
export function touches(effect, { misfit = false } = {}) {
  const parts = [`${many(effect.labels, "label")} on ${many(effect.items, "image")}`, many(effect.prompts, "prompt")];
  const heads = effect.heads.length
    ? `${effect.heads.length === 1 ? "head" : "heads"} ${effect.heads.join(", ")}`
    : "no head";
  const after =
    misfit && effect.heads.length
      ? " A head that does not fit any more stops proposing until a new one is trained."
      : "";
  return `Touches ${parts.join(", ")} and ${heads}. No label is lost.${after}`;
}

export class Taxonomy {
  /** `on`: host(), categories(), reload(), textsOf(id). */
  constructor(api, on) {
    this.api = api;
    this.on = on;
  }

  /** Operations on one category, as a menu under `anchor`. */
  menu(anchor, category) {
    menu(anchor, `Change ${category.name}`, [
      ["edit", "Name, colour, key", () => this.edit(category)],
      ["add", "Add a sub-category", () => this.add(category)],
      ["call_split", "Split", () => this.split(category)],
      ["drive_file_move", "Move", () => this.move(category)],
      ["merge", "Merge into another", () => this.merge(category)],
      ["archive", "Retire", () => this.retire(category)],
    ]);
  }

  /** Ask for the effect now and at each change; the button waits for a valid answer. */
  #previewed(request, verb, done, options = {}) {
    const told = el("p", { class: "sm q effect", role: "status" }, "Looking at what it touches");
    const button = el("button", { class: "btn p", type: "button", disabled: true }, verb);
    let asked = 0;
    const ask = async () => {
      const wanted = request();
      const mine = ++asked;
      button.disabled = true;
      if (wanted === null) {
        fill(told, options.waiting ?? "Nothing is changed yet.");
        return;
      }
      try {
        const effect = await this.api.post("taxonomy", { ...wanted, was: undefined, preview: true });
        if (mine !== asked) return;
        fill(told, options.say ? options.say(effect) : touches(effect, options));
        told.classList.remove("bad");
        button.disabled = false;
      } catch (error) {
        if (mine === asked) {
          fill(told, error.message);
          told.classList.add("bad");
        }
      }
    };
    button.onclick = async () => {
      button.disabled = true;
      try {
        done(await this.api.post("taxonomy", { ...request(), preview: false }));
      } catch (error) {
        fill(told, error.message);
        told.classList.add("bad");
        button.disabled = false;
        if (error.status === 409) this.on.reload(); // what stands by now lies below the form
      }
    };
    ask();
    return { told, button, ask: debounce(ask, 200) };
  }

  /** Close, read the tree again, and offer the undo. */
  async #done(close, effect, text) {
    close();
    historyOf(this.api).push(effect.batch);
    await this.on.reload();
    const undo = async () => {
      try {
        await this.api.post("undo", { batch: effect.batch });
        await this.on.reload();
        toast(this.on.host(), "The categories are as they were before.");
      } catch (error) {
        toast(this.on.host(), error.message);
      }
    };
    toast(this.on.host(), text, ["Undo", undo], 12000);
  }

  #buttons(parts, close) {
    return el(
      "div",
      { class: "row foot" },
      parts.button,
      el("button", { class: "btn", type: "button", onclick: () => close() }, "Cancel"),
    );
  }

  add(parent = null, facets = []) {
    const name = el("input", { class: "field", maxLength: 200, "aria-label": "Name" });
    const where = this.#parents(null, parent);
    const prompts = el("textarea", {
      class: "field",
      rows: 4,
      "aria-label": "Prompts, one a line",
      placeholder: "One prompt a line, as you would say it to somebody",
    });
    const facet = this.#facet(facets);
    const request = () => {
      if (!name.value.trim()) return null;
      const own = lines(prompts.value);
      const texts = own.length ? own : [`a picture of ${name.value.trim().replaceAll("_", " ")}`];
      return { action: "add", name: name.value, parent: where.chosen(), prompts: texts, ...facet.chosen() };
    };
    const parts = this.#previewed(
      request,
      "Add the category",
      (effect) => this.#done(close, effect, `${name.value.trim()} was added. Version ${effect.version} is published.`),
      {
        waiting: "Type a name.",
        say: (effect) =>
          effect.heads.length
            ? touches(effect, { misfit: true })
            : "A new class to choose. No label is touched; no head knows it yet.",
      },
    );
    for (const input of [name, prompts, where.node, facet.node]) input.addEventListener("input", parts.ask);
    const close = form(
      this.on.host(),
      parent ? `Add a sub-category of ${parent.name}` : "Add a category",
      field("Name", name),
      field("Lies under", where.node),
      facet.row,
      field("Prompts", prompts, "Left empty, its name is the first prompt."),
      parts.told,
      this.#buttons(parts, () => close()),
    );
    name.focus();
  }

  /** At the top a category belongs to a facet: the known ones, or a new one. */
  #facet(facets) {
    const node = el(
      "select",
      { class: "field", "aria-label": "Facet" },
      facets.map((facet) =>
        el(
          "option",
          { value: facet.name },
          `${facet.name}, ${facet.exclusive ? "one label an image" : "any number of labels"}`,
        ),
      ),
      el("option", { value: "" }, "A new facet with any number of labels"),
    );
    const name = el("input", {
      class: "field",
      maxLength: 60,
      placeholder: "Name of the facet, for example tags",
      "aria-label": "Name of the facet",
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
      row: facets.length ? field("Facet", el("div", {}, node, name)) : null,
      chosen: () =>
        facets.length
          ? { facet: node.value || name.value.trim() || "tags", exclusive: known()?.exclusive ?? false }
          : {},
    };
  }

  #parents(category, parent) {
    const all = this.on.categories().list;
    const below = (other) => {
      for (let at = other; at && at.id !== null; at = this.on.categories().get(at.parent))
        if (at.id === category?.id) return true;
      return false;
    };
    const allowed = all.filter(
      (other) =>
        (category === null || (other.facet === category.facet && !below(other))) &&
        (other.path || "").split(/(?<!\/)\/(?!\/)/).length < 3,
    );
    const node = chooser(
      this.on.host,
      "Lies under",
      [
        { value: "", label: "the top" },
        ...allowed.map((other) => ({ value: other.id, label: other.path, category: other })),
      ],
      parent?.id ?? "",
    );
    return { node, chosen: () => (node.value ? Number(node.value) : null) };
  }

  edit(category) {
    const name = el("input", { class: "field", value: category.name, maxLength: 200, "aria-label": "Name" });
    const key = el("input", {
      class: "field",
      value: category.key ?? "",
      inputMode: "numeric",
      maxLength: 2,
      "aria-label": "Key",
    });
    const description = el("textarea", {
      class: "field",
      rows: 3,
      maxLength: 2000,
      value: category.description ?? "",
      "aria-label": "What belongs here",
    });
    const chosen = { color: category.color, icon: category.icon };
    const colour = this.#swatches(
      PALETTE,
      chosen.color,
      "Colour",
      (value) => el("i", { class: "swatch", style: { background: value } }),
      (value) => {
        chosen.color = value;
        parts.ask();
      },
    );
    const symbol = this.#swatches(
      ICONS,
      chosen.icon,
      "Icon",
      (value) => icon(value),
      (value) => {
        chosen.icon = value;
        parts.ask();
      },
    );
    const request = () => {
      const wanted = {
        name: name.value.trim(),
        color: chosen.color,
        icon: chosen.icon,
        key: key.value.trim(),
        description: description.value.trim(),
      };
      const seen = ({ name, color, icon, key, description }) => ({
        name,
        color,
        icon,
        key: String(key ?? ""),
        description: description ?? "",
      });
      const opened = seen(category);
      const changes = Object.fromEntries(Object.entries(wanted).filter(([what, value]) => value !== opened[what]));
      const was = seen(this.on.categories().get(category.id) ?? category); // after a refusal the tree was read again
      return Object.keys(changes).length ? { action: "edit", id: category.id, changes, was } : null;
    };
    const parts = this.#previewed(request, "Save the changes", (effect) =>
      this.#done(close, effect, `${name.value.trim()} was changed.`),
    );
    for (const input of [name, key, description]) input.addEventListener("input", parts.ask);
    const top = category.parent === null || category.parent === undefined;
    const close = form(
      this.on.host(),
      `Change ${category.name}`,
      field("Name", name),
      el(
        "div",
        { class: "row t" },
        el("div", { class: "grow" }, field("Key, 1 to 20", key, "11 to 20 with Shift")),
        top ? el("div", { class: "grow2" }, field("Colour", colour)) : null,
      ),
      field("Icon", symbol),
      field("What belongs here", description),
      parts.told,
      this.#buttons(parts, () => close()),
    );
    name.focus();
  }

  #swatches(values, current, label, draw, choose) {
    const node = el("div", { class: "row swatches", role: "radiogroup", "aria-label": label });
    const known = values.includes(current) ? values : [current, ...values];
    for (const value of known) {
      const button = el(
        "button",
        {
          type: "button",
          class: value === current ? "on" : "",
          title: value,
          "aria-label": value,
          onclick: () => {
            for (const other of node.children) other.classList.toggle("on", other === button);
            choose(value);
          },
        },
        draw(value),
      );
      node.append(button);
    }
    return node;
  }

  move(category) {
    const where = this.#parents(category, this.on.categories().get(category.parent));
    const request = () =>
      where.chosen() === (category.parent ?? null) ? null : { action: "move", id: category.id, parent: where.chosen() };
    const parts = this.#previewed(
      request,
      `Move ${category.name}`,
      (effect) => this.#done(close, effect, `${category.name} was moved.`),
      { misfit: true, waiting: "It lies there already." },
    );
    where.node.addEventListener("input", parts.ask);
    const close = form(
      this.on.host(),
      `Move ${category.name}`,
      field("Lies under", where.node),
      parts.told,
      this.#buttons(parts, () => close()),
    );
  }

  merge(category) {
    const others = this.on
      .categories()
      .list.filter((other) => other.id !== category.id && other.facet === category.facet);
    const into = chooser(
      this.on.host,
      "Into",
      [
        { value: "", label: "choose a category" },
        ...others.map((other) => ({ value: other.id, label: other.path, category: other })),
      ],
      "",
    );
    const request = () => (into.value ? { action: "merge", id: category.id, into: Number(into.value) } : null);
    const parts = this.#previewed(
      request,
      `Merge ${category.name}`,
      (effect) =>
        this.#done(
          close,
          effect,
          `${category.name} was merged: ${many(effect.labels, "label")} went over, each keeps where it came from.`,
        ),
      { misfit: true, waiting: "Choose what it becomes a part of." },
    );
    into.addEventListener("input", parts.ask);
    const close = form(
      this.on.host(),
      `Merge ${category.name} into another`,
      field("Into", into),
      parts.told,
      this.#buttons(parts, () => close()),
    );
  }

  retire(category) {
    const parts = this.#previewed(
      () => ({ action: "retire", id: category.id }),
      `Retire ${category.name}`,
      (effect) => this.#done(close, effect, `${category.name} is retired.`),
      {
        misfit: true,
        say: (effect) =>
          `${touches(effect, { misfit: true })} Its labels stay and are exported; nobody can give it any more.`,
      },
    );
    const close = form(
      this.on.host(),
      `Retire ${category.name}`,
      parts.told,
      this.#buttons(parts, () => close()),
    );
  }

  /** Children with their prompts on the left, what each would get on the right; a click sends an image to the next child. */
  split(category, drafts = null) {
    const entries = drafts ?? [
      { name: "", prompts: "" },
      { name: "", prompts: "" },
    ];
    const chosen = new Map();
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
    const say = (effect) => {
      this.#routes(routes, category, effect, chosen);
      return this.#accounted(category, effect);
    };
    const parts = this.#previewed(
      request,
      `Split ${category.name}`,
      async (effect) => {
        await this.#done(
          close,
          effect,
          `${category.name} was split. Every image is accounted for: ${many(effect.items, "image")}.`,
        );
        if (effect.to_confirm) this.confirm(category, effect);
      },
      { say, waiting: "Name the children." },
    );
    const paint = () =>
      fill(
        rows,
        entries.map((entry, at) => {
          const name = el("input", {
            class: "field",
            value: entry.name,
            maxLength: 200,
            placeholder: `Sub-category ${at + 1}`,
            "aria-label": `Sub-category ${at + 1}`,
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
            placeholder: "One prompt a line",
            "aria-label": `Prompts of sub-category ${at + 1}`,
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
          "Another sub-category",
        ),
      );
    paint();
    const close = form(
      this.on.host(),
      `Split ${category.name}`,
      el("div", { class: "row t splitting" }, rows, routes),
      parts.told,
      this.#buttons(parts, () => close()),
    );
    close.box.classList.add("wide");
    rows.querySelector("input").focus();
  }

  #accounted(category, effect) {
    const parts = effect.children.map((child) => `${count(child.items - child.people)} to ${child.name}`);
    const stay = effect.to_confirm
      ? `, ${count(effect.to_confirm)} stay on ${category.name} until their person's label is confirmed`
      : "";
    const left = effect.left ? `, ${count(effect.left)} stay on ${category.name}` : "";
    return `${many(effect.items, "image")}: ${parts.join(", ")}${stay}${left}. ${effect.heads.length ? `Heads ${effect.heads.join(", ")} do not fit any more.` : "No head knows it."}`;
  }

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
        const tile = (one) =>
          el(
            "button",
            {
              type: "button",
              class: `pick ${one.person ? "h" : ""} ${chosen.has(one.item) ? "on" : ""}`,
              title: `${Math.round(100 * one.confidence)} % ${child.name}. Click: to the next sub-category`,
              onclick: () => {
                chosen.set(one.item, names[(names.indexOf(child.name) + 1) % names.length]);
                this.#routes(node, category, effect, chosen);
              },
            },
            el("img", { src: this.api.thumb(one.item), alt: "" }),
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
          `Confirm the ${all.length} shown`,
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
        "The least certain are shown. A click sends an image to the next sub-category; what you confirm becomes your label.",
      ),
    );
  }

  /** People's labels that a split left on the parent, each with the suggested child. */
  async confirm(category, effect) {
    const { suggestions } = await this.api.get("suggestions", { batch: effect.batch });
    const body = el("div", { class: "col" });
    const close = form(
      this.on.host(),
      `Confirm ${many(suggestions.length, "label")} made by people`,
      el(
        "p",
        { class: "sm q" },
        `They stand on ${category.name} until you confirm the suggested sub-category. You can do this later, in Review.`,
      ),
      body,
    );
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
                title: "Click to leave it out",
                onclick: () => {
                  if (out.has(one.item)) out.delete(one.item);
                  else out.add(one.item);
                  tile.classList.toggle("off", out.has(one.item));
                  button.textContent = words();
                },
              },
              el("img", { src: this.api.thumb(one.item), alt: "" }),
            );
            return tile;
          }),
        );
        const words = () => `Confirm ${lot.length - out.size}`;
        const button = el(
          "button",
          {
            class: "btn s p",
            type: "button",
            onclick: async () => {
              const batch = uuid();
              const items = lot.filter((one) => !out.has(one.item)).map((one) => ({ id: one.item, version: null }));
              try {
                await this.api.post("ops", {
                  ops: [{ id: batch, batch, kind: "label", category: id, items, source: "human" }],
                });
                box.remove();
                if (!body.children.length) close();
                await this.on.reload();
              } catch (error) {
                toast(this.on.host(), error.message);
              }
            },
          },
          words(),
        );
        fill(
          box,
          el("div", { class: "row" }, nameOf(this.on.categories().get(id)), el("span", { class: "sp" }), button),
          pictures,
        );
        return box;
      }),
    );
  }
}
