// @ts-check
// How far the labels of videos can be trusted: the stop meter, practice, and how often people agree.

/** @import { Videos } from "./videos.js" */
import { openAgreement } from "../shared/checks/agreement_sheet.js";
import { paintAgreement, paintMeter, paintPractice } from "../shared/checks/stop_meter.js";
import { debounce, el, fill } from "../shared/dom.js";
import { ADJUDICATION } from "./video_choices.js";

/** @type {"video"} */
const NOUN = "video";
const REST_MS = 700;

export class VideoChecks {
  /** @param {Videos} page */
  constructor(page) {
    this.page = page;
    this.meter = el("div");
    this.practice = el("div");
    this.agreement = el("div");
    this.nodes = [this.practice, this.meter, this.agreement];
    this.soon = debounce(() => this.load().catch((error) => page.failed(error)), REST_MS);
  }

  /** Where a video has any number of labels there is no one answer to compare. */
  async load() {
    const { api, filters, categories } = this.page;
    const { facet } = filters.state;
    if (!facet || !filters.exclusive) {
      this.nodes.forEach((node) => fill(node));
      return;
    }
    const [recent, agreement] = await Promise.all([api.get("recent", { facet }), api.get("agreement", { facet })]);
    if (facet !== filters.state.facet) return;
    paintPractice(this.practice, recent.practice, categories, NOUN);
    paintMeter(this.meter, recent.remaining, () => filters.open({ by: "open", order: "random" }), NOUN);
    paintAgreement(this.agreement, agreement, () => this.#open(agreement), NOUN);
  }

  /** @param {Answers["agreement"]} agreement */
  #open(agreement) {
    const { api, filters, node } = this.page;
    openAgreement(node, agreement, {
      noun: NOUN,
      show: (ids) => filters.open({ by: "all", order: "newest", ids: ids.join(",") }),
      settle: api.may("adjudicate") ? () => filters.open({ by: "all", order: ADJUDICATION }) : null,
    });
  }
}
