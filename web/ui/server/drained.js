// @ts-check
// Before another page of what nobody has decided: what was decided has to be there.

const [STEP_MS, MOST_STEPS] = [50, 40];

/**
 * Wait, at most two seconds, until the server has what was decided.
 * @param {{ entries: readonly Operation[] }} queue
 */
export async function drained(queue) {
  for (let step = 0; step < MOST_STEPS && queue.entries.length; step += 1) {
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
