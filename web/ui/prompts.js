// The Prompts work area: edit a draft and see at once which images it moves; publish it as a version.

import { Api } from "./api.js";
import { ago, count, debounce, el, fill, icon, many } from "./dom.js";
import { mounter } from "./mounting.js";
import { choose, sheet, toast } from "./notices.js";
import { build, Categories, chip, colours, nameOf, paint } from "./tiles.js";

class Prompts {
  constructor(root, data) {
    this.api = new Api(data.workspace);
    this.badge = el("span", { class: "badge ok" });
    this.versions = el("button", { class: "btn", type: "button", onclick: () => this.showVersions() }, icon("history"), "Versions");
    const head = el("div", { class: "head" }, el("h1", {}, "Prompts"), el("span", { class: "q" }, "See what an edit moves before anybody else does"), el("span", { class: "sp" }), this.versions, this.badge);
    this.tree = el("div", { class: "col tree" });
    this.mid = el("div", { class: "col mid" });
    this.right = el("div", { class: "col right" });
    this.node = el("div", { class: "sl prompts" }, head, el("div", { class: "row t work" }, this.tree, this.mid, this.right));
    root.append(this.node);
    this.later = debounce(() => this.measure(), 150);
  }

  async start() {
    try {
      this.meta = await this.api.get("meta");
      this.read(await this.api.get("prompts"));
      this.focus = this.rows.find((row) => row.id !== null) ?? null;
      this.paint();
      await this.measure();
      this.node.dataset.ready = "1";
      await this.judge();
    } catch (error) { this.failed(error); }
  }

  read(answer) {
    this.version = answer.version;
    this.history = answer.versions;
    this.published = JSON.stringify(this.lean(answer.categories));
    this.templates = answer.templates ?? [];
    this.rows = (answer.draft?.categories ?? answer.categories).map((row) => ({ ...row, prompts: row.prompts.map((prompt) => ({ ...prompt })) }));
    this.categories = new Categories(this.meta.categories);
  }

  lean(rows) { return rows.map(({ id, name, parent, prompts }) => ({ id, name, parent: parent ?? null, prompts: prompts.filter((prompt) => prompt.text.trim()).map(({ text, on }) => ({ text: text.trim(), on })) })); }

  get changed() { return JSON.stringify(this.lean(this.rows)) !== this.published; }

  category(row) { return row.id === null ? { id: null, name: row.name, path: row.name, color: "#697184", tint: "#EEF0F4", text: "#454C5C", icon: "new_label" } : this.categories.get(row.id); }

  edited() { this.paintBadge(); this.later(); }

  /** Ask the server what the draft does; an older answer never replaces a newer one. */
  async measure() {
    this.controller?.abort();
    this.controller = new AbortController();
    this.right.classList.add("busy");
    try {
      const start = performance.now();
      this.effect = await this.api.post("draft", { base: this.version, categories: this.lean(this.rows), templates: this.templates, focus: this.focus?.id ?? null, save: this.changed }, this.controller.signal);
      this.took = performance.now() - start;
      this.right.classList.remove("busy");
      this.problem = null;
    } catch (error) {
      if (error.name === "AbortError") return;
      this.problem = error.message;
    }
    this.paintTree();
    this.paintTop();
    this.paintUnknown();
    this.paintRight();
  }

  /** The gain of each published prompt on people's labels. */
  async judge() {
    this.card = await this.api.get("scorecard");
    this.reach = Math.max(0.1, ...this.card.prompts.flatMap((row) => (row.gain === null ? [] : [Math.abs(row.low), Math.abs(row.high)])));
    this.paintMid();
  }

  scoreOf(prompt) { return this.card?.prompts.find((row) => row.category === this.focus.id && row.prompt === prompt.text.trim()); }

