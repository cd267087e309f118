// @ts-check
// Which decisions travel to the server together.

/**
 * The next operations that can travel together: no item twice but by one batch, no undo among labels, no batch in two parts; what failed before by itself.
 * @param {Operation[]} waiting
 * @returns {Operation[]}
 */
export function nextLot(waiting) {
  const entries = waiting.filter((entry) => !entry.aside);
  if (entries.length === 0) return [];
  const [first] = entries;
  if (first.kind === "undo" || first.alone === "op") return [first];
  if (first.alone) return entries.filter((entry) => entry.alone === "batch" && entry.batch === first.batch);
  const seen = /** @type {Map<number, string>} */ (new Map());
  /** @type {Operation[]} */
  const lot = [];
  for (const entry of entries.slice(0, 100)) {
    if (
      entry.kind === "undo" ||
      entry.alone ||
      entry.items.some(({ id }) => (seen.get(id) ?? entry.batch) !== entry.batch)
    ) {
      break;
    }
    entry.items.forEach((item) => seen.set(item.id, entry.batch));
    lot.push(entry);
  }
  const cut = entries[lot.length]?.batch;
  const whole = lot.filter((entry) => entry.batch !== cut);
  return whole.length ? whole : lot;
}
