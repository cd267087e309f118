// @ts-check
// A whole video in a grid shows the moment that the pointer is at: its left edge is the beginning, its right edge the end.

import { el } from "../dom.js";

const [REST_MS, STILL_MS] = [150, 120];

/**
 * @param {HTMLElement} frame
 * @param {Tile} tile
 * @param {Api} api
 */
export function scrubOnHover(frame, tile, api) {
  let timer = 0;
  let shown = /** @type {HTMLElement[]} */ ([]);
  let seek = /** @type {(share: number) => void} */ (() => {});
  let last = 0;
  const end = () => {
    clearTimeout(timer);
    for (const node of shown) node.remove();
    shown = [];
    seek = () => {};
  };
  frame.onmouseenter = () => {
    if (!tile.duration_s) return;
    timer = setTimeout(() => {
      const line = el("span", { class: "scrubbed" }, el("i"));
      const player = el("video", { src: api.clip(tile.id), muted: true, playsInline: true, preload: "auto" });
      const mark = (/** @type {number} */ share) => {
        /** @type {HTMLElement} */ (line.firstElementChild).style.width = `${100 * share}%`;
      };
      shown = [player, line];
      seek = (share) => {
        mark(share);
        player.currentTime = share * tile.duration_s;
      };
      player.onerror = () => {
        if (!player.isConnected) return;
        const picture = el("img", { class: "stills", alt: "" });
        player.replaceWith(picture);
        shown = [picture, line];
        seek = stills(picture, tile, api, mark);
        seek(last);
      };
      player.onloadedmetadata = () => (player.videoWidth ? seek(last) : player.onerror?.(""));
      frame.append(...shown);
    }, REST_MS);
  };
  frame.onmousemove = (event) => {
    const { left, width } = frame.getBoundingClientRect();
    last = Math.min(Math.max((event.clientX - left) / width, 0), 0.999);
    seek(last);
  };
  frame.onmouseleave = end;
}

/**
 * Moments of a video that the browser cannot play, as pictures: the newest wish next, one at a time.
 * @param {HTMLImageElement} picture
 * @param {Tile} tile
 * @param {Api} api
 * @param {(share: number) => void} mark
 */
function stills(picture, tile, api, mark) {
  let wanted = /** @type {number | null} */ (null);
  let busy = false;
  const load = async () => {
    if (busy) return;
    busy = true;
    while (wanted !== null && picture.isConnected) {
      const next = new Image();
      next.src = api.still(tile.id, wanted * tile.duration_s);
      wanted = null;
      await next.decode().catch(() => {});
      if (next.naturalWidth) picture.src = next.src;
      await new Promise((resolve) => setTimeout(resolve, STILL_MS));
    }
    busy = false;
  };
  return (/** @type {number} */ share) => {
    mark(share);
    wanted = share;
    load();
  };
}
