"""When a figure is worth showing: below a number of decided images its count and its interval stand in its place."""

from __future__ import annotations

from math import sqrt

from web.language.words import t

LEAST = (
    20  # decided images below which a share, a gain or a kappa is not shown; `web/ui/shared/figures.js` has the same
)
_Z = 1.96


def wilson(right: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share, `right` of `n` > 0; both ends from 0 to 1."""
    share = right / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def span(low: float, high: float, form: str) -> str:
    """Both ends of an interval, each in a format."""
    return t("{low} to {high}", low=format(low, form), high=format(high, form))


def part(right: int, n: int) -> str:
    """`right` of `n` for a cell of a table: a percentage, of few the count."""
    if not n:
        return t("none")
    return f"{100 * right / n:.1f} %" if n >= LEAST else t("{right} of {n}", right=right, n=n)


def there(n: int) -> str:
    """How many there are, as the last clause of a sentence on how many it takes."""
    return t("there is 1") if n == 1 else t("there are {n}", n=n)


def score(value: float, n: int) -> str:
    """An F1 and its like for a cell of a table; of few that they are too few."""
    return f"{value:.3f}" if n >= LEAST else f"n < {LEAST}"


def share(value: float, n: int, low: float, high: float) -> tuple[str, str]:
    """A share of `n` as (figure, what stands below it); of few the count with Wilson's interval."""
    if n >= LEAST:
        return f"{100 * value:.1f} %", t(
            "{n} to {n2} %, of {n3} images", n=f"{100 * low:.0f}", n2=f"{100 * high:.0f}", n3=n
        )
    right = round(value * n)
    low, high = wilson(right, n)
    return t("{right} of {n} right", right=right, n=n), t(
        "{n} to {n2} %; a figure takes {least} images", n=f"{100 * low:.0f}", n2=f"{100 * high:.0f}", least=LEAST
    )
