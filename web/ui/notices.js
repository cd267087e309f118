// The Saved badge, toasts, and small popovers: what stands over the work for a moment.

import { el, fill, icon, many } from "./dom.js";
import { colours } from "./tiles.js";

const WORDS = { saved: ["ok", "cloud_done", "Saved"], saving: ["", "cloud_upload", "Saving"], offline: ["warn", "cloud_off", "Offline"] };

/** A badge that follows the queue. While offline it says how many labels wait. */
export function savedBadge(queue) {
  const badge = el("span", { class: "badge ok", role: "status" });
  const paint = () => {
    const [cls, symbol, word] = WORDS[queue.state];
    badge.className = `badge ${cls}`;
    badge.dataset.state = queue.state;
    const text = queue.state === "offline" ? `${word}. ${many(queue.waiting, "label")} wait, sending when the server is back` : word;
    fill(badge, icon(symbol, "s"), text);
  };
  queue.addEventListener("change", paint);
  paint();
  badge.stop = () => queue.removeEventListener("change", paint);
  return badge;
}

/** One toast at a time, at the lower right of `host`; `action` is [label, run]. */
export function toast(host, text, action = null, ms = 6000) {
  host.querySelector(".toast")?.remove();
  const node = el("div", { class: "toast", role: "status" }, el("span", {}, text));
  if (action) node.append(el("button", { onclick: () => { node.remove(); action[1](); } }, action[0]));
  host.append(node);
  setTimeout(() => node.remove(), ms);
}

/** A menu under `anchor`; entries are `[symbol, text, run]`. It goes by a choice, by Escape and by a press elsewhere. */
export function menu(anchor, label, entries) {
  const close = () => { box.remove(); window.removeEventListener("pointerdown", away, true); };
  const away = (event) => { if (!event.composedPath().includes(box)) close(); };
  const entry = ([symbol, text, run]) => el("button", { class: "opt plain", type: "button", role: "menuitem", onclick: () => { close(); run(); } }, icon(symbol, "s"), text);
  const box = el("div", { class: "pop menu", role: "menu", "aria-label": label }, entries.map(entry));
  anchor.append(box);
  box.onkeydown = (event) => { if (event.key === "Escape") close(); };
  setTimeout(() => window.addEventListener("pointerdown", away, true));
  box.querySelector("button").focus();
}

/** A type-ahead list over the host; resolves with the chosen option or null. Options are `{label, category?, hint?}`. */
export function choose(host, title, options, { free = false } = {}) {
  return new Promise((resolve) => {
    let shown = options;
    let at = 0;
    const list = el("div", { class: "list", role: "listbox" });
    const field = el("input", { class: "field", placeholder: title, "aria-label": title, spellcheck: false });
    const veil = el("div", { class: "veil", style: { background: "transparent" } });
    const box = el("div", { class: "pop", role: "dialog", "aria-label": title }, field, list);
    const close = (value) => { veil.remove(); resolve(value); };
    const paint = () => fill(list, shown.map((option, index) => el("div", {
      class: `opt ${index === at ? "on" : ""}`, role: "option", onclick: () => close(option),
    }, option.category ? icon(option.category.icon) : null, el("span", { class: "nm" }, option.label), el("span", { class: "sp" }), option.hint ? el("span", { class: "k" }, option.hint) : null)));
    const colourIcons = () => list.querySelectorAll(".opt").forEach((node, index) => {
      const category = shown[index].category;
      if (category) Object.entries(colours(category)).forEach(([name, value]) => node.style.setProperty(name, value));
      node.querySelector(".i")?.style.setProperty("color", "var(--c)");
    });
    const update = () => { paint(); colourIcons(); list.children[at]?.scrollIntoView({ block: "nearest" }); };
    field.oninput = () => {
      const typed = field.value.trim().toLowerCase();
      shown = options.filter((option) => option.label.toLowerCase().includes(typed));
      at = 0;
      update();
    };
    field.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "Escape") close(null);
      else if (event.key === "ArrowDown") at = Math.min(at + 1, shown.length - 1);
      else if (event.key === "ArrowUp") at = Math.max(at - 1, 0);
      else if (event.key === "Enter") close(free && field.value.trim() ? { label: field.value.trim() } : shown[at] ?? null);
      else return;
      event.preventDefault();
      update();
    };
    veil.onclick = (event) => { if (event.target === veil) close(null); };
    veil.append(box);
    host.append(veil);
    update();
    field.focus();
  });
}

/** A sheet in the middle that Esc, `?` or a click beside it closes. */
export function sheet(host, title, ...content) {
  const veil = el("div", { class: "veil", tabIndex: -1 });
  const close = () => { veil.remove(); window.removeEventListener("keydown", escape, true); };
  const escape = (event) => { // also where a repaint took the focus away
    if (event.key !== "Escape") return;
    event.stopImmediatePropagation();
    close();
  };
  window.addEventListener("keydown", escape, true);
  const box = el("div", { class: "sheet", role: "dialog", "aria-label": title }, el("h2", {}, title), ...content);
  veil.append(box);
  veil.onclick = (event) => { if (event.target === veil) close(); };
  veil.onkeydown = (event) => { event.stopPropagation(); if (["?", "Enter"].includes(event.key)) close(); };
  host.append(veil);
  veil.focus();
  close.box = box;
  close.wide = () => { veil.firstChild.classList.add("wide"); return close; };
  return close;
}
