// @ts-check
// The focused image over the page: arrows go on, the keys of the grid decide about it, plus and minus zoom, Esc closes.

/** @import { Review } from "../review.js" */
import { el, fill, icon, isComposing, isTyping, key } from "../../shared/dom.js";
import { action } from "../../shared/keys.js";
import { byPerson, chip } from "../../shared/tiles.js";
import { classKeys } from "../../shared/decisions/class_keys.js";
import { t } from "../../shared/page/words.js";

const ZOOMS = [1, 1.5, 2, 3, 4, 6, 8]; // of the size at which the image fits
const MARGIN_PX = 28; // between the sidebar and the page
const [FOLDED_PX, BAR_PX] = [100, 52];
const DECIDES = ["digit", "pick", "accept", "reject", "none", "unsure", "skip", "undo", "help"];

export class Enlarged {
  /** @param {Review} review */
  constructor(review) {
    this.review = review;
    this.zoom = 0; // place in ZOOMS
    this.shown = /** @type {number | null} */ (null);
    const { verdicts } = review;
    const button = (
      /** @type {string} */ title,
      /** @type {string} */ symbol,
      /** @type {() => void} */ run,
      cls = "btn s",
    ) =>
      el(
        "button",
        { class: cls, type: "button", title, "aria-label": title, onclick: () => this.#press(run) },
        icon(symbol),
      );
    const worded = (/** @type {Child} */ text, /** @type {string} */ cap, /** @type {() => void} */ run, cls = "") =>
      el("button", { class: `btn s ${cls}`, type: "button", onclick: () => this.#press(run) }, text, key(cap));
    this.name = el("b", { class: "nm" });
    this.place = el("span", { class: "sm q num" });
    this.label = el("span", { class: "row line" });
    this.percent = el("span", { class: "sm num zoomed" });
    this.image = el("img", { alt: "", draggable: false });
    this.image.onload = () => this.#fit();
    this.stage = el("div", { class: "stage", ondblclick: () => this.#zoomTo(this.zoom ? 0 : 2) }, this.image);
    this.accepts = el("span", { class: "nm" });
    this.classes = el("div", { class: "classkeys", role: "group", "aria-label": t("Give a class") });
    this.accept = worded(this.accepts, "a", () => verdicts.accept(), "p");
    this.box = el(
      "div",
      { class: "enlarged", role: "dialog", "aria-modal": "true", "aria-label": t("Image") },
      el(
        "div",
        { class: "row" },
        this.name,
        this.place,
        this.label,
        el("span", { class: "sp" }),
        button(t("Smaller (-)"), "zoom_out", () => this.#zoomTo(this.zoom - 1)),
        this.percent,
        button(t("Larger (+)"), "zoom_in", () => this.#zoomTo(this.zoom + 1)),
        el("button", { class: "btn s close", type: "button", onclick: () => this.close() }, t("Close"), key("Esc")),
      ),
      el(
        "div",
        { class: "row stages" },
        button(t("Previous image (←)"), "chevron_left", () => this.#go(-1), "btn go"),
        this.stage,
        button(t("Next image (→)"), "chevron_right", () => this.#go(1), "btn go"),
      ),
      el(
        "div",
        { class: "row decide" },
        this.accept,
        worded(t("Not this"), "x", () => verdicts.reject()),
        worded(t("Unsure"), "u", () => verdicts.unsure()),
        this.classes,
      ),
    );
    this.veil = el(
      "div",
      { class: "veil whole", tabIndex: -1, onclick: (/** @type {Event} */ event) => this.#outside(event) },
      this.box,
    );
    this.onKey = (/** @type {KeyboardEvent} */ event) => this.#key(event);
    this.changes = new MutationObserver(() => this.#paint());
    this.size = new ResizeObserver(() => {
      this.#beside();
      this.#fit();
    });
  }

  open() {
    this.review.verdicts.alone = true;
    this.review.node.append(this.veil);
    window.addEventListener("keydown", this.onKey, true);
    this.changes.observe(this.review.grid.node, {
      subtree: true,
      childList: true,
      attributeFilter: ["aria-label", "class"],
    });
    this.size.observe(this.stage);
    this.#beside();
    this.veil.focus();
    this.#paint();
  }

  close() {
    window.removeEventListener("keydown", this.onKey, true);
    this.changes.disconnect();
    this.size.disconnect();
    this.review.verdicts.alone = false;
    this.veil.remove();
    this.review.viewport.focus();
  }

  /** The sidebar stays in front of everything of ours, and folded so does the bar above: begin where they end. */
  #beside() {
    const left = Math.round(this.review.node.getBoundingClientRect().left) - MARGIN_PX;
    this.veil.style.left = `${Math.max(0, left)}px`;
    this.veil.style.top = left > FOLDED_PX ? "0" : `${BAR_PX}px`;
  }

  /** @param {Event} event */
  #outside(event) {
    if (event.target === this.veil) this.close();
  }

  /**
   * A press gives the keys back: they are about the image, not about the button.
   * @param {() => void} run
   */
  #press(run) {
    run();
    if (this.veil.isConnected && this.#isTop()) this.veil.focus();
  }

  #isTop() {
    return [...this.review.node.querySelectorAll(".veil")].at(-1) === this.veil;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.veil.isConnected || !this.#isTop() || isTyping(event) || isComposing(event)) return;
    const target = event.composedPath()[0];
    if (target instanceof HTMLButtonElement && ["Enter", " "].includes(event.key)) return;
    const asked = action(event);
    if (!asked) return;
    const [name, ...given] = asked;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (name === "move") this.#go(Number(given[0]) || Number(given[1]));
    else if (name === "larger" || name === "smaller") this.#zoomTo(this.zoom + (name === "larger" ? 1 : -1));
    else if (event.repeat) return;
    else if (name === "escape" || name === "enter") this.close();
    else if (name === "shiftDigit") {
      const far = this.review.categories.byKey.get(Number(given[0]) + 10);
      if (far) this.review.verdicts.label(far.id);
    } else if (DECIDES.includes(name)) this.review.actions[name](...given);
  }

  /** @param {number} step */
  #go(step) {
    this.review.grid.move(step, 0, false);
  }

  /** @param {number} at */
  #zoomTo(at) {
    this.zoom = Math.min(Math.max(at, 0), ZOOMS.length - 1);
    this.#fit();
  }

  /** The image as large as the stage takes it, times the zoom; its middle stays in the middle. */
  #fit() {
    const { naturalWidth: width, naturalHeight: height } = this.image;
    const { clientWidth, clientHeight } = this.stage;
    if (!width || !clientWidth) return;
    const shown = Math.min(clientWidth / width, clientHeight / height) * ZOOMS[this.zoom];
    this.image.style.width = `${Math.floor(width * shown)}px`;
    this.image.style.height = `${Math.floor(height * shown)}px`;
    this.percent.textContent = `${Math.round(100 * shown)} %`;
    this.stage.scrollTo((this.stage.scrollWidth - clientWidth) / 2, (this.stage.scrollHeight - clientHeight) / 2);
  }

  #paint() {
    const { grid, categories } = this.review;
    const { tile } = grid;
    if (!tile) {
      this.close();
      return;
    }
    if (this.shown !== tile.id) {
      this.shown = tile.id;
      this.zoom = 0;
      this.image.onerror = () => {
        this.image.onerror = null;
        this.image.src = this.review.api.thumb(tile.id); // its file is gone: the thumbnail is all there is of it
      };
      this.image.src = this.review.api.image(tile.id);
      this.image.alt = tile.name;
    }
    this.name.textContent = tile.name;
    this.name.title = tile.name;
    this.box.setAttribute("aria-label", grid.nodes[grid.at]?.getAttribute("aria-label") ?? tile.name);
    this.place.textContent = t("{n} of {n2}", { n: grid.at + 1, n2: grid.tiles.length });
    const blind = Boolean(tile.blind || tile.practice) && !tile.done;
    const proposal = categories.get(tile.proposed ?? tile.category);
    fill(this.label, blind ? null : chip(this.#standing(tile, proposal), byPerson(tile) ? "h" : "m"));
    fill(this.accepts, proposal.id === null ? t("Accept") : t("Accept {name}", { name: proposal.name }));
    this.accept.disabled = proposal.id === null;
    fill(
      this.classes,
      classKeys(
        categories,
        blind ? null : tile,
        (id) => this.#press(() => this.review.verdicts.label(id)),
        () => this.#press(() => this.review.verdicts.none()),
      ),
    );
  }

  /**
   * @param {Tile} tile
   * @param {Category} proposal
   */
  #standing(tile, proposal) {
    return tile.category === null && tile.state !== "no_class" ? proposal : this.review.categories.of(tile);
  }
}
