// @ts-check
// Search by an image that is not an item: chosen from the disk, dropped on the page or pasted. The server keeps nothing of it.

import { el, icon } from "../shared/dom.js";
import { t } from "../shared/page/words.js";

const MOST_BYTES = 24 * 2 ** 20;
const KINDS = "image/*,.heic,.heif,.avif,.jxl,.tif,.tiff";

/**
 * The bytes of a file in base64.
 * @param {File} file
 * @returns {Promise<string>}
 */
export function bytesOf(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(new Error(t("{name} cannot be read. Choose it again.", { name: file.name })));
    reader.readAsDataURL(file);
  });
}

export class PictureSearch {
  /**
   * `on.search(file)` gets an image to search with; `on.failed(error)` what is wrong with it.
   * @param {{ search(file: File): void, failed(error: Error): void }} on
   */
  constructor(on) {
    this.on = on;
    this.input = el("input", { type: "file", accept: KINDS, hidden: true, "aria-label": t("Image to search with") });
    this.input.onchange = () => {
      this.#take(this.input.files[0]);
      this.input.value = ""; // so that the same file can be chosen again
    };
    this.button = el(
      "button",
      {
        class: "btn",
        type: "button",
        title: t("Find images like one of yours: choose it, drop it on the page, or paste it"),
        onclick: () => this.input.click(),
      },
      icon("image_search"),
      t("By image"),
    );
    this.veil = el(
      "div",
      { class: "dropveil", hidden: true },
      icon("image_search"),
      t("Drop the image to find others like it"),
    );
    this.watching = new AbortController();
    const { signal } = this.watching;
    window.addEventListener("paste", (event) => this.#pasted(event), { signal });
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
      window.addEventListener(kind, (event) => this.#dragged(/** @type {DragEvent} */ (event)), { signal });
    }
  }

  /** @param {ClipboardEvent} event */
  #pasted(event) {
    const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith("image/"));
    if (!file || document.querySelector('[role="dialog"][aria-modal="true"]')) return;
    event.preventDefault();
    this.#take(file);
  }

  /** @param {DragEvent} event */
  #dragged(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // else the browser would leave the page for the file
    if (event.type === "dragleave") this.veil.hidden = event.relatedTarget === null;
    else this.veil.hidden = event.type === "drop";
    if (event.type === "drop") this.#take(event.dataTransfer.files[0]);
  }

  /** @param {File | undefined} file */
  #take(file) {
    if (!file) return;
    if (file.size > MOST_BYTES) {
      const most = t("An image to search with has at most {n} MB", { n: MOST_BYTES / 2 ** 20 });
      this.on.failed(
        new Error(
          t("{name}: {n} MB is too large. {most}: save it smaller.", {
            name: file.name,
            n: Math.ceil(file.size / 2 ** 20),
            most,
          }),
        ),
      );
    } else this.on.search(file);
  }

  stop() {
    this.watching.abort();
  }
}
