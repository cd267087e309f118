// @ts-check
// A line above the grid: who changed images of this page since it was loaded, and who has some of them open too.

/** @import { Review } from "./review.js" */
import { el, fill, icon } from "../shared/dom.js";
import { many, t } from "../shared/page/words.js";

const LOOK_MS = 15_000;

/**
 * Names as a sentence has them: "Ann", "Ann and Bob", "Ann, Bob and 3 others".
 * @param {string[]} names
 */
function together(names) {
  const [last, ...rest] =
    names.length > 3 ? [t("{n} others", { n: names.length - 2 }), ...names.slice(0, 2)] : [...names].reverse();
  return rest.length
    ? t("{people} and {last}", { people: (names.length > 3 ? rest : rest.reverse()).join(", "), last })
    : last;
}

export class OthersHere {
  /** @param {Review} review */
  constructor(review) {
    this.review = review;
    this.words = "";
    this.node = el("div", { class: "others", role: "status" });
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  /** Ask, where somebody looks at the page. What cannot be asked now is asked later. */
  async look() {
    const { grid, pages } = this.review;
    if (document.hidden || !grid.tiles.length || pages.waiting) return;
    const after = pages.page.revision ?? 0;
    try {
      const answer = await this.review.api.get("changes", { ids: grid.tiles.map((tile) => tile.id).join(","), after });
      if (after === pages.page.revision) this.paint(answer); // else it is about the page before
    } catch {
      // the bar of the server says what there is to say
    }
  }

  /** @param {Answers["changes"]} answer */
  paint({ changed, here }) {
    const images = changed.reduce((sum, one) => sum + one.images, 0);
    const who = together(changed.length ? changed.map((one) => one.person) : here);
    const text = changed.length
      ? t("{who} labelled {images} of this page since it was loaded.", { who, images: many(images, "image") })
      : here.length
        ? here.length === 1
          ? t("{who} has images of this page open too.", { who })
          : t("{who} have images of this page open too.", { who })
        : "";
    if (this.words === text) return;
    this.words = text;
    const { pages } = this.review;
    fill(
      this.node,
      text
        ? el(
            "div",
            { class: "alert" },
            icon("group", "s"),
            el("span", { class: "grow" }, text),
            changed.length
              ? el(
                  "button",
                  { class: "btn s", type: "button", onclick: () => pages.load(pages.page.offset) },
                  t("Show them as they are now"),
                )
              : null,
          )
        : null,
    );
  }

  /** A new page begins without it. */
  clear() {
    this.words = "";
    fill(this.node);
  }

  stop() {
    clearInterval(this.timer);
  }
}
