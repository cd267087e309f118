// @ts-check
// What a draft does: asked of the server after each edit, and saved on the way.

/** @import { Prompts } from "./prompts.js" */

/**
 * Ask the server what the draft does; an older answer never replaces a newer one.
 * @param {Prompts} page
 * @returns {Promise<void>}
 */
export async function measureDraft(page) {
  page.controller?.abort();
  page.controller = new AbortController();
  page.draftPanel.node.classList.add("busy");
  try {
    const start = performance.now();
    const save = !page.stuck && (page.changed || page.kept !== null || page.seq > 0);
    page.seq += save ? 1 : 0;
    page.effect = await page.api.post(
      "draft",
      { ...page.wish, focus: page.focus?.id ?? null, save },
      page.controller.signal,
    );
    if (save) page.kept = page.effect.kept;
    page.took = performance.now() - start;
    page.draftPanel.node.classList.remove("busy");
    page.problem = null;
  } catch (error) {
    if (error.name === "AbortError") return;
    if (error.status === 409) {
      page.stuck = true;
      page.overtaken.twice(error.message);
      return measureDraft(page);
    }
    page.problem = error.message;
  }
  page.draftPanel.paintBadge();
  page.categoryTree.paint();
  page.categoryPanel.paintCount();
  page.categoryPanel.paintTop();
  page.lines.paintUnknown();
  page.draftPanel.paint();
  page.lane.refresh();
}

/**
 * Before a discard or a publish: nothing is saved any more, and what is on its way is known by its number as older.
 * @param {Prompts} page
 */
export function endDraft(page) {
  page.later.cancel();
  page.controller?.abort();
  page.seq += 1;
}
