// @ts-check
// What the page says of the state of a video's sound.

/** @type {Record<string, string>} */
export const SOUND = {
  silent: "Its sound is silent.",
  "no sound": "It has no sound track.",
  "unreadable sound": "Its sound cannot be read.",
  "not yet computed": "Its sound was not read by the encoder in use: add the video again.",
};
