// @ts-check
// The machine's labels taken over in bulk, by threshold or by neighbours.

/** @import { Review } from "./review.js" */
import { drained } from "../server/drained.js";
import { fixed } from "../shared/dom.js";
import { toast } from "../shared/notices.js";
import { openAccept } from "./bulk_accept.js";
import { many, t } from "../shared/page/words.js";

/**
 * Accept all of a class above a threshold, after a sample was looked at.
 * @param {Review} review
 */
export async function bulkAccept(review) {
  await drained(review.queue);
  openAccept(review.node, review.api, review.categories, review.meta.classes, {
    accepted: async (/** @type {Accepted} */ done, /** @type {Category} */ category) => {
      const bound = done.left
        ? t(" {images} stay as they were: too many errors.", { images: many(done.left, "other image") })
        : done.error_bound > 0
          ? t(" At most {n} % of the unseen ones are wrong.", { n: fixed(100 * done.error_bound, 1) })
          : "";
      if (done.batch) review.decisions.history.push(done.batch);
      toast(
        review.node,
        t("{images} to {name}.{bound}", { images: many(done.accepted, "image"), name: category.name, bound }),
        done.batch ? [t("Undo"), () => review.decisions.undo(done.batch)] : null,
        12000,
      );
      await review.pages.load(0);
      review.loadRecent();
    },
  });
}

/**
 * The machine's labels follow their neighbours: one action in place of many clusters.
 * @param {Review} review
 */
export async function follow(review) {
  await drained(review.queue);
  try {
    const done = await review.api.post("follow", {});
    review.decisions.history.push(done.batch);
    toast(
      review.node,
      done.changed
        ? t("{labels} now follow their neighbours.", { labels: many(done.changed, "machine label") })
        : t("All machine labels agree with their neighbours."),
      done.batch ? [t("Undo"), () => review.decisions.undo(done.batch)] : null,
      12000,
    );
    await review.pages.load(0);
    review.loadRecent();
  } catch (error) {
    review.conflicts.failed(error);
  }
}
