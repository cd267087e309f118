// The prompts of one category: fields with their gain, a close look at each, a list to paste, suggestions, shared templates.

import { el, fill, icon, isComposing, many } from "../shared/dom.js";
import { sheet, toast } from "../shared/notices.js";
import { nameOf } from "../shared/tiles.js";

export class Lines {
  /** `page` is the work area: its draft, its focus, its scorecard. */
  constructor(page) {
    this.page = page;
    this.list = el("div", { class: "col lines" });
    this.none = el("p", { class: "sm q" });
    this.foot = el("div", { class: "row tools" });
    this.over = el(
      "div",
      { class: "row sm q over", hidden: true },
      el("span", { class: "grow" }, "Prompt"),
      el(
        "span",
        {
          class: "gain",
          title:
            "How much further the prompt lifts the images of its own class than those of the class that it serves worst: right of the middle it helps, left of it it hurts. The bar is the 95 % interval, in logits",
        },
        "How much it helps",
      ),
    );
    this.measured = el("span", { class: "sm q measured" });
    this.node = el("div", { class: "col" }, this.over, this.none, this.list, this.foot);
    this.templates = el("details", { class: "box templates" });
  }

  get prompts() {
    return this.page.focus.prompts;
  }

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
    const button = (symbol, text, run) =>
      el("button", { class: "btn", type: "button", onclick: run }, icon(symbol), text);
    fill(
      this.foot,
      button("add", "Add prompt", () => this.add([""])),
      button("content_paste", "Paste a list", () => this.paste()),
      button("lightbulb", "Suggest", () => this.suggest()),
      this.measured,
    );
    this.paintScores();
    this.paintUnknown();
    this.#paintTemplates();
  }

  /** The gain of each prompt beside its field; the fields stay as they are, also under the cursor. */
  paintScores() {
    const { card, templates } = this.page;
    this.none.hidden = this.prompts.length > 0;
    this.none.textContent = templates.length
      ? "No prompt of its own: the templates below speak for it. A few words on what is seen mostly tell it better."
      : "No prompt yet. Describe what is seen, in a few words.";
    this.reach = Math.max(
      0.1,
      ...(card?.prompts ?? []).flatMap((row) => (row.gain === null ? [] : [Math.abs(row.low), Math.abs(row.high)])),
    );
    this.over.hidden = !card?.prompts.length || !this.prompts.length;
    this.measured.title = card?.why || "";
    fill(this.measured, this.#measured());
    for (const { prompt, slots } of this.list.children) {
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
              `Hurts: it looks more like ${this.page.categories.get(score.against).name}.`,
              el("button", { class: "btn link", type: "button", onclick: off }, "Switch off"),
            )
          : null,
      );
    }
  }

  /** That prompts help is only said where they beat as many of random words. */
  #measured() {
    const { card } = this.page;
    if (!card) return "";
    if (!card.n) return "Gains are shown after a few labels";
    const { gain, low, high, helps } = card.control;
    const range = `${(100 * gain).toFixed(1)} points, ${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}`;
    return [
      `Measured on ${many(card.n, "human label")}. `,
      helps ? `They beat random words (${range}).` : `Not shown to beat random words (${range}).`,
    ];
  }

  /** A dot with its interval on an axis through zero. */
  #gain(prompt, score) {
    if (!this.page.card?.prompts.length) return null;
    if (!score || score.gain === null)
      return el(
        "div",
        { class: "gain sm qq" },
        prompt.on
          ? score || !this.page.card.prompts.some((row) => row.category === this.page.focus.id)
            ? "not judged"
            : "new"
          : "switched off",
      );
    const at = (value) => `${50 + (50 * value) / this.reach}%`;
    const tone = score.hurts ? "var(--bad)" : score.low > 0 ? "var(--p)" : "#7C8496";
    return el(
      "div",
      { class: "gain", title: `${score.gain.toFixed(2)} logits, ${score.low.toFixed(2)} to ${score.high.toFixed(2)}` },
      el(
        "div",
        { class: "axis", style: { "--tone": tone } },
        el("i", { class: "zero" }),
        el("i", { class: "span", style: { left: at(score.low), right: `calc(100% - ${at(score.high)})` } }),
        el("i", { class: "dot", style: { left: at(score.gain) } }),
      ),
      el(
        "span",
        { class: "num sm", style: { color: score.hurts ? "var(--bad)" : "" } },
        `${score.gain > 0 ? "+" : ""}${score.gain.toFixed(2)}`,
      ),
    );
  }

  #line(prompt) {
    const field = el("input", {
      class: "field",
      value: prompt.text,
      dir: "auto",
      "aria-label": "Prompt",
      maxLength: 300,
      placeholder: "Describe what is seen, in a few words",
    });
    const line = el("div", { class: `line ${prompt.on ? "" : "off"}` });
    const box = el("input", { type: "checkbox", class: "cbx", checked: prompt.on, "aria-label": "In use" });
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
        title: "Remove this prompt",
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
        title: "Its cosines, its nearest images and prompts",
        "aria-label": "Look at this prompt",
        onclick: () => this.#close(prompt, near),
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
    for (const node of this.list.children) {
      const words = this.page.effect?.unknown?.find((row) => row.prompt === node.prompt.text.trim())?.words ?? [];
      fill(
        node.slots.under,
        words.length
          ? ["The encoder was never trained on ", words.map((word, at) => [at ? ", " : "", el("u", {}, word)])].flat(2)
          : null,
      );
    }
  }

  add(texts, { focus = true } = {}) {
    this.prompts.push(...texts.map((text) => ({ text, on: true })));
    this.paint();
    if (focus) this.list.lastChild?.querySelector(".field").focus();
    this.page.edited();
  }

  /** How its cosines are distributed, what is nearest. A second click closes it. */
  async #close(prompt, near) {
    if (near.children.length) {
      fill(near);
      return;
    }
    fill(near, el("div", { class: "sm qq" }, "Looking at it"));
    try {
      const found = await this.page.api.post("prompt", {
        ...this.page.wish,
        category: this.page.focus.id,
        text: prompt.text,
      });
      const most = Math.max(1, ...found.all);
      const own = Math.max(1, ...found.own);
      const bars = found.all.map((n, at) =>
        el(
          "i",
          { title: `${n} images` },
          el("b", { style: { height: `${(100 * n) / most}%` } }),
          el("em", { style: { height: `${(100 * found.own[at]) / own}%` } }),
        ),
      );
      const others = found.others.map((other) =>
        el(
          "div",
          { class: "row sm" },
          el("span", { class: "num q" }, other.cosine.toFixed(2)),
          el("span", { class: "nm" }, other.prompt),
          nameOf(this.page.categories.get(other.category)),
        ),
      );
      fill(
        near,
        el(
          "div",
          { class: "row t closeup" },
          el(
            "div",
            { class: "hist" },
            el("div", { class: "bars" }, bars),
            el(
              "div",
              { class: "row sm q num" },
              found.low.toFixed(2),
              el("span", { class: "sp" }),
              "cosine",
              el("span", { class: "sp" }),
              found.high.toFixed(2),
            ),
            el("div", { class: "sm q" }, "grey: all images, violet: labelled so"),
          ),
          el(
            "div",
            { class: "grow col two" },
            el(
              "div",
              { class: "pics" },
              found.tiles.map((tile) =>
                el("img", {
                  src: this.page.api.thumb(tile.id),
                  alt: tile.name,
                  title: `${tile.name}, cosine ${tile.value}`,
                }),
              ),
            ),
            el("div", { class: "sm q" }, "Nearest other prompts"),
            others,
          ),
        ),
      );
    } catch (error) {
      fill(near, el("div", { class: "sm bad" }, error.message));
    }
  }

  paste() {
    const field = el("textarea", {
      class: "field",
      rows: 8,
      placeholder: "One prompt a line",
      "aria-label": "Prompts, one a line",
    });
    field.onkeydown = (event) => event.stopPropagation();
    const use = el(
      "button",
      {
        class: "btn p",
        type: "button",
        style: { "margin-top": "11px" },
        onclick: () => {
          close();
          this.add(
            field.value
              .split("\n")
              .map((text) => text.trim())
              .filter(Boolean),
          );
        },
      },
      "Add the prompts",
    );
    const close = sheet(this.page.node, "Paste a list", el("div", { style: { "margin-top": "11px" } }, field), use);
    field.focus();
  }

  /** Each suggestion is accepted by itself; it then stands in the draft. */
  async suggest() {
    const category = this.page.category(this.page.focus);
    const body = el(
      "div",
      { class: "col", style: { "margin-top": "11px" } },
      el("div", { class: "sm q" }, "Asking for suggestions"),
    );
    sheet(this.page.node, `Suggestions for ${category.name}`, body);
    try {
      const found = await this.page.api.get("suggest", { category: category.id });
      const from = {
        endpoint: `From ${found.from}, just asked.`,
        cache: `From ${found.from}, asked before.`,
        list: found.from
          ? `From the list that ships, entry ${found.from}. Set SCENELOOP_SUGGEST_URL to ask a language model.`
          : "The list that ships has nothing for this name. Set SCENELOOP_SUGGEST_URL to ask a language model.",
      }[found.source];
      const rows = found.prompts.map((text) => {
        const add = el(
          "button",
          {
            class: "btn s",
            type: "button",
            onclick: () => {
              this.add([text], { focus: false });
              add.disabled = true;
              add.closest(".veil").focus();
              fill(add, icon("check", "s"), "In the draft");
            },
          },
          icon("add", "s"),
          "Accept",
        );
        return el("div", { class: "row" }, el("span", { class: "grow", dir: "auto" }, text), add);
      });
      fill(
        body,
        el("div", { class: "sm q" }, from),
        rows.length ? rows : el("div", {}, "Nothing that the category does not have already."),
      );
    } catch (error) {
      fill(body, el("div", { class: "alert bad" }, error.message));
    }
  }

  #paintTemplates() {
    const { templates } = this.page;
    const field = el("textarea", {
      class: "field",
      rows: Math.max(3, templates.length + 1),
      value: templates.join("\n"),
      "aria-label": "Templates, one a line",
      placeholder: "a photo of {name}",
    });
    field.oninput = () => {
      this.page.templates = field.value
        .split("\n")
        .map((text) => text.trim())
        .filter(Boolean);
      this.page.edited();
    };
    const shown = templates.length
      ? `${templates[0]}${templates.length > 1 ? ` and ${templates.length - 1} more` : ""}`
      : "none";
    fill(
      this.templates,
      el(
        "summary",
        { class: "row" },
        el("h2", {}, "Templates shared by all categories"),
        el("span", { class: "sp" }),
        el("span", { class: "sm q" }, shown),
      ),
      field,
      el("div", { class: "sm q" }, "{name} is the category's name. One a line."),
    );
  }
}
