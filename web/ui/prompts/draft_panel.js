// @ts-check
// Right: what the draft changes against the published version; publish or discard.

/** @import { Prompts } from "./prompts.js" */
import { el, fill, fixed, icon } from "../shared/dom.js";
import { toast } from "../shared/notices.js";
import { effectTable, metricsOf, movesOf, tagTable } from "./effect.js";
import { endDraft } from "./measure_draft.js";
import { many, t } from "../shared/page/words.js";

export class DraftPanel {
  /** @param {Prompts} page */
  constructor(page) {
    this.page = page;
    this.note = /** @type {HTMLInputElement | undefined} */ (undefined);
    this.again = /** @type {HTMLInputElement | undefined} */ (undefined);
    this.node = el("div", { class: "col right" });
    this.badge = el("span", { class: "badge ok" });
  }

  paint() {
    const effect = this.page.effect;
    if (!this.page.rows.length) {
      fill(this.node);
      return;
    }
    const discard = el(
      "button",
      { class: "btn", type: "button", disabled: !this.page.changed, onclick: () => this.#discard() },
      t("Discard"),
    );
    if (this.page.problem) {
      fill(
        this.node,
        el("div", { class: "alert bad", role: "alert" }, icon("error", "s"), this.page.problem),
        el("div", { class: "row" }, discard),
      );
      return;
    }
    if (!effect) {
      fill(this.node, el("div", { class: "sm qq" }, t("Measuring the draft")));
      return;
    }
    this.note ??= el("input", {
      class: "field",
      placeholder: t("What changed and why"),
      "aria-label": t("Note"),
      maxLength: 300,
    });
    this.again ??= el("input", { type: "checkbox", class: "cbx", "aria-label": t("Propose again") });
    const publish = el(
      "button",
      { class: "btn p grow", type: "button", disabled: !this.page.changed, onclick: () => this.#publish() },
      icon("publish"),
      t("Publish version {n}", { n: this.page.version + 1 }),
    );
    fill(
      this.node,
      el(
        "div",
        { class: "row" },
        el("h2", {}, t("Draft against version {version}", { version: this.page.version })),
        el("span", { class: "sp" }),
        el(
          "span",
          { class: "badge num", title: t("From the edit to the new ranking") },
          icon("bolt", "s"),
          `${fixed(this.page.took / 1000, 2)} s`,
        ),
      ),
      metricsOf(effect, t("Annotators see version {version}.", { version: this.page.version })),
      tagTable(this.page.tags?.get(this.page.focus?.id)?.facet),
      effectTable(effect, this.page.categories),
      movesOf(effect, this.page.categories, this.page.api),
      this.page.lane.levelsPanel.node,
      el("div", {}, el("span", { class: "lab" }, t("Note for version {n}", { n: this.page.version + 1 })), this.note),
      el(
        "label",
        {
          class: "row sm again",
          title: t("As one batch that can be undone. Labels made by people are kept, and so are pages in progress."),
        },
        this.again,
        t("Propose again where no person has labelled"),
      ),
      el("div", { class: "row" }, publish, discard),
    );
  }

  async #publish() {
    endDraft(this.page);
    try {
      const done = await this.page.api.post("publish", {
        ...this.page.wish,
        note: this.note.value,
        propose: this.again.checked,
      });
      this.note.value = "";
      this.again.checked = false;
      await this.page.reload();
      const proposed = done.in_background
        ? t(" Labels are proposed anew in the background: Train shows how far it is.")
        : done.batch
          ? done.held
            ? t(" {labels} proposed anew; {images} on an open page keep theirs.", {
                labels: many(done.proposed, "label"),
                images: many(done.held, "image"),
              })
            : t(" {labels} proposed anew.", { labels: many(done.proposed, "label") })
          : "";
      /** @type {ToastAction} */
      const undo = done.batch
        ? [
            t("Undo proposals"),
            async () => {
              await this.page.api.post("undo", { batch: done.batch });
              this.page.reload();
            },
          ]
        : [t("Undo"), () => this.page.versions.restore(done.version - 1)];
      toast(
        this.page.node,
        t("Version {version} is published. Annotators see it now.{proposed}", { version: done.version, proposed }),
        undo,
        10000,
      );
    } catch (error) {
      if (error.status === 409) await this.page.overtaken.published();
      else this.#failed(error);
    }
  }

  async #discard() {
    endDraft(this.page);
    try {
      const { tab, seq, kept } = this.page;
      this.page.read({
        ...(await this.page.api.post("discard", { tab, seq, seen: kept })),
        draft: null,
      });
    } catch (error) {
      this.#failed(error);
      return;
    }
    this.page.paint();
    await this.page.measure();
  }

  /**
   * The draft goes on as before, so it is measured and saved again.
   * @param {Error} error
   */
  #failed(error) {
    toast(this.page.node, error.message);
    this.page.later();
  }

  paintBadge() {
    const draft = this.page.changed;
    this.badge.className = `badge ${draft ? "warn" : "ok"}`;
    fill(
      this.badge,
      icon(draft ? "edit" : "cloud_done", "s"),
      this.page.stuck
        ? t("Draft, not saved")
        : draft
          ? t("Draft, not published")
          : this.page.version
            ? t("Version {version} published", { version: this.page.version })
            : t("Nothing published yet"),
    );
  }
}
