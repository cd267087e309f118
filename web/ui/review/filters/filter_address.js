// @ts-check
// The filters as the address holds them.

import { ADJUDICATION, EXTRA, LABEL_BY, ORDERS } from "./filter_options.js";

/** @typedef {Record<string, any> & { by: string, order: string, class: number[] | null, seed: number, size?: string }} FilterState */

/**
 * What the parameters say; what they do not name is as on a first visit.
 * @param {URLSearchParams} [url]
 * @returns {FilterState}
 */
export function readAddress(url = new URLSearchParams(location.search)) {
  const by = LABEL_BY.some(([name]) => name === url.get("by")) ? url.get("by") : url.get("ids") ? "all" : "open";
  const known = ["tags", ADJUDICATION].includes(url.get("order")) || ORDERS.some(([name]) => name === url.get("order"));
  const order = url.get("text") ? "likeness" : known ? url.get("order") : "suspicion";
  const classes = (url.get("class") ?? "")
    .split(",")
    .filter((id) => /^\d+$/.test(id))
    .map(Number);
  const extra = Object.fromEntries(EXTRA.filter((name) => url.get(name)).map((name) => [name, url.get(name)]));
  return {
    by,
    order,
    class: classes.length ? classes : null,
    seed: Number(url.get("seed")) || 0,
    size: url.get("size"),
    ...extra,
  };
}
