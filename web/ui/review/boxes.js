// @ts-check
// Boxes over the Review page: further filters, saved views, and who agrees with whom.

/** @import { Filters } from "./filters/filters.js" */
/** @import { Review } from "./review.js" */
import { openAgreement } from "../shared/checks/agreement_sheet.js";
import { el, fill, icon, isComposing } from "../shared/dom.js";
import { sheet } from "../shared/notices.js";
import { chooser, classOptions } from "../shared/picker.js";
import { SOURCES } from "../shared/page/categories.js";
import { t } from "../shared/page/words.js";
import { ADJUDICATION } from "./filters/filter_options.js";

/**
 * @param {string} label
 * @param {HTMLElement} node
 */
const field = (label, node) => el("label", {}, el("span", { class: "lab" }, label), node);

/**
 * @param {string} label
 * @param {string[][]} options
 * @param {string} value
 */
function select(label, options, value) {
  const node = el(
    "select",
    { class: "field", "aria-label": label },
    options.map(([key, text]) => el("option", { value: key }, text)),
  );
  node.value = value ?? "";
  return node;
}

/**
 * A sheet whose fields keep their keys.
 * @param {HTMLElement} host
 * @param {string} title
 * @param {HTMLElement} content
 */
function box(host, title, content) {
  content.onkeydown = (event) => event.stopPropagation();
  return sheet(host, title, content);
}

/**
 * Proposed class, source, annotator, video, split and score range.
 * @param {HTMLElement} host
 * @param {Filters} filters
 * @param {Categories} categories
 * @param {Meta} meta
 */
export function openFilters(host, filters, categories, meta) {
  const { state } = filters;
  const any = ["", t("Any")];
  const people = Object.entries(meta.actors).filter(([, name]) => name !== "machine");
  const number = (/** @type {string} */ name, /** @type {string} */ label) =>
    el("input", {
      class: "field",
      type: "number",
      step: "0.01",
      "aria-label": label,
      value: state[name] ?? "",
      placeholder: t("any"),
    });
  const nodes = {
    proposed: chooser(
      () => host,
      t("Proposed class"),
      [
        { value: "", label: t("Any") },
        ...classOptions(categories).map((option) => ({ ...option, value: option.category.id })),
      ],
      state.proposed ?? "",
    ),
    source: select(t("Source"), [any, ...Object.entries(SOURCES)], state.source),
    actor: select(t("Annotator"), [any, ...people], state.actor),
    video: select(t("Video"), [any, ...Object.entries(meta.videos ?? {})], state.video),
    split: select(t("Split"), [any, ["train", t("To train on")], ["audit", t("Audit items")]], state.split),
    low: number("low", t("Score at least")),
    high: number("high", t("Score at most")),
  };
  const apply = () => {
    const values = Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, node.value.trim()]));
    if ((values.source || values.actor) && state.by === "open") values.by = "all";
    close();
    filters.set(values);
  };
  const grid = el(
    "div",
    { class: "form" },
    field(t("Proposed class"), nodes.proposed),
    field(t("Source"), nodes.source),
    field(t("Annotator"), nodes.actor),
    field(t("Video"), nodes.video),
    field(t("Split"), nodes.split),
    field(t("Score at least"), nodes.low),
    field(t("Score at most"), nodes.high),
  );
  const close = box(
    host,
    t("More filters"),
    el(
      "div",
      { class: "col" },
      el("p", { class: "sm q" }, t("The score is what the order sorts by: the number on each tile.")),
      grid,
      el(
        "div",
        { class: "row end" },
        el("span", { class: "sp" }),
        el("button", { class: "btn", type: "button", onclick: () => close() }, t("Cancel")),
        el("button", { class: "btn p", type: "button", onclick: apply }, t("Show these")),
      ),
    ),
  );
  nodes.proposed.focus();
}

/**
 * Saved views: open one, keep the present filter under a name, forget one.
 * @param {HTMLElement} host
 * @param {Api} api
 * @param {Filters} filters
 * @param {{ failed(error: Error): void }} conflicts
 */
export async function openViews(host, api, filters, conflicts) {
  let views = /** @type {SavedView[]} */ ([]);
  const keeps = api.may("POST views");
  const list = el("div", { class: "col tight views" });
  const name = el("input", {
    class: "field",
    placeholder: t("A name for the current view"),
    maxLength: 80,
    "aria-label": t("Name of the view"),
  });
  const alert = el("div", {});
  // What somebody else kept or forgot meanwhile is not written over; the name that was typed stays.
  const send = async (/** @type {Record<string, unknown>} */ body, /** @type {SavedView | undefined} */ seen) => {
    try {
      fill(alert);
      views = (await api.post("views", { ...body, was: seen?.at ?? "" })).views;
      name.value = "";
    } catch (error) {
      fill(alert, el("div", { class: "alert bad", role: "alert" }, icon("error", "s"), error.message));
      views = (await api.get("views").catch(() => ({ views }))).views;
    }
    paint();
  };
  const save = () => {
    const wanted = name.value.trim().replace(/\s+/g, " ");
    const seen = views.find((view) => view.name === wanted);
    return wanted && send({ name: wanted, query: filters.address }, seen);
  };
  const paint = () =>
    fill(
      list,
      views.length
        ? views.map((view) =>
            el(
              "div",
              { class: "row view" },
              el(
                "button",
                {
                  class: "btn grow",
                  type: "button",
                  onclick: () => {
                    close();
                    filters.open(view.query);
                  },
                },
                icon("bookmark", "s"),
                el("span", { class: "nm" }, view.name),
                el("span", { class: "sp" }),
                el("span", { class: "sm qq" }, view.actor),
              ),
              keeps &&
                el(
                  "button",
                  {
                    class: "btn s",
                    type: "button",
                    title: t("Forget {name}", { name: view.name }),
                    onclick: () => send({ name: view.name, remove: true }, view),
                  },
                  icon("delete", "s"),
                ),
            ),
          )
        : el("p", { class: "sm q" }, t("No view is saved yet. Filter the grid, then give it a name here.")),
    );
  const close = box(
    host,
    t("Saved views"),
    el(
      "div",
      { class: "col" },
      list,
      alert,
      keeps &&
        el("div", { class: "row" }, name, el("button", { class: "btn p", type: "button", onclick: save }, t("Save"))),
    ),
  );
  name.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !isComposing(event)) save();
  });
  name.focus();
  try {
    views = (await api.get("views")).views;
    paint();
  } catch (error) {
    close();
    conflicts.failed(error);
  }
}

/**
 * How often people agree, with ways to what they disagree about.
 * @param {Review} review
 */
export function openPeople({ api, filters, node, agreement }) {
  openAgreement(node, agreement, {
    noun: "image",
    show: (ids) => filters.open({ by: "all", ids: ids.join(","), order: "suspicion" }),
    settle: api.may("adjudicate") ? () => filters.open({ by: "all", order: ADJUDICATION }) : null,
  });
}