  /** A dot with its interval on an axis through zero. */
  gain(prompt) {
    if (!this.card?.prompts.length) return null;
    const score = prompt.on ? this.scoreOf(prompt) : null;
    if (!score || score.gain === null) return el("div", { class: "gain sm qq" }, prompt.on ? (score ? "not judged" : "new") : "switched off");
    const at = (value) => `${50 + (50 * value) / this.reach}%`;
    const tone = score.hurts ? "var(--bad)" : score.low > 0 ? "var(--p)" : "#7C8496";
    return el("div", { class: "gain", title: `${score.gain.toFixed(2)} logits, ${score.low.toFixed(2)} to ${score.high.toFixed(2)}` },
      el("div", { class: "axis", style: { "--tone": tone } }, el("i", { class: "zero" }), el("i", { class: "span", style: { left: at(score.low), right: `calc(100% - ${at(score.high)})` } }), el("i", { class: "dot", style: { left: at(score.gain) } })),
      el("span", { class: "num sm", style: { color: score.hurts ? "var(--bad)" : "" } }, `${score.gain > 0 ? "+" : ""}${score.gain.toFixed(2)}`));
  }

  paintConfused() {
    const found = this.card?.confused;
    if (!this.confused) return;
    this.confused.style.display = found ? "" : "none";
    if (!found) return;
    const [one, other] = [this.categories.get(found.one), this.categories.get(found.other)];
    const draft = el("button", { class: "btn s", type: "button", title: `Write a prompt that only ${one.name} fits`, onclick: () => { this.focus = this.rows.find((row) => row.id === found.one) ?? this.focus; this.paint(); this.addPrompts([""]); } }, "Draft a prompt");
    const link = el("a", { class: "btn s", href: `review?workspace=${this.api.workspace}&by=all&ids=${found.ids.join(",")}` }, "Open them");
    fill(this.confused, el("div", { class: "grow" }, el("h2", {}, "Most confused"), el("div", { class: "row" }, nameOf(one), el("span", { class: "q" }, "and")), nameOf(other), el("div", { class: "sm q" }, `${many(found.count, "image")} within a margin of ${found.within}`)),
      el("div", { class: "pics" }, found.tiles.slice(0, 3).map((tile) => el("img", { src: this.api.thumb(tile.id), alt: tile.name, title: tile.name }))), el("div", { class: "col two" }, link, draft));
  }

  paint() { this.paintBadge(); this.paintTree(); this.paintMid(); this.paintRight(); }

  paintBadge() {
    const draft = this.changed;
    this.badge.className = `badge ${draft ? "warn" : "ok"}`;
    fill(this.badge, icon(draft ? "edit" : "cloud_done", "s"), draft ? "Draft, not published" : `Version ${this.version} published`);
  }

  countOf(id) { return this.effect?.counts.find((row) => row.category === id); }

  paintTree() {
    const nodes = this.rows.map((row) => {
      const category = this.category(row);
      const n = this.countOf(row.id);
      return el("button", { class: `node ${row === this.focus ? "on" : ""} ${row.parent ? "child" : ""}`, type: "button", title: category.path, style: colours(category), onclick: () => { this.focus = row; this.paintTree(); this.paintMid(); this.later(); } },
        row.parent ? el("span", { class: "dot" }) : icon(category.icon), el("span", { class: "nm grow" }, row.name), el("span", { class: "num q sm count" }, n ? count(n.after) : ""));
    });
    const add = el("button", { class: "btn s", type: "button", onclick: () => this.add() }, icon("add", "s"), "Add");
    const facet = this.meta.facets?.[0];
    fill(this.tree, el("div", { class: "row" }, el("h2", {}, "Categories"), el("span", { class: "sp" }), add), el("div", { class: "list" }, nodes.length ? nodes : el("p", { class: "sm q" }, "No categories yet. Add one to start.")),
      facet ? el("div", { class: "sm q" }, "Facet: ", el("b", {}, facet.name), facet.exclusive ? ", one label an image" : ", any number of labels") : null);
  }

