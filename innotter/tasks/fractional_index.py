"""Places in a column, as texts that sort: between any two there is another.

Digits of base 62 after an unwritten point, as fractional indexing has them; a place never ends in the lowest digit.

At the ends of a column places are counted: first with one digit, behind a `z` with two, behind `zz` with four; and so
on, towards the beginning behind zeros. So they are short however many there are.
"""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE = len(DIGITS)
LOWEST, HIGHEST = DIGITS[0], DIGITS[-1]
#: Nobody counts further than with so many digits.
MOST_COUNTED = 8


def between(lower: str, upper: str) -> str:
    """A place after `lower` and before `upper`; an empty one is the beginning, or the end, of the column."""
    if not upper:
        return _after(lower)
    return _amid(lower, upper) if lower else _before(upper)


def _after(lower: str) -> str:
    count, digits = _beginning(lower, HIGHEST)
    number = _number(digits) + 1
    number += number % BASE == 0
    if number >= (BASE - 1) * BASE ** (len(digits) - 1):  # It would begin with the highest digit.
        return HIGHEST * (count + 1) + _digits(1, _width(count + 1))
    return HIGHEST * count + _digits(number, len(digits))


def _before(upper: str) -> str:
    count, digits = _beginning(upper, LOWEST)
    number = _number(digits) - 1
    number -= number % BASE == 0
    if number < BASE ** (len(digits) - 1):  # It would begin with the lowest digit.
        return LOWEST * (count + 1) + HIGHEST * _width(count + 1)
    return LOWEST * count + _digits(number, len(digits))


def _beginning(place: str, digit: str) -> tuple[int, str]:
    """How often a place begins with a digit, and what it counts behind that."""
    count = len(place) - len(place.lstrip(digit))
    width = _width(count)
    return count, place[count : count + width].ljust(width, LOWEST)


def _width(count: int) -> int:
    width: int = 2 ** min(count, MOST_COUNTED)
    return min(width, MOST_COUNTED)


def _number(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * BASE + DIGITS.index(digit)
    return number


def _digits(number: int, width: int) -> str:
    digits = ""
    for _place in range(width):
        number, digit = divmod(number, BASE)
        digits = DIGITS[digit] + digits
    return digits


def _amid(lower: str, upper: str) -> str:
    place, bounded = "", True
    for at in range(len(lower) + len(upper) + 2):
        low = DIGITS.index(lower[at]) if at < len(lower) else 0
        high = (DIGITS.index(upper[at]) if at < len(upper) else 0) if bounded else BASE
        if high - low > 1:
            return place + DIGITS[(low + high) // 2]
        place += DIGITS[low]
        bounded = bounded and high == low
    raise ValueError(f"no place between {lower!r} and {upper!r}")
