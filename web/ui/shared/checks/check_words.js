// @ts-check
// What the checks of labels say, of images and of videos.

import { noted } from "../page/words.js";

/** @typedef {"image" | "video"} Noun */

/** @type {Record<Noun, Record<"range" | "checked" | "title" | "check" | "practise" | "done" | "after", string> & { waits: [one: string, several: string] }>} */
export const SAYS = {
  image: {
    range: noted("{low} to {high} of {unseen} unseen images (95 %), from {checks}"),
    checked: noted("{audited} of {enough} random images checked"),
    title: noted("Twenty random images among the unseen ones"),
    check: noted("Check 20 images (2 minutes)"),
    waits: [
      noted("1 check waits to be confirmed: it comes first in Next batch."),
      noted("{n} checks wait to be confirmed: they come first in Next batch."),
    ],
    practise: noted("{images} to go, mixed into Next batch."),
    done: noted("Done: no practice image is left."),
    after: noted("after {LEAST} images"),
  },
  video: {
    range: noted("{low} to {high} of {unseen} unseen videos (95 %), from {checks}"),
    checked: noted("{audited} of {enough} random videos checked"),
    title: noted("Twenty random videos among the unseen ones"),
    check: noted("Check 20 videos"),
    waits: [
      noted("1 check waits to be confirmed: by somebody else, under Second opinion."),
      noted("{n} checks wait to be confirmed: by somebody else, under Second opinion."),
    ],
    practise: noted("{videos} to go, under Label by, Practice."),
    done: noted("Done: no practice video is left."),
    after: noted("after {LEAST} videos"),
  },
};
