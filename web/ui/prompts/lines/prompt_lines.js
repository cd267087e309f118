// @ts-check
// The prompts of one category: fields with their gain, a close look at each, a list to paste, suggestions, shared templates.

/** @import { Prompts } from "../prompts.js" */
import { el, fill, fixed, icon, isComposing, signed } from "../../shared/dom.js";
import { closeUp } from "./close_up.js";
import { pasteList, suggestPrompts } from "./more_prompts.js";
import { Templates } from "./templates.js";
import { many, t } from "../../shared/page/words.js";

/** @typedef {HTMLElement & { prompt: Prompt, slots: Record<"gain" | "hurts" | "under", HTMLElement> }} Line */

export class Lines {
  /**
   * `page` is the work area: its draft, its focus, its scorecard.
   * @param {Prompts} page
   */
  constructor(page) {
    this.page = page;
    this.list = el("div", { class: "col lines" });
    this.none = el("p", { class: "sm q" });
    this.foot = el("div", { class: "row tools" });
    this.over = el(
      "div",
      { class: "row sm q over", hidden: true },
      el("span", { class: "grow" }, t("Prompt")),
      el(
        "span",
        {
          class: "gain",
          title: t(
            "Lift of the prompt on its own class, less its lift on the class that it confuses most: right of the middle it helps, left of it it hurts. The bar is the 95 % interval, in logits",
          ),
        },
        t("Benefit"),
      ),
    );
    this.measured = el("span", { class: "sm q measured" });
    this.node = el("div", { class: "col" }, this.over, this.none, this.list, this.foot);
    this.templates = new Templates(this);
  }

