// @ts-check
// The bar that says on every page that the server cannot be reached, and what goes on meanwhile.

import { el, fill, icon } from "../shared/dom.js";
import { keepSingle } from "../shared/page/address.js";
import { mounter } from "../shared/mounting.js";
import { allQueues } from "./queue.js";
import { reach } from "./reachability.js";
import { many, t } from "../shared/page/words.js";

const WORKS_ON = /\/(?:review|neighbours)\/?$/; // pages whose decisions wait in the browser
const BEAT_MS = 500;

class ServerBar {
  /**
   * @param {HTMLElement} root
   * @param {ServerData} data
   */
  constructor(root, data) {
    reach.stamp = data.stamp;
    this.node = el("div", { class: "sl serverbar", role: "alert", hidden: true });
    root.append(this.node);
    this.words = "";
    this.paint = () => this.#paint();
    reach.addEventListener("change", this.paint);
    this.unwatch = keepSingle();
  }

  start() {
    this.#paint();
  }

  /** @param {ServerData} data */
  update(data) {
    reach.stamp = data.stamp;
  }

  #paint() {
    clearTimeout(this.timer);
    this.node.hidden = !reach.away;
    document.documentElement.classList.toggle("server-away", reach.away); // the page moves down by the bar's height
    if (!reach.away) return;
    const waiting = allQueues().reduce((sum, queue) => sum + queue.waiting, 0);
    const kept = waiting
      ? t("{labels} {x} here and {x2} sent when it is back.", {
          labels: many(waiting, "label"),
          x: waiting === 1 ? "waits" : "wait",
          x2: waiting === 1 ? "is" : "are",
        })
      : t("Your decisions wait here and are sent when it is back.");
    const words = WORKS_ON.test(location.pathname)
      ? t("Go on working: {kept}{kept2}", { kept: kept[0].toLowerCase(), kept2: kept.slice(1) })
      : t("This page needs it, and continues by itself when it is back.{x}", { x: waiting ? ` ${kept}` : "" });
    if (this.words !== words) {
      fill(this.node, icon("cloud_off", "s"), el("b", {}, t("The server cannot be reached.")), el("span", {}, words));
    }
    this.words = words;
    this.timer = setTimeout(this.paint, BEAT_MS);
  }

  stop() {
    clearTimeout(this.timer);
    reach.removeEventListener("change", this.paint);
    this.unwatch();
    this.node.remove();
  }
}

export const mount = mounter(ServerBar);
