// @ts-check
// A frame in a grid plays two seconds before and after its time while the pointer rests on it.

import { el } from "../dom.js";
import { t } from "../page/words.js";

const [REST_MS, AROUND_S] = [250, 2];
const [STILLS, STILL_MS] = [8, 500];

/**
 * @param {HTMLElement} frame
 * @param {Tile} tile
 * @param {Api} api
 */
export function playOnHover(frame, tile, api) {
  let shown = /** @type {Element[]} */ ([]);
  let timer = 0;
  const end = () => {
    clearTimeout(timer);
    for (const node of shown) node.remove();
    shown = [];
  };
  frame.onmouseenter = () => {
    timer = setTimeout(() => {
      const from = Math.max(0, tile.time_s - AROUND_S);
      const player = el("video", {
        src: `${api.clip(tile.id)}#t=${from},${tile.time_s + AROUND_S}`,
        muted: true,
        autoplay: true,
        playsInline: true,
      });
      player.ontimeupdate = () => {
        if (player.isConnected && player.currentTime > tile.time_s + AROUND_S) player.currentTime = from;
      };
      const stills = () => {
        if (!player.isConnected) return;
        end();
        const picture = el("img", { class: "stills", alt: "" });
        shown = [picture, el("span", { class: "tg word" }, t("Frames only: this browser cannot play the video"))];
        frame.append(...shown);
        turn(picture, (at) => api.still(tile.id, from + (at * 2 * AROUND_S) / STILLS));
      };
      player.onerror = stills;
      player.onloadedmetadata = () => {
        if (!player.videoWidth) stills();
      };
      shown = [player];
      frame.append(player);
    }, REST_MS);
  };
  frame.onmouseleave = end;
}

/**
 * One still after the other, as long as the picture is on the page; the next begins when it has arrived.
 * @param {HTMLImageElement} picture
 * @param {(at: number) => string} address
 */
async function turn(picture, address) {
  for (let at = 0; picture.isConnected; at = (at + 1) % STILLS) {
    const next = new Image();
    next.src = address(at);
    await next.decode().catch(() => {});
    if (next.naturalWidth) picture.src = next.src;
    await new Promise((resolve) => setTimeout(resolve, STILL_MS));
  }
}
