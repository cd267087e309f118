// @ts-check
// How a work area is mounted: once per place, kept over reruns of the script, its keys kept from Streamlit.

import { adopt } from "./dom.js";
import { reach } from "../server/reachability.js";

/** @typedef {{ node: HTMLElement, start(): void, stop(): void, update?(data: MountData): void, restored?(): void }} WorkArea */
/** @typedef {{ workspace: string, data: MountData, view?: WorkArea, stop?: () => void }} Place */

/**
 * The `mount` of a work area. `View` is a class of (root, data) with `start()` and `stop()`, and `update(data)` where the
 * script may change what is shown, called when it did, and `restored()` where it has to ask again after the server was away; another workspace makes a new one.
 * @param {new (root: HTMLElement, data: any) => WorkArea} View
 * @param {...string} sheets
 */
export function mounter(View, ...sheets) {
  /** @type {WeakMap<HTMLElement, Place>} */
  const mounted = new WeakMap();
  return function mount(/** @type {{ data: MountData, parentElement: HTMLElement }} */ { data, parentElement }) {
    const there = mounted.get(parentElement);
    if (there?.workspace === data.workspace) {
      const same = JSON.stringify(data) === JSON.stringify(there.data);
      there.data = data;
      if (!same) there.view?.update?.(data);
      return there.stop;
    }
    there?.stop();
    /** @type {Place} */
    const place = { workspace: data.workspace, data };
    const back = () => place.view?.restored?.();
    reach.addEventListener("back", back);
    place.stop = () => {
      reach.removeEventListener("back", back);
      place.view?.stop();
      mounted.delete(parentElement);
    };
    mounted.set(parentElement, place);
    adopt(parentElement, "/ui/shared/page/palette.css", "/ui/shared/theme.css", ...sheets).then(() => {
      if (mounted.get(parentElement) !== place) return;
      place.view = new View(parentElement, place.data);
      place.view.node.addEventListener("keydown", (event) => event.stopPropagation());
      place.view.start();
    });
    return place.stop;
  };
}
