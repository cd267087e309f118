// @ts-check
// An image in full: its tile is focused, and a second time it opens over the page; one that has no tile here opens at once.

/** @import { Review } from "./review.js" */
import { el } from "../shared/dom.js";
import { sheet } from "../shared/notices.js";
import { Enlarged } from "./panel/enlarged.js";
import { t } from "../shared/page/words.js";

/**
 * @param {Review} review
 * @param {number} id
 */
export function openImage(review, id) {
  const at = review.grid.indexOf(id);
  if (at >= 0 && at !== review.grid.at) {
    review.grid.focus(at);
    return;
  }
  if (at >= 0) {
    new Enlarged(review).open();
    return;
  }
  sheet(
    review.node,
    review.panel.tile?.name ?? t("Image"),
    el("img", {
      src:
        review.panel.item?.id === id && review.panel.item.original !== "intact"
          ? review.api.thumb(id)
          : review.api.image(id),
      alt: "",
      style: { "max-width": "100%", "margin-top": "14px", "border-radius": "7px" },
    }),
  );
}
