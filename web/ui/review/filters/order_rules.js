// @ts-check
// What the orders of the grid ask of the rest of the filter: likeness needs words, disagreement and its settling need labels of people.

/** @import { Filters } from "./filters.js" */
import { el } from "../../shared/dom.js";
import { ADJUDICATION } from "./filter_options.js";
import { t } from "../../shared/page/words.js";

export class OrderRules {
  unsearched = /** @type {string | null} */ (null); // the order before words took its place
  lifted = /** @type {string | null} */ (null); // "Label by" before the order took its place

  /** @param {Filters} filters */
  constructor(filters) {
    this.filters = filters;
  }

  /** Likeness is among the orders only while there are words to be like, settling only where the role allows it. */
  offer() {
    this.#option("likeness", t("Likeness to the words"), Boolean(this.filters.state.text));
    this.#option(ADJUDICATION, t("People disagree"), this.filters.on.may("adjudicate"));
  }

  /**
   * @param {string} value
   * @param {string} text
   * @param {boolean} wanted
   */
  #option(value, text, wanted) {
    const offered = [...this.filters.order.field.options].find((option) => option.value === value);
    if (wanted && !offered) this.filters.order.field.append(el("option", { value }, text));
    else if (!wanted) offered?.remove();
  }

  /** Words that images look like are an order; without them there is the one from before. */
  rank() {
    const { order, text } = this.filters.state;
    if (text && order !== "likeness") [this.unsearched, this.filters.state.order] = [order, "likeness"];
    else if (!text && order === "likeness") this.filters.state.order = this.unsearched ?? "suspicion";
    this.suit(this.filters.state.order);
  }

  /**
   * Disagreement is about what people decided: what is still to be reviewed would leave nothing of it. The next order has it back.
   * @param {string} order
   */
  suit(order) {
    const { by } = this.filters.state;
    const asked = { disagreement: "person", [ADJUDICATION]: "all" }[order]; // none of these is an answer of people too
    if (asked && (["open", "machine"].includes(by) || (this.lifted && by !== asked))) {
      this.lifted ??= by;
      this.filters.state.by = asked;
    } else if (!asked && this.lifted && ["person", "all"].includes(by)) {
      [this.lifted, this.filters.state.by] = [null, this.lifted];
    }
  }
}
