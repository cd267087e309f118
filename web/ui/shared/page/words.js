// @ts-check
// The texts of the pages in the language of who looks. The English text is the key, its `{places}` have names.

/** The language as a BCP 47 tag; the page's loader has set it, before any other script of ours runs. */
export const language = document.documentElement.lang || "en";

/**
 * Where the answer does not come, the page is shown in English rather than not at all.
 * @returns {Promise<Record<string, string>>}
 */
const load = () =>
  fetch(`/ui/words/${language}.json`)
    .then((answer) => (answer.ok ? answer.json() : {}))
    .catch(() => ({}));

const texts = language === "en" ? {} : await load();

/**
 * A text in the language of who looks. `scripts/words.py` collects the keys.
 * @param {string} text in English, the key of the catalogue; what stands behind a bar says what is meant and is not shown
 * @param {Record<string, string | number>} [places] what stands for each `{name}` in it
 */
export function t(text, places = {}) {
  const translated = texts[text] ?? text.split("|")[0];
  return translated.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = places[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? count(value) : value;
  });
}

/**
 * 1204 -> "1,204".
 * @param {number} n
 */
export const count = (n) => Number(n ?? 0).toLocaleString("en-US");

/**
 * "1 tile", "4 tiles"; `words` is the plural where it has no plain s. The key is "{n} tile".
 * @param {number} n
 * @param {string} word
 * @param {string} [words]
 */
export function many(n, word, words = `${word}s`) {
  const translated = texts[`{n} ${word}`];
  return translated ? translated.replace("{n}", () => count(n)) : `${count(n)} ${n === 1 ? word : words}`;
}

/**
 * A text as it is, for `t` later: so a constant becomes a key.
 * @param {string} text
 */
export const noted = (text) => text;
