// Boxes over the Review page: further filters, saved views, and who agrees with whom.

import { count, el, fill, icon, isComposing, many } from "../shared/dom.js";
import { LEAST } from "../shared/figures.js";
import { sheet } from "../shared/notices.js";
import { chooser, classOptions } from "../shared/picker.js";
import { SOURCES } from "../shared/tiles.js";

const field = (label, node) => el("label", {}, el("span", { class: "lab" }, label), node);

function select(label, options, value) {
  const node = el(
    "select",
    { class: "field", "aria-label": label },
    options.map(([key, text]) => el("option", { value: key }, text)),
  );
  node.value = value ?? "";
  return node;
}

/** A sheet whose fields keep their keys. */
function box(host, title, content) {
  content.onkeydown = (event) => event.stopPropagation();
  return sheet(host, title, content);
}

/** Proposed class, source, annotator, video, split and score range. */
export function openFilters(host, filters, categories, meta) {
  const { state } = filters;
  const any = ["", "Any"];
  const people = Object.entries(meta.actors).filter(([, name]) => name !== "machine");
  const number = (name, label) =>
    el("input", {
      class: "field",
      type: "number",
      step: "0.01",
      "aria-label": label,
      value: state[name] ?? "",
      placeholder: "any",
    });
  const nodes = {
    proposed: chooser(
      () => host,
      "Proposed class",
      [
        { value: "", label: "Any" },
        ...classOptions(categories).map((option) => ({ ...option, value: option.category.id })),
      ],
      state.proposed ?? "",
    ),
    source: select("Source", [any, ...Object.entries(SOURCES)], state.source),
    actor: select("Annotator", [any, ...people], state.actor),
    video: select("Video", [any, ...Object.entries(meta.videos ?? {})], state.video),
    split: select("Split", [any, ["train", "To train on"], ["audit", "Audit items"]], state.split),
    low: number("low", "Score at least"),
    high: number("high", "Score at most"),
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
    field("Proposed class", nodes.proposed),
    field("Source", nodes.source),
    field("Annotator", nodes.actor),
    field("Video", nodes.video),
    field("Split", nodes.split),
    field("Score at least", nodes.low),
    field("Score at most", nodes.high),
  );
  const close = box(
    host,
    "More filters",
    el(
      "div",
      { class: "col" },
      el("p", { class: "sm q" }, "The score is what the order sorts by: the number on each tile."),
      grid,
      el(
        "div",
        { class: "row end" },
        el("span", { class: "sp" }),
        el("button", { class: "btn", type: "button", onclick: () => close() }, "Cancel"),
        el("button", { class: "btn p", type: "button", onclick: apply }, "Show these"),
      ),
    ),
  );
  nodes.proposed.focus();
}

/** Saved views: open one, keep the present filter under a name, forget one. */
export async function openViews(host, api, filters, failed) {
  let views = [];
  const list = el("div", { class: "col tight views" });
  const name = el("input", {
    class: "field",
    placeholder: "A name for what is shown now",
    maxLength: 80,
    "aria-label": "Name of the view",
  });
  const send = async (body) => {
    try {
      views = (await api.post("views", body)).views;
      name.value = "";
      paint();
    } catch (error) {
      close();
      failed(error);
    }
  };
  const save = () => name.value.trim() && send({ name: name.value.trim(), query: filters.address });
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
              el(
                "button",
                {
                  class: "btn s",
                  type: "button",
                  title: `Forget ${view.name}`,
                  onclick: () => send({ name: view.name, remove: true }),
                },
                icon("delete", "s"),
              ),
            ),
          )
        : el("p", { class: "sm q" }, "No view is saved yet. Filter the grid, then give it a name here."),
    );
  const close = box(
    host,
    "Saved views",
    el(
      "div",
      { class: "col" },
      list,
      el("div", { class: "row" }, name, el("button", { class: "btn p", type: "button", onclick: save }, "Save")),
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
    failed(error);
  }
}

/** Cohen's kappa of each pair, with the images that they disagree about. */
export function openAgreement(host, found, show) {
  const row = (who, one) =>
    el(
      "tr",
      {},
      el("td", { title: who }, who),
      el("td", { class: "r" }, count(one.items)),
      el(
        "td",
        { class: "r" },
        one.items < LEAST
          ? `${Math.round(one.share * one.items)} of ${one.items}`
          : `${(100 * one.share).toFixed(0)} %`,
      ),
      el(
        "td",
        { class: "r" },
        one.items < LEAST ? `after ${LEAST} images` : one.kappa === null ? "one class only" : one.kappa.toFixed(2),
      ),
      el(
        "td",
        { class: "r" },
        one.low === null || one.items < LEAST ? "" : `${one.low.toFixed(2)} to ${one.high.toFixed(2)}`,
      ),
      el(
        "td",
        {},
        one.disagreements
          ? el(
              "button",
              {
                class: "btn link",
                type: "button",
                onclick: () => {
                  close();
                  show(one.ids);
                },
              },
              `Open ${many(one.disagreements, "image")}`,
            )
          : "none",
      ),
    );
  const head = el(
    "tr",
    {},
    ["Who", "Twice labelled", "Same class", "Kappa", "95 %", "Disagree"].map((text) => el("th", {}, text)),
  );
  const rows = [
    row("First and second label", found.all),
    ...found.pairs.map((one) => row(one.people.join(" and "), one)),
  ];
  const close = sheet(
    host,
    "Agreement",
    el(
      "p",
      { class: "sm q said" },
      "Cohen's kappa: 1 is full agreement, 0 what chance would give. It says most where the second person did not see the first label: Label by, Second opinion.",
    ),
    el("table", { class: "df" }, head, rows),
  );
  close.wide();
}
