"""What somebody at the screen sees: whether an element has a size, lies in the window and is covered by nothing."""

from __future__ import annotations

from playwright.sync_api import Locator

SEEN = """node => {
  const box = node.getBoundingClientRect();
  if (box.width < 2 || box.height < 2) return `has no size (${box.width} x ${box.height})`;
  if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1)
    return `lies outside the window (${[box.left, box.top, box.right, box.bottom]})`;
  for (let at = node; at; at = at.parentNode ?? at.host) {
    if (!(at instanceof Element)) continue;
    const style = getComputedStyle(at);
    if (style.display === "none" || style.visibility === "hidden" || Number(style.opacity) < 0.5) return "is hidden or faint";
  }
  const kept = node.style.pointerEvents;
  node.style.pointerEvents = "auto"; // what takes no clicks is seen all the same
  let hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  for (let inner; hit?.shadowRoot; hit = inner) {
    inner = hit.shadowRoot.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (!inner || inner === hit) break;
  }
  node.style.pointerEvents = kept;
  return hit && (hit === node || node.contains(hit)) ? "" : `is covered by ${hit?.outerHTML.slice(0, 120)}`;
}"""


def visible(element: Locator, wait_ms: int = 20_000) -> None:
    """Wait until somebody at the screen sees it: it has a size, lies in the window, is no ghost, and nothing covers it.

    Raises:
        AssertionError: it is not seen in time; the message says why.
    """
    why = "is not there"
    for _ in range(max(1, wait_ms // 100)):
        if element.count():
            why = str(element.first.evaluate(SEEN))
            if not why:
                return
        element.page.wait_for_timeout(100)
    raise AssertionError(f"{element} {why}")


def unseen(element: Locator, wait_ms: int = 20_000) -> None:
    """Wait until nobody sees any of it.

    Raises:
        AssertionError: it is still seen.
    """
    for _ in range(max(1, wait_ms // 100)):
        if all(node.evaluate(SEEN) for node in element.all()):
            return
        element.page.wait_for_timeout(100)
    raise AssertionError(f"{element} is still seen")
