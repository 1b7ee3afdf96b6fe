"""Time zones, as people choose them."""

from functools import cache
from zoneinfo import available_timezones


@cache
def time_zone_choices() -> list[tuple[str, str]]:
    """The places of the time zone database, without its historical aliases."""
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


def choices_with(current: str) -> list[tuple[str, str]]:
    """The same, with the zone that is chosen: an alias, or one that another machine has known."""
    choices = time_zone_choices()
    return choices if not current or current in dict(choices) else [*choices, (current, current)]


def known_time_zone(name: str) -> str:
    """The zone that a browser names, as it stands among the choices; nothing where it is none of them."""
    name = "UTC" if name in {"Etc/UTC", "Etc/GMT", "GMT"} else name
    return name if name in dict(time_zone_choices()) else ""
