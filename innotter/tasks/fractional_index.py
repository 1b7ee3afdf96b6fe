"""Places in a column, as texts that sort: between any two there is another, so that nothing is ever renumbered.

Digits of base 62 after an unwritten point, as fractional indexing has them; a place never ends in the lowest digit.
"""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE = len(DIGITS)


def between(lower: str, upper: str) -> str:
    """A place after `lower` and before `upper`; an empty one is the beginning, or the end, of the column."""
    place, bounded = "", bool(upper)
    for at in range(len(lower) + len(upper) + 2):
        low = DIGITS.index(lower[at]) if at < len(lower) else 0
        high = (DIGITS.index(upper[at]) if at < len(upper) else 0) if bounded else BASE
        if high - low > 1:
            # At either end of a column the next digit will do: it leaves most room for what comes after it.
            digit = low + 1 if not upper else high - 1 if not lower else (low + high) // 2
            return place + DIGITS[digit]
        place += DIGITS[low]
        bounded = bounded and high == low
    raise ValueError(f"no place between {lower!r} and {upper!r}")
