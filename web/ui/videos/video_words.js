// @ts-check
// What the page says of the state of a video's sound.

import { t } from "../shared/page/words.js";

/** @type {Record<string, string>} */
export const SOUND = {
  silent: t("Its sound is silent."),
  "no sound": t("It has no sound track."),
  "unreadable sound": t("Its sound cannot be read."),
  "not yet computed": t("Its sound was not read by the encoder in use: add the video again."),
};