  get #lines() {
    return /** @type {Line[]} */ ([...this.list.children]);
  }

  get prompts() {
    return this.page.focus.prompts;
  }

  /** @param {Prompt} prompt */
  #scoreOf(prompt) {
    return this.page.card?.prompts.find(
      (row) => row.category === this.page.focus.id && row.prompt === prompt.text.trim(),
    );
  }

  paint() {
    fill(
      this.list,
      this.prompts.map((prompt) => this.#line(prompt)),
    );
    const button = (/** @type {string} */ symbol, /** @type {string} */ text, /** @type {() => void} */ run) =>
      el("button", { class: "btn", type: "button", onclick: run }, icon(symbol), text);
    fill(
      this.foot,
      button("add", t("Add prompt"), () => this.add([""])),
      button("content_paste", t("Paste a list"), () => pasteList(this)),
      button("lightbulb", t("Suggest"), () => suggestPrompts(this)),
      this.measured,
    );
    this.paintScores();
    this.paintUnknown();
    this.templates.paint();
  }

  /** The gain of each prompt beside its field; the fields stay as they are, also under the cursor. */
  paintScores() {
    const { card, templates } = this.page;
    this.none.hidden = this.prompts.length > 0;
    this.none.textContent = templates.length
      ? t("No prompt of its own: the templates below are used. A short description usually works better.")
      : t("No prompt yet. Describe what is seen, in a few words.");
    this.reach = Math.max(
      0.1,
      ...(card?.prompts ?? []).flatMap((row) => (row.gain === null ? [] : [Math.abs(row.low), Math.abs(row.high)])),
    );
    this.over.hidden = !card?.prompts.length || !this.prompts.length;
    this.measured.title = card?.why || "";
    fill(this.measured, this.#measured());
    for (const { prompt, slots } of this.#lines) {
      const score = prompt.on ? this.#scoreOf(prompt) : null;
      fill(slots.gain, this.#gain(prompt, score));
      const off = () => {
        prompt.on = false;
        this.paint();
        this.page.edited();
      };
      fill(
        slots.hurts,
        score?.hurts
          ? el(
              "div",
              { class: "sm hurts" },
              icon("trending_down", "s"),
              t("Hurts: it looks more like {name}.", { name: this.page.categories.get(score.against).name }),
              el("button", { class: "btn link", type: "button", onclick: off }, t("Switch off")),
            )
          : null,
      );
    }
  }

  /** That prompts help is only said where they beat as many of random words. */
  #measured() {
    const { card } = this.page;
    if (!card) return "";
    if (!card.n) return t("Gains are shown after a few labels");
    const { gain, low, high, helps } = card.control;
    const [n, from, to] = [gain, low, high].map((value) => fixed(100 * value, 1));
    const range = t("{n} points, {from} to {to}", { n, from, to });
    return [
      t("Measured on {labels}. ", { labels: many(card.n, "human label") }),
      helps
        ? t("They beat random words ({range}).", { range })
        : t("Not shown to beat random words ({range}).", { range }),
    ];
  }

  /**
   * A dot with its interval on an axis through zero.
   * @param {Prompt} prompt
   * @param {PromptScore | undefined} score
   */
  #gain(prompt, score) {
    if (!this.page.card?.prompts.length) return null;
    if (!score || score.gain === null) {
      return el(
        "div",
        { class: "gain sm qq" },
        prompt.on
          ? score || !this.page.card.prompts.some((row) => row.category === this.page.focus.id)
            ? t("not judged")
            : t("new")
          : t("switched off"),
      );
    }
    const at = (/** @type {number} */ value) => `${50 + (50 * value) / this.reach}%`;
    const [n, from, to] = [score.gain, score.low, score.high].map((value) => fixed(value, 2));
    const tone = score.hurts ? "var(--bad)" : score.low > 0 ? "var(--p-l)" : "var(--mark)";
    return el(
      "div",
      { class: "gain", title: t("{n} logits, {from} to {to}", { n, from, to }) },
      el(
        "div",
        { class: "axis", style: { "--tone": tone } },
        el("i", { class: "zero" }),
        el("i", { class: "span", style: { left: at(score.low), right: `calc(100% - ${at(score.high)})` } }),
        el("i", { class: "dot", style: { left: at(score.gain) } }),
      ),
      el("span", { class: "num sm", style: { color: score.hurts ? "var(--bad)" : "" } }, signed(score.gain, 2)),
    );
  }

  /** @param {Prompt} prompt */
  #line(prompt) {
    const field = el("input", {
      class: "field",
      value: prompt.text,
      dir: "auto",
      "aria-label": t("Prompt"),
      maxLength: 300,
      placeholder: t("Describe what is seen, in a few words"),
    });
    const line = el("div", { class: `line ${prompt.on ? "" : "off"}` });
    const box = el("input", { type: "checkbox", class: "cbx", checked: prompt.on, "aria-label": t("In use") });
    box.onchange = () => {
      prompt.on = box.checked;
      line.classList.toggle("off", !prompt.on);
      this.paintScores();
      this.page.edited();
    };
    field.oninput = () => {
      prompt.text = field.value;
      this.paintScores();
      this.page.edited();
    }; // what was measured of the old words goes
    field.onkeydown = (event) => {
      if (event.key === "Enter" && !isComposing(event)) this.add([""]);
    };
    const remove = el(
      "button",
      {
        class: "icon",
        type: "button",
        title: t("Remove this prompt"),
        onclick: () => {
          this.prompts.splice(this.prompts.indexOf(prompt), 1);
          this.paint();
          this.page.edited();
        },
      },
      icon("close"),
    );
    const look = el(
      "button",
      {
        class: "icon look",
        type: "button",
        title: t("Its cosines, its nearest images and prompts"),
        "aria-label": t("Look at this prompt"),
        onclick: () => closeUp(this.page, prompt, near),
      },
      icon("insights"),
    );
    const slots = { gain: el("div", { class: "slot" }), hurts: el("div"), under: el("div", { class: "sm q under" }) };
    line.append(box, field, slots.gain, look, remove);
    const near = el("div", { class: "near" });
    return Object.assign(el("div", {}, line, slots.hurts, slots.under, near), { prompt, slots });
  }

  /** A native field cannot underline one word, so the unknown ones are repeated below it. */
  paintUnknown() {
    for (const node of this.#lines) {
      const words = this.page.effect?.unknown?.find((row) => row.prompt === node.prompt.text.trim())?.words ?? [];
      fill(
        node.slots.under,
        words.length
          ? [t("The encoder was never trained on "), words.map((word, at) => [at ? ", " : "", el("u", {}, word)])].flat(
              2,
            )
          : null,
      );
    }
  }

  /**
   * @param {string[]} texts
   * @param {{ focus?: boolean }} [given]
   */
  add(texts, { focus = true } = {}) {
    this.prompts.push(...texts.map((text) => ({ text, on: true })));
    this.paint();
    if (focus) /** @type {HTMLElement} */ (this.list.lastElementChild?.querySelector(".field"))?.focus();
    this.page.edited();
  }
}