  async add() {
    const chosen = await choose(this.node, "Name of the new category", [], { free: true });
    if (!chosen) return;
    const row = { id: null, name: chosen.label, parent: null, prompts: [{ text: `a picture of ${chosen.label.replaceAll("_", " ")}`, on: true }] };
    this.rows.push(row);
    this.focus = row;
    this.paint();
    this.edited();
  }

  paintMid() {
    if (!this.focus) { fill(this.mid, el("div", { class: "empty" }, "Add a category, then describe it in a few prompts.")); return; }
    const n = this.countOf(this.focus.id);
    this.lines = el("div", { class: "col", style: { gap: "9px" } });
    this.top = el("div", { class: "box" });
    this.confused = el("div", { class: "box row confused", style: { display: "none" } });
    const add = el("button", { class: "btn", type: "button", onclick: () => this.addPrompts([""]) }, icon("add"), "Add prompt");
    const paste = el("button", { class: "btn", type: "button", onclick: () => this.paste() }, icon("content_paste"), "Paste a list");
    const parent = this.focus.parent ? `${this.categories.get(this.focus.parent).name} / ` : "";
    fill(this.mid, el("div", { class: "row" }, el("span", { class: "q" }, parent), el("h2", { class: "nm", title: this.focus.name }, this.focus.name), n ? el("span", { class: "badge num" }, many(n.after, "image")) : null), this.lines, el("div", { class: "row" }, add, paste, el("span", { class: "sp" }), el("span", { class: "sm q", title: this.card?.why || "" }, this.card ? (this.card.n ? `Measured on ${many(this.card.n, "human label")}` : "Gains are shown after a few labels") : "")), this.top, this.confused,
      this.templates.length ? el("div", { class: "sm q" }, `Templates shared by all categories: ${this.templates.join(" · ")}`) : null);
    this.paintLines();
    this.paintTop();
    this.paintConfused();
  }

  paintLines() {
    if (!this.lines) return;
    fill(this.lines, this.card?.prompts.length ? el("div", { class: "row sm q over" }, el("span", { class: "grow" }, "Prompt"), el("span", { class: "gain", title: "How far the prompt pushes its own images above those of the class that it serves worst; 95 % intervals for all prompts together" }, "Gain, logits (95 %)")) : null, this.focus.prompts.map((prompt) => {
      const under = el("div", { class: "sm q under" });
      const field = el("input", { class: "field", value: prompt.text, "aria-label": "Prompt", maxLength: 300, placeholder: "Describe what is seen, in a few words" });
      const line = el("div", { class: `line ${prompt.on ? "" : "off"}` });
      const box = el("input", { type: "checkbox", class: "cbx", checked: prompt.on, "aria-label": "In use" });
      box.onchange = () => { prompt.on = box.checked; line.classList.toggle("off", !prompt.on); this.edited(); };
      field.oninput = () => { prompt.text = field.value; this.edited(); };
      field.onkeydown = (event) => { if (event.key === "Enter") this.addPrompts([""]); };
      const remove = el("button", { class: "icon", type: "button", title: "Remove this prompt", onclick: () => { this.focus.prompts.splice(this.focus.prompts.indexOf(prompt), 1); this.paintLines(); this.edited(); } }, icon("close"));
      const gain = this.gain(prompt);
      line.append(box, field, ...(gain ? [gain] : []), remove);
      const score = prompt.on ? this.scoreOf(prompt) : null;
      const off = el("button", { class: "btn link", type: "button", onclick: () => { prompt.on = false; this.paintLines(); this.edited(); } }, "Switch off");
      const hurts = score?.hurts ? el("div", { class: "sm hurts" }, icon("trending_down", "s"), `Hurts: it looks more like ${this.categories.get(score.against).name}.`, off) : null;
      const node = el("div", {}, line, ...(hurts ? [hurts] : []), under);
      node.prompt = prompt;
      return node;
    }));
    this.paintUnknown();
  }

