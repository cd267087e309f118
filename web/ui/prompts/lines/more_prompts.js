// @ts-check
// Prompts that are not typed one by one: a list to paste, and suggestions.

/** @import { Lines } from "./prompt_lines.js" */
import { el, fill, icon } from "../../shared/dom.js";
import { sheet, toast } from "../../shared/notices.js";
import { many, t } from "../../shared/page/words.js";

/** @param {Lines} lines */
export function pasteList(lines) {
  const field = el("textarea", {
    class: "field",
    rows: 8,
    placeholder: t("One prompt a line"),
    "aria-label": t("Prompts, one a line"),
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
        paste(lines, field.value.split("\n"));
      },
    },
    t("Add the prompts"),
  );
  const close = sheet(lines.page.node, t("Paste a list"), el("div", { style: { "margin-top": "11px" } }, field), use);
  field.focus();
}

/**
 * Adds the lines that are no prompt of the category yet, each once, and says how many were.
 * @param {Lines} lines
 * @param {string[]} pasted
 */
function paste(lines, pasted) {
  const plain = (/** @type {string} */ text) => text.trim().replace(/\s+/g, " ");
  const texts = pasted.map(plain).filter(Boolean);
  const there = new Set(lines.prompts.map((prompt) => plain(prompt.text).toLowerCase()));
  const fresh = texts.filter((text) => there.size < there.add(text.toLowerCase()).size);
  if (fresh.length) lines.add(fresh);
  const left = texts.length - fresh.length;
  if (left) {
    toast(
      lines.page.node,
      t("{prompts} added; {left} were there already.", { prompts: many(fresh.length, "prompt"), left }),
    );
  }
}

/**
 * Each suggestion is accepted by itself; it then stands in the draft.
 * @param {Lines} lines
 */
export async function suggestPrompts(lines) {
  const category = lines.page.category(lines.page.focus);
  const body = el(
    "div",
    { class: "col", style: { "margin-top": "11px" } },
    el("div", { class: "sm q" }, t("Asking for suggestions")),
  );
  sheet(lines.page.node, t("Suggestions for {name}", { name: category.name }), body);
  try {
    const suggested = await lines.page.api.get("suggest", { category: category.id });
    const from = {
      endpoint: t("From {from}, just asked.", { from: suggested.from }),
      cache: t("From {from}, asked before.", { from: suggested.from }),
      list: suggested.from
        ? `From the built-in list, entry ${suggested.from}. Set SCENELOOP_SUGGEST_URL to ask a language model.`
        : "The built-in list has nothing for this name. Set SCENELOOP_SUGGEST_URL to ask a language model.",
    }[suggested.source];
    const rows = suggested.prompts.map((text) => {
      const add = el(
        "button",
        {
          class: "btn s",
          type: "button",
          onclick: () => {
            lines.add([text], { focus: false });
            add.disabled = true;
            /** @type {HTMLElement} */ (add.closest(".veil")).focus();
            fill(add, icon("check", "s"), t("In the draft"));
          },
        },
        icon("add", "s"),
        t("Accept"),
      );
      return el("div", { class: "row" }, el("span", { class: "grow", dir: "auto" }, text), add);
    });
    fill(body, el("div", { class: "sm q" }, from), rows.length ? rows : el("div", {}, t("No new suggestions.")));
  } catch (error) {
    fill(body, el("div", { class: "alert bad" }, error.message));
  }
}
