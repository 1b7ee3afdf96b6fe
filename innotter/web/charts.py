"""Charts, drawn on the server as SVG. They are for the eye: beside each, a table says the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Bar:
    """One value and what it is of, which the bar says when it is pointed at."""

    label: str
    value: float


def line(values: Sequence[Bar], *, height: int = 96, width: int = 320) -> SafeString:
    """A line through the values, with what is beneath it filled; it begins at nothing."""
    most, last = max([1, *(bar.value for bar in values)]), max(1, len(values) - 1)
    points = [
        (round(number * width / last, 2), round(height - bar.value * (height - 2) / most, 2))
        for number, bar in enumerate(values)
    ]
    path = " ".join(f"{x} {y}" for x, y in points)
    return format_html(
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        '<polygon class="area" points="0 {} {} {} {}"></polygon><polyline class="line" points="{}"></polyline>'
        '<line class="floor" x1="0" x2="{}" y1="{}" y2="{}"></line></svg>',
        width,
        height + 1,
        height,
        path,
        width,
        height,
        path,
        width,
        height + 0.5,
        height + 0.5,
    )


def bars(values: Sequence[Bar], *, height: int = 56, width: int = 320) -> SafeString:
    """A bar for each value, upwards or, where there is less than nothing, downwards from the same line."""
    top, bottom = max([1, *(bar.value for bar in values)]), min([0, *(bar.value for bar in values)])
    scale, slot = height / (top - bottom), width / max(1, len(values))
    floor, gap = top * scale, min(slot / 4, 6)
    drawn = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"><title>{}: {}</title></rect>',
        [
            (
                "done" if bar.value > 0 else "failed",
                round(number * slot + gap / 2, 2),
                round(floor - max(bar.value, 0) * scale, 2),
                round(slot - gap, 2),
                round(max(abs(bar.value) * scale, 1.5), 2),
                round(min(2, (slot - gap) / 4), 2),
                bar.label,
                bar.value if isinstance(bar.value, int) else f"{bar.value:g}",
            )
            for number, bar in enumerate(values)
            if bar.value
        ],
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">{}'
        '<line class="floor" x1="0" x2="{}" y1="{}" y2="{}"></line></svg>',
        width,
        height + 1,
        drawn,
        width,
        round(floor + 0.5, 2),
        round(floor + 0.5, 2),
    )