  /** A native field cannot underline one word, so the unknown ones are repeated below it. */
  paintUnknown() {
    for (const node of this.lines?.children ?? []) {
      if (!node.prompt) continue;
      const words = this.effect?.unknown?.find((row) => row.prompt === node.prompt.text.trim())?.words ?? [];
      fill(node.lastChild, words.length ? ["The encoder was never trained on ", words.map((word, at) => [at ? ", " : "", el("u", {}, word)])].flat(2) : null);
    }
  }

  addPrompts(texts) {
    this.focus.prompts.push(...texts.map((text) => ({ text, on: true })));
    this.paintLines();
    this.lines.lastChild?.querySelector(".field").focus();
    this.edited();
  }

  paste() {
    const field = el("textarea", { class: "field", rows: 8, placeholder: "One prompt a line", "aria-label": "Prompts, one a line" });
    field.onkeydown = (event) => event.stopPropagation();
    let close = () => {};
    const use = el("button", { class: "btn p", type: "button", style: { "margin-top": "11px" }, onclick: () => { close(); this.addPrompts(field.value.split("\n").map((text) => text.trim()).filter(Boolean)); } }, "Add the prompts");
    close = sheet(this.node, "Paste a list", el("div", { style: { "margin-top": "11px" } }, field), use);
    field.focus();
  }

  paintTop() {
    if (!this.top) return;
    const tiles = (this.effect?.top ?? []).slice(0, 12);
    fill(this.top, el("div", { class: "row", style: { "margin-bottom": "11px" } }, el("h2", {}, "Top images of the draft"), el("span", { class: "sp" }), el("span", { class: "sm q" }, "cosine to the class")),
      tiles.length ? el("div", { class: "top" }, tiles.map((tile) => { const node = build(tile, this.api); paint(node, { ...tile, proposed: null }, this.categories, { name: false }); return node; })) : el("div", { class: "sm q" }, "No images to compare with yet."));
  }

  paintRight() {
    const effect = this.effect;
    if (this.problem) { fill(this.right, el("div", { class: "alert bad", role: "alert" }, icon("error", "s"), this.problem)); return; }
    if (!effect) { fill(this.right, el("div", { class: "sm qq" }, "Measuring the draft")); return; }
    const moves = effect.moves.slice(0, 3).map((move) => el("div", { class: "move" }, el("div", { class: "row" }, chip(this.categories.get(move.from)), icon("arrow_forward", "s"), chip(this.categories.get(move.to)), el("span", { class: "sp" }), el("b", { class: "num" }, count(move.count))),
      el("div", { class: "moves" }, move.tiles.slice(0, 5).map((tile) => el("img", { src: this.api.thumb(tile.id), alt: tile.name, title: tile.name })))));
    this.note ??= el("input", { class: "field", placeholder: "What changed and why", "aria-label": "Note", maxLength: 300 });
    const publish = el("button", { class: "btn p grow", type: "button", disabled: !this.changed, onclick: () => this.publish() }, icon("publish"), `Publish version ${this.version + 1}`);
    const discard = el("button", { class: "btn", type: "button", disabled: !this.changed, onclick: () => this.discard() }, "Discard");
    fill(this.right, el("div", { class: "row" }, el("h2", {}, `Draft against version ${this.version}`), el("span", { class: "sp" }), el("span", { class: "badge num", title: "From the edit to the new ranking" }, icon("bolt", "s"), `${((effect.ms ?? this.took) / 1000).toFixed(2)} s`)),
      this.metrics(effect), this.table(effect), moves, el("div", {}, el("span", { class: "lab" }, `Note for version ${this.version + 1}`), this.note), el("div", { class: "row" }, publish, discard));
  }

