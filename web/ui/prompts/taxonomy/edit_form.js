// @ts-check
// Changing a category: name, key, colour, icon and what belongs there.

/** @import { Taxonomy } from "./taxonomy.js" */
import { el, icon } from "../../shared/dom.js";
import { buttons, field, form } from "./form.js";
import { t } from "../../shared/page/words.js";

const PALETTE = ["#00875F", "#D98300", "#0072B2", "#B5518F", "#4FA8DC", "#A63C06", "#6B5B95", "#7A7100"];
const ICONS = [
  "landscape",
  "sports_esports",
  "description",
  "photo_camera",
  "category",
  "label",
  "star",
  "bookmark",
  "movie",
  "pets",
  "directions_car",
  "restaurant",
  "home",
  "palette",
  "group",
  "music_note",
];

export class EditForm {
  /** @param {Taxonomy} taxonomy */
  constructor(taxonomy) {
    this.taxonomy = taxonomy;
  }

  /** @param {Category} category */
  open(category) {
    const name = el("input", { class: "field", value: category.name, maxLength: 200, "aria-label": t("Name") });
    const key = el("input", {
      class: "field",
      value: category.key ?? "",
      inputMode: "numeric",
      maxLength: 2,
      "aria-label": t("Key"),
    });
    const description = el("textarea", {
      class: "field",
      rows: 3,
      maxLength: 2000,
      value: category.description ?? "",
      "aria-label": t("What belongs here"),
    });
    const chosen = { color: category.color, icon: category.icon };
    const colour = this.taxonomy.fields.swatches(
      PALETTE,
      chosen.color,
      t("Colour"),
      (value) => el("i", { class: "swatch", style: { background: value } }),
      (value) => {
        chosen.color = value;
        parts.ask();
      },
    );
    const symbol = this.taxonomy.fields.swatches(
      ICONS,
      chosen.icon,
      t("Icon"),
      (value) => icon(value),
      (value) => {
        chosen.icon = value;
        parts.ask();
      },
    );
    const request = () => {
      const wanted = {
        name: name.value.trim(),
        color: chosen.color,
        icon: chosen.icon,
        key: key.value.trim(),
        description: description.value.trim(),
      };
      const seen = (/** @type {Category} */ known) => ({
        name: known.name,
        color: known.color,
        icon: known.icon,
        key: String(known.key ?? ""),
        description: known.description ?? "",
      });
      const opened = /** @type {Record<string, string>} */ (seen(category));
      const changes = Object.fromEntries(Object.entries(wanted).filter(([what, value]) => value !== opened[what]));
      const was = seen(this.taxonomy.on.categories().get(category.id) ?? category); // after a refusal the tree was read again
      return Object.keys(changes).length ? { action: "edit", id: category.id, changes, was } : null;
    };
    const parts = this.taxonomy.previewed(request, t("Save the changes"), (effect) =>
      this.taxonomy.done(close, effect, t("{value} was changed.", { value: name.value.trim() })),
    );
    for (const input of [name, key, description]) input.addEventListener("input", parts.ask);
    const top = category.parent === null || category.parent === undefined;
    const close = form(
      this.taxonomy.on.host(),
      t("Change {name}", { name: category.name }),
      field(t("Name"), name),
      el(
        "div",
        { class: "row t" },
        el("div", { class: "grow" }, field(t("Key, 1 to 20"), key, t("11 to 20 with Shift"))),
        top ? el("div", { class: "grow2" }, field(t("Colour"), colour)) : null,
      ),
      field(t("Icon"), symbol),
      field(t("What belongs here"), description),
      parts.note,
      buttons(parts, () => close()),
    );
    name.focus();
  }
}
