// @ts-check
// What somebody has had before their eyes: a tile whose picture was whole on the screen for a moment.

const LOOK_MS = 250;
const SLACK_PX = 2;

export class Sight {
  /**
   * `viewport` scrolls the tiles; `covered()` is how many pixels of its foot lie under something; `changed()` is called when more was seen.
   * @param {HTMLElement} viewport
   * @param {{ covered(): number, changed(): void }} given
   */
  constructor(viewport, { covered, changed }) {
    this.viewport = viewport;
    this.covered = covered;
    this.changed = changed;
    this.seen = new Set();
    this.since = new Map();
    this.nodes = /** @type {HTMLElement[]} */ ([]);
    this.look = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#look(), 30);
    };
    viewport.addEventListener("scroll", this.look, { passive: true });
    viewport.addEventListener("load", this.look, true); // of a picture
    for (const name of ["resize", "scroll"]) addEventListener(name, this.look, { capture: true, passive: true });
    document.addEventListener("visibilitychange", this.look);
  }

  /**
   * Other tiles are shown; nobody has seen any of them yet.
   * @param {HTMLElement[]} nodes
   */
  watch(nodes) {
    this.nodes = nodes;
    this.seen.clear();
    this.since.clear();
    this.look();
  }

  /**
   * @param {HTMLElement} node
   * @param {number} foot
   */
  #inView(node, foot) {
    const picture = node.querySelector("img");
    if (!picture.complete || !picture.naturalWidth) return false;
    const box = picture.getBoundingClientRect();
    const frame = this.viewport.getBoundingClientRect();
    return (
      box.height > 0 &&
      box.top >= Math.max(frame.top, 0) - SLACK_PX &&
      box.bottom <= Math.min(frame.bottom - foot, innerHeight) + SLACK_PX
    );
  }

  /** A tile counts once it has stayed in view for a moment: a page that flies by was not looked at. */
  #look() {
    if (document.visibilityState === "hidden") {
      this.since.clear();
      return;
    }
    const [now, foot, before] = [performance.now(), this.covered(), this.seen.size];
    for (const node of this.nodes) {
      if (this.seen.has(node)) continue;
      if (!this.#inView(node, foot)) {
        this.since.delete(node);
        continue;
      }
      const since = this.since.get(node) ?? now;
      this.since.set(node, since);
      if (now - since >= LOOK_MS) {
        this.seen.add(node);
        this.since.delete(node);
      }
    }
    if (this.since.size) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#look(), LOOK_MS / 2);
    }
    if (this.seen.size !== before) this.changed();
  }

  stop() {
    clearTimeout(this.timer);
    for (const name of ["resize", "scroll"]) removeEventListener(name, this.look, { capture: true });
    document.removeEventListener("visibilitychange", this.look);
  }
}
