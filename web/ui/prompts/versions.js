// Versions of the prompts: compare two by text and by effect, restore one into the draft, take a file out and in.

/** @import { Prompts } from "./prompts.js" */
import { el, fill, icon, since } from "../shared/dom.js";
import { effectTable, metricsOf, movesOf } from "./effect.js";
import { sheet, toast } from "../shared/notices.js";
import { nameOf } from "../shared/tiles.js";
import { many, t } from "../shared/page/words.js";

const words = (kind, sign, texts) =>
  texts.map((text) => el("div", { class: `sm change ${kind}` }, el("b", {}, sign), el("span", { dir: "auto" }, text)));

/** What became of the prompts under a title: texts that went, that came, and that were switched off or on. */
export const changes = (title, row) =>
  el(
    "div",
    { class: "col two" },
    title,
    words("out", "−", row.removed),
    words("in", "+", row.added),
    words("off", "off", row.off ?? []),
    words("on", "on", row.on ?? []),
  );

export class Versions {
  /** @param {Prompts} page */
  constructor(page) {
    this.page = page;
  }

  show() {
    const { page } = this;
    const about = (version) =>
      [version.note, version.actor, version.at ? since(version.at) : ""].filter(Boolean).join(" · ");
    const rows = page.history.map((version) =>
      el(
        "div",
        { class: "row version" },
        el("b", {}, t("Version {version}", { version: version.version })),
        el("span", { class: "q nm grow", title: about(version) }, about(version)),
        version.version === page.version
          ? el("span", { class: "badge ok" }, t("published"))
          : el(
              "button",
              {
                class: "btn s",
                type: "button",
                onclick: () => {
                  close();
                  this.restore(version.version);
                },
              },
              t("Restore into the draft"),
            ),
        el(
          "button",
          {
            class: "btn s",
            type: "button",
            title: t("Download as YAML"),
            "aria-label": t("Download version {version}", { version: version.version }),
            onclick: () => this.download(version.version),
          },
          icon("download", "s"),
        ),
      ),
    );
    const pick = (label, value) => {
      const node = el(
        "select",
        { class: "field", "aria-label": label },
        page.history.map((version) =>
          el("option", { value: version.version }, t("Version {version}", { version: version.version })),
        ),
      );
      node.value = value;
      return node;
    };
    const one = pick(t("Compare"), page.history[1]?.version ?? page.version);
    const other = pick("with", page.version);
    const result = el("div", { class: "col" });
    const compare = el(
      "button",
      { class: "btn", type: "button", onclick: () => this.compare(Number(one.value), Number(other.value), result) },
      t("Compare"),
    );
    const file = el("input", {
      type: "file",
      accept: ".yaml,.yml,.json",
      hidden: true,
      "aria-label": t("File of prompts"),
    });
    file.onchange = async () => {
      if (file.files[0] && (await this.take(await file.files[0].text()))) close();
    };
    const load = el(
      "button",
      { class: "btn s", type: "button", onclick: () => file.click() },
      icon("upload_file", "s"),
      t("Read a YAML file into the draft"),
    );
    const close = sheet(
      page.node,
      t("Versions"),
      el(
        "div",
        { class: "col form" },
        page.history.length ? el("div", { class: "versions" }, rows) : el("div", {}, t("Nothing is published yet.")),
        page.history.length > 1 ? el("div", { class: "row" }, t("Compare"), one, t("with"), other, compare) : null,
        result,
        el("div", { class: "row foot" }, load, file),
      ),
    );
    close.box.classList.add("wide");
  }

  async compare(one, other, into) {
    const { page } = this;
    fill(into, el("div", { class: "sm q" }, t("Comparing")));
    try {
      const answer = await page.api.get("compare", { one, other });
      const text = [
        ...answer.text.map((row) => changes(nameOf(page.categories.get(row.category)), row)),
        ...["templates", "background"]
          .filter((name) => answer[name].added.length + answer[name].removed.length)
          .map((name) => changes(el("b", { class: "sm" }, name), answer[name])),
        ...answer.options.map((row) =>
          el("div", { class: "sm" }, `${row.name}: ${this.#value(row.before)} → ${this.#value(row.after)}`),
        ),
      ];
      const moved = answer.moves.reduce((sum, move) => sum + move.count, 0);
      fill(
        into,
        el(
          "div",
          { class: "row t compared" },
          el(
            "div",
            { class: "col grow" },
            el("h3", {}, t("From version {one} to version {other}", { one, other })),
            text.length ? text : el("div", { class: "sm q" }, t("Their texts are the same.")),
          ),
          el(
            "div",
            { class: "col effects" },
            el("h3", {}, moved ? t("{images} moved", { images: many(moved, "image") }) : t("No image moved")),
            metricsOf(answer),
            effectTable(answer, page.categories),
            movesOf(answer, page.categories, page.api),
          ),
        ),
      );
    } catch (error) {
      fill(into, el("div", { class: "alert bad" }, error.message));
    }
  }

  #value(value) {
    return value !== null && typeof value === "object"
      ? many(Object.keys(value).length, "class", "classes")
      : String(value);
  }

  async restore(number) {
    const { page } = this;
    page.take(await page.api.get("prompts", { version: number }));
    page.paint();
    page.edited();
    toast(page.node, t("Version {number} is in the draft. Publish it to make it the newest.", { number }));
  }

  async download(number) {
    const { name, text } = await this.page.api.get("yaml", { version: number });
    const address = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
    el("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  /** A file's prompts become the draft; categories that it does not name keep theirs. */
  async take(text) {
    const { page } = this;
    try {
      const answer = await page.api.post("yaml", { text });
      const own = new Map(answer.categories.map((row) => [row.id, row.prompts]));
      page.take({
        ...answer,
        categories: page.rows.map((row) => ({ ...row, prompts: own.get(row.id) ?? row.prompts })),
      });
      page.paint();
      page.edited();
      toast(
        page.node,
        answer.unknown.length
          ? t(
              "The file is in the draft. No category is called {unknown}: Import, above the categories, adds what is missing.",
              { unknown: answer.unknown.slice(0, 3).join(", ") },
            )
          : t("The file is in the draft."),
        null,
        9000,
      );
      return true;
    } catch (error) {
      toast(page.node, error.message, null, 9000);
      return false;
    }
  }
}
