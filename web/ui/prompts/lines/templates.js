// @ts-check
// The templates that all categories share.

/** @import { Lines } from "./prompt_lines.js" */
import { el, fill } from "../../shared/dom.js";
import { t } from "../../shared/page/words.js";

export class Templates {
  /** @param {Lines} lines */
  constructor(lines) {
    this.lines = lines;
    this.node = el("details", { class: "box templates" });
  }

  paint() {
    const { templates } = this.lines.page;
    const field = el("textarea", {
      class: "field",
      rows: Math.max(3, templates.length + 1),
      value: templates.join("\n"),
      "aria-label": t("Templates, one a line"),
      placeholder: "a photo of {name}",
    });
    field.oninput = () => {
      this.lines.page.templates = field.value
        .split("\n")
        .map((text) => text.trim())
        .filter(Boolean);
      this.lines.page.edited();
    };
    const shown = templates.length
      ? `${templates[0]}${templates.length > 1 ? t(" and {n} more", { n: templates.length - 1 }) : ""}`
      : t("none");
    fill(
      this.node,
      el(
        "summary",
        { class: "row" },
        el("h2", {}, t("Templates shared by all categories")),
        el("span", { class: "sp" }),
        el("span", { class: "sm q" }, shown),
      ),
      field,
      el("div", { class: "sm q" }, t("{name} is the category's name. One a line.")),
    );
  }
}
