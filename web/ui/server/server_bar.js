// @ts-check
// The bar that says on every page that the server cannot be reached, and what goes on meanwhile.

import { el, fill, icon, many } from "../shared/dom.js";
import { mounter } from "../shared/mounting.js";
import { allQueues } from "./queue.js";
import { reach } from "./reachability.js";

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
      ? `${many(waiting, "label")} ${waiting === 1 ? "waits" : "wait"} here and ${waiting === 1 ? "is" : "are"} sent when it is back.`
      : "Your decisions wait here and are sent when it is back.";
    const words = WORKS_ON.test(location.pathname)
      ? `Go on working: ${kept[0].toLowerCase()}${kept.slice(1)}`
      : `This page needs it, and continues by itself when it is back.${waiting ? ` ${kept}` : ""}`;
    if (this.words !== words) {
      fill(this.node, icon("cloud_off", "s"), el("b", {}, "The server cannot be reached."), el("span", {}, words));
    }
    this.words = words;
    this.timer = setTimeout(this.paint, BEAT_MS);
  }

  stop() {
    clearTimeout(this.timer);
    reach.removeEventListener("change", this.paint);
    this.node.remove();
  }
}

export const mount = mounter(ServerBar);