  metrics(effect) {
    if (!effect.accuracy) return el("div", { class: "sm q" }, "Accuracy is shown once people have confirmed some labels.");
    const part = (label, { before, after }, text, unit) => {
      const gain = after - before;
      const sign = Math.abs(gain) < 5e-5 ? "no change" : `${gain > 0 ? "↑" : "↓"} ${unit(Math.abs(gain))}`;
      return el("div", {}, el("div", { class: "sm q" }, label), el("div", { class: "v num" }, text(after)), el("div", { class: "sm num", style: { color: gain > 5e-5 ? "var(--ok)" : gain < -5e-5 ? "var(--bad)" : "var(--ink2)" } }, sign));
    };
    return el("div", { class: "box" }, el("div", { class: "metrics" }, part("Accuracy", effect.accuracy, (v) => `${(100 * v).toFixed(1)} %`, (v) => `${(100 * v).toFixed(1)} points`), effect.macro_f1 ? part("Macro F1", effect.macro_f1, (v) => v.toFixed(3), (v) => v.toFixed(3)) : null),
      el("div", { class: "sm q" }, `Zero-shot, ${many(effect.accuracy.n, effect.accuracy.set === "audit" ? "audit item" : "human label")}. Annotators see version ${this.version}.`));
  }

  table(effect) {
    const rows = effect.counts.map((row) => el("tr", {}, el("td", {}, nameOf(this.categories.get(row.category))), el("td", { class: "r" }, count(row.in)), el("td", { class: "r" }, count(row.out)), el("td", { class: "r" }, count(row.contested))));
    const th = (text, cls = "") => el("th", { class: cls }, text);
    return el("table", { class: "df" }, el("thead", {}, el("tr", {}, th("Class"), th("In", "r"), th("Out", "r"), th("Contested", "r"))), el("tbody", {}, rows));
  }

  async publish() {
    try {
      const { version } = await this.api.post("publish", { base: this.version, categories: this.lean(this.rows), templates: this.templates, note: this.note.value });
      const keep = this.focus?.name;
      this.note.value = "";
      this.meta = await this.api.get("meta");
      this.read(await this.api.get("prompts"));
      this.focus = this.rows.find((row) => row.name === keep) ?? this.rows[0];
      this.paint();
      await this.measure();
      this.judge();
      toast(this.node, `Version ${version} is published. Annotators see it now.`, ["Undo", () => this.restore(version - 1)]);
    } catch (error) { toast(this.node, error.message); }
  }

  async restore(number) {
    const old = await this.api.get("prompts", { version: number });
    this.rows = old.categories.map((row) => ({ ...row, prompts: row.prompts.map((prompt) => ({ ...prompt })) }));
    this.focus = this.rows.find((row) => row.name === this.focus?.name) ?? this.rows[0];
    this.paint();
    this.edited();
    toast(this.node, `Version ${number} is in the draft. Publish it to make it the newest.`);
  }

  async discard() {
    this.read({ ...(await this.api.post("discard", {})), draft: null });
    this.focus = this.rows.find((row) => row.name === this.focus?.name) ?? this.rows[0];
    this.paint();
    await this.measure();
  }

  showVersions() {
    let close = () => {};
    const rows = this.history.map((version) => el("div", { class: "row", style: { height: "35px" } }, el("b", {}, `Version ${version.version}`), el("span", { class: "q nm grow" }, [version.note, version.actor, version.at ? `${ago(version.at)} ago` : ""].filter(Boolean).join(" · ")),
      version.version === this.version ? el("span", { class: "badge ok" }, "published") : el("button", { class: "btn s", type: "button", onclick: () => { close(); this.restore(version.version); } }, "Restore into the draft")));
    close = sheet(this.node, "Versions", el("div", { style: { "margin-top": "11px" } }, rows.length ? rows : "Nothing is published yet."));
  }

  failed(error) { fill(this.mid, el("div", { class: "alert bad", role: "alert" }, icon("error", "s"), error.message)); }
  stop() { this.controller?.abort(); this.node.remove(); }
}

export const mount = mounter(Prompts, "/ui/prompts.css");
