// @ts-check
// The bar that says on every page that the server cannot be reached, and what goes on meanwhile.

import { el, fill, icon } from "../shared/dom.js";
import { keepSingle } from "../shared/page/address.js";
import { mounter } from "../shared/mounting.js";
import { allQueues } from "./queue.js";
import { reach } from "./reachability.js";
import { t } from "../shared/page/words.js";

const WORKS_ON = /\/(?:review|neighbours)\/?$/; // pages whose decisions wait in the browser
const BEAT_MS = 500;

/**
 * What a page says on which one can go on working.
 * @param {number} waiting labels that wait in the browser
 */
function goOn(waiting) {
  if (!waiting) return t("Go on working: your decisions wait here and are sent when it is back.");
  return waiting === 1
    ? t("Go on working: 1 label waits here and is sent when it is back.")
    : t("Go on working: {n} labels wait here and are sent when it is back.", { n: waiting });
}

/**
 * What any other page says.
 * @param {number} waiting labels that wait in the browser
 */
function needed(waiting) {
  if (!waiting) return t("This page needs it, and continues by itself when it is back.");
  return waiting === 1
    ? t("This page needs it, and continues by itself when it is back. 1 label waits here and is sent when it is back.")
    : t(
        "This page needs it, and continues by itself when it is back. {n} labels wait here and are sent when it is back.",
        { n: waiting },
      );
}

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
    const works = WORKS_ON.test(location.pathname);
    const words = works ? goOn(waiting) : needed(waiting);
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
