// Somebody was faster: a draft goes on top of a version that was published meanwhile, or meets one kept in another tab.

/** @import { Prompts } from "./prompts.js" */
import { el } from "../shared/dom.js";
import { sheet } from "../shared/notices.js";
import { nameOf } from "../shared/tiles.js";
import { changes } from "./versions.js";
import { t } from "../shared/page/words.js";

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const lean = (prompts) =>
  (prompts ?? []).filter((prompt) => prompt.text.trim()).map(({ text, on }) => ({ text: text.trim(), on }));
const texts = (rows) => new Map(rows.map((row) => [row.id, lean(row.prompts)]));

/**
 * My draft, begun on `base`, on top of `theirs`: what I left alone follows theirs, what I changed stays mine.
 * `both` are the ids of the categories that both changed, each otherwise; `shared` the names of such parts beside them.
 */
export function merged(base, mine, theirs) {
  const [was, own] = [texts(base.categories), texts(mine.categories)];
  const both = [];
  const categories = theirs.categories.map((row) => {
    const [before, now, other] = [was.get(row.id) ?? [], own.get(row.id), lean(row.prompts)];
    if (now === undefined || same(now, before)) return row;
    if (!same(other, before) && !same(other, now)) both.push(row.id);
    return { ...row, prompts: now };
  });
  const parts = ["templates", "background", "options"];
  const rest = parts.map((name) => [name, same(mine[name], base[name]) ? theirs[name] : mine[name]]);
  const shared = parts.filter(
    (name) =>
      ![
        [mine, base],
        [theirs, base],
        [mine, theirs],
      ].some(([one, other]) => same(one[name], other[name])),
  );
  return { categories, ...Object.fromEntries(rest), both, shared };
}

/** What `mine` says otherwise than `theirs`, both lists of prompts. */
function differences(theirs, mine) {
  const [before, after] = [theirs, mine].map((prompts) => new Map(lean(prompts).map(({ text, on }) => [text, on])));
  const turned = (on) =>
    [...after].filter(([text, now]) => now === on && before.get(text) === !on).map(([text]) => text);
  const missing = (from, other) => [...from.keys()].filter((text) => !other.has(text));
  return { removed: missing(before, after), added: missing(after, before), off: turned(false), on: turned(true) };
}

export class Overtaken {
  /** @param {Prompts} page */
  constructor(page) {
    this.page = page;
  }

  /** Read what is published now, and lay a draft that was begun on `base` over it. */
  async rebase(base, mine, answer) {
    const { page } = this;
    const before = base.categories ? base : await page.api.get("prompts", { version: base.version });
    const mergedDraft = merged(before, mine, answer);
    page.take({ ...answer, ...mergedDraft });
    if (page.changed) this.#say(before.version, answer, mergedDraft);
  }

  /** A publish was refused: keep the text, and show who published and what differs. */
  async published() {
    const { page } = this;
    const [base, mine] = [
      page.original,
      { categories: page.rows, templates: page.templates, background: page.background, options: page.options },
    ];
    page.meta = await page.api.get("meta");
    const answer = await page.api.get("prompts");
    page.read({ ...answer, draft: null });
    page.kept = answer.draft?.at ?? null;
    await this.rebase(base, mine, answer);
    page.paint();
    await page.measure();
  }

  #say(from, answer, { both, shared }) {
    const { page } = this;
    const newest = answer.versions[0];
    const names = [
      ...both.map((id) => page.categories.get(id)?.name ?? id),
      ...shared.map((name) => t("the {name}", { name })),
    ].join(", ");
    const theirs = new Map(answer.categories.map((row) => [row.id, row.prompts]));
    const own = page.rows
      .filter((row) => both.includes(row.id))
      .map((row) => changes(nameOf(page.category(row)), differences(theirs.get(row.id), row.prompts)));
    const result = el("div", { class: "col" });
    const go = el("button", { class: "btn p", type: "button", onclick: () => close() }, t("Go on with my draft"));
    const close = sheet(
      page.node,
      t("Version {version} was published by {actor}", { version: newest.version, actor: newest.actor }),
      el(
        "div",
        { class: "col form" },
        newest.note ? el("div", {}, t("Their note: {note}", { note: newest.note })) : null,
        el(
          "div",
          {},
          t("Your draft was neither published nor lost: it is now based on version {version}.", {
            version: newest.version,
          }),
        ),
        names
          ? el(
              "div",
              { class: "alert" },
              t("You both changed {names}. Your text is in the draft; compare before you publish.", { names }),
            )
          : null,
        own.length
          ? el(
              "div",
              { class: "col own" },
              el("h3", {}, t("Your draft against version {version}", { version: newest.version })),
              own,
            )
          : null,
        result,
        el("div", { class: "row foot" }, go),
      ),
    );
    close.box.classList.add("wide");
    if (from) page.versions.compare(from, newest.version, result);
  }

  /** Another tab has kept a draft since: nothing is saved from here until the person chooses. */
  twice(message) {
    const { page } = this;
    const mine = el(
      "button",
      {
        class: "btn p",
        type: "button",
        onclick: async () => {
          close();
          page.kept = (await page.api.get("prompts")).draft?.at ?? null;
          page.stuck = false;
          await page.measure();
        },
      },
      t("Keep this one"),
    );
    const other = el(
      "button",
      {
        class: "btn",
        type: "button",
        onclick: async () => {
          close();
          page.stuck = false;
          await page.reload();
        },
      },
      t("Show the other"),
    );
    const close = sheet(
      page.node,
      t("Your draft was changed elsewhere"),
      el("div", { class: "col form" }, el("div", {}, message), el("div", { class: "row foot" }, mine, other)),
    );
  }
}
