// @ts-check
// What the orders of the grid ask of the rest of the filter: likeness needs words, disagreement needs labels of people.

/** @import { Filters } from "./filters.js" */
import { el } from "../../shared/dom.js";

export class OrderRules {
  unsearched = /** @type {string | null} */ (null); // the order before words took its place
  lifted = /** @type {string | null} */ (null); // "Label by" before the order took its place

  /** @param {Filters} filters */
  constructor(filters) {
    this.filters = filters;
  }

  /** Among the orders only while there are words to be like. */
  offer() {
    const offered = [...this.filters.order.field.options].find((option) => option.value === "likeness");
    if (this.filters.state.text && !offered) {
      this.filters.order.field.append(el("option", { value: "likeness" }, "Likeness to the words"));
    } else if (!this.filters.state.text) offered?.remove();
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
    if (order === "disagreement" && ["open", "machine"].includes(by)) {
      [this.lifted, this.filters.state.by] = [by, "person"];
    } else if (order !== "disagreement" && this.lifted && by === "person") {
      [this.lifted, this.filters.state.by] = [null, this.lifted];
    }
  }
}
