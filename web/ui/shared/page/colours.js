// @ts-check
// The colours of a class in both themes. The colour scheme of the page, which Streamlit sets as the system wishes, chooses.

const GROUND = "#14161F"; // --bg of palette.css in the dark

/**
 * A colour as a line or a mark on the dark page.
 * @param {string} color
 */
const lifted = (color) => `color-mix(in oklab, ${color} 78%, white)`;

/**
 * CSS properties of a class: --c of its lines, --ct its tint, --cd its text on the tint or on the page.
 * @param {Drawn} category
 */
export const colours = ({ color, tint = color, text = color }) => ({
  "--c": `light-dark(${color}, ${lifted(color)})`,
  "--ct": `light-dark(${tint}, color-mix(in oklab, ${color} 24%, ${GROUND}))`,
  "--cd": `light-dark(${text}, color-mix(in oklab, ${color} 40%, white))`,
});

/**
 * Whether an element is drawn on a dark page.
 * @param {Element} node
 */
export const isDark = (node) => getComputedStyle(node).colorScheme === "dark";

/**
 * A colour of a line or a mark where no style sheet chooses: on a canvas.
 * @param {string} color
 * @param {boolean} dark
 */
export const lineColour = (color, dark) => (dark ? lifted(color) : color);

/**
 * The value of a property of palette.css at an element, for a canvas.
 * @param {Element} node
 * @param {string} name
 */
export function paletteColour(node, name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  node.parentElement.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/**
 * Call `run` when the page changes its theme, until the returned function is called.
 * @param {() => void} run
 */
export function onTheme(run) {
  const app = document.querySelector(".stApp");
  const observer = new MutationObserver(run);
  if (app) observer.observe(app, { attributes: true, attributeFilter: ["class"] }); // Streamlit's styles are classes
  return () => observer.disconnect();
}
