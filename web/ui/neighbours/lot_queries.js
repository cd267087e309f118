// @ts-check
// What the images of the lot are like: an image, words, a picture from elsewhere, a cluster, or what was chosen on the map.

/** @import { Neighbours } from "./neighbours.js" */
import { el } from "../shared/dom.js";
import { bytesOf } from "./picture_search.js";
import { keep } from "./shown_address.js";
import { count, t } from "../shared/page/words.js";

const LIMIT = 200;
const BESIDE = 60; // images that are not of a cluster, beside it

/** @typedef {{ item?: number, text?: string, ids?: number[], cluster?: number, picture?: File }} Query */

export class LotQueries {
  now = /** @type {Query} */ (null); // answers to another one come too late

  /** @param {Neighbours} neighbours */
  constructor(neighbours) {
    this.neighbours = neighbours;
  }

  /**
   * Images chosen on the map, or a group: all are in reach.
   * @param {number[]} ids
   * @param {string} [title]
   * @param {string} [subtitle]
   */
  async openIds(ids, title = t("Chosen on the map"), subtitle = "") {
    const query = (this.now = { ids });
    keep(this.neighbours, { ids: ids.slice(0, LIMIT).join(","), title });
    const few = ids.slice(0, LIMIT);
    const near = await this.neighbours.api.get("neighbours", { ids: few.join(","), limit: 1 });
    if (this.now !== query) return;
    const tiles = near.tiles.filter((tile) => few.includes(tile.id));
    const counts = new Map();
    for (const tile of tiles) {
      const id = tile.proposed ?? tile.category;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const suggest = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
    this.neighbours.lot.show(
      tiles,
      suggest,
      title,
      ids.length > LIMIT ? t("the first {LIMIT} of {n}", { LIMIT, n: count(ids.length) }) : subtitle,
    );
    this.neighbours.map.mark(ids);
  }

  /**
   * Show the neighbours of an item or a text; the address says which.
   * @param {Query} query
   */
  async go(query) {
    this.now = query;
    keep(this.neighbours, { item: query.item, text: query.text });
    try {
      const answer = await this.neighbours.api.get("neighbours", { ...query, limit: LIMIT });
      const first = query.item ? { ...(await this.neighbours.api.get(`item/${query.item}`)), similarity: 1 } : null;
      if (this.now !== query) return; // something else was asked for meanwhile
      this.neighbours.lot.show(
        first ? [first, ...answer.tiles] : answer.tiles,
        answer.suggest,
        query.item ? t("Nearest to {name}", { name: first.name }) : `“${query.text}”`,
        query.text ? t("closest to the words first") : t("nearest first"),
      );
    } catch (error) {
      this.neighbours.failed(error);
    }
  }

  /**
   * What looks like an image that is not an item; the address cannot say it.
   * @param {File} file
   */
  async like(file) {
    this.now = { picture: file };
    keep(this.neighbours, {});
    const name = file.name || t("the pasted image");
    try {
      const image = await bytesOf(file);
      const near = await this.neighbours.api.post("neighbours", { image, name: name.slice(-200), limit: LIMIT });
      if (this.now.picture !== file) return;
      const source = URL.createObjectURL(file);
      const picture = el("img", {
        class: "asked",
        src: source,
        alt: t("Searched with: {name}", { name }),
        title: name,
      });
      picture.onload = picture.onerror = () => URL.revokeObjectURL(source);
      this.neighbours.lot.show(near.tiles, near.suggest, t("Looks like {name}", { name }), t("nearest first"), {
        picture,
      });
      this.neighbours.map.mark([]);
    } catch (error) {
      this.neighbours.failed(error);
    }
  }

  /**
   * A cluster in full, and what is as near to its middle or lies just beyond.
   * @param {Cluster} cluster
   */
  async openCluster(cluster) {
    const query = (this.now = { cluster: cluster.id });
    keep(this.neighbours, { cluster: cluster.items[0][0] });
    const ids = cluster.items.map(([id]) => id).slice(0, LIMIT);
    const { tiles } = await this.neighbours.api.get("neighbours", { ids: ids.join(","), limit: BESIDE });
    if (this.now !== query) return;
    const from = this.neighbours.categories.get(cluster.category).name;
    this.neighbours.lot.show(
      tiles,
      cluster.proposed,
      cluster.name ||
        t("{from} that may be {name}", { from, name: this.neighbours.categories.get(cluster.proposed).name }),
      t("its own first, nearest to the middle first"),
      { members: ids },
    );
    this.neighbours.map.mark(ids);
    this.neighbours.clusterList.paint();
  }
}
