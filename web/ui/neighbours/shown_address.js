// @ts-check
// What Neighbours shows, in the address and out of it. A cluster is named by its first image: its number may be another one's by now.

/** @import { Neighbours } from "./neighbours.js" */
import { asked, askedNumber } from "../shared/page/address.js";
import { reachTo } from "./start_reach.js";

/**
 * Show what the address names, else the first cluster.
 * @param {Neighbours} page
 */
export async function openAsked(page) {
  const [item, text, member, reach] = [askedNumber("item"), asked("text"), askedNumber("cluster"), asked("reach")];
  const ids = (asked("ids") ?? "").split(",").filter((id) => /^\d+$/.test(id));
  const clusters = page.clusterList.listing?.clusters ?? [];
  const cluster = clusters.find((one) => one.items.some(([id]) => id === member)) ?? clusters[0];
  if (item !== null) await page.queries.go({ item });
  else if (text) await page.queries.go({ text });
  else if (ids.length) await page.queries.openIds(ids.map(Number), asked("title") ?? undefined);
  else if (cluster) await page.queries.openCluster(cluster);
  else page.hint();
  if (reach !== null && !Number.isNaN(Number(reach))) reachTo(page.lot, Number(reach));
}

/**
 * Say in the address what is shown; the reach follows once somebody moves it.
 * @param {Neighbours} page
 * @param {{ item?: number, text?: string, cluster?: number, ids?: string, title?: string }} shown
 */
export function keep(page, { item, text, cluster, ids, title }) {
  page.place.set({ item, text, cluster, ids, title, reach: null });
  page.place.write();
}
