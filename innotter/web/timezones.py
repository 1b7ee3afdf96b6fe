"""Time zones, as people choose them."""

from functools import cache
from zoneinfo import available_timezones


@cache
def time_zone_choices() -> list[tuple[str, str]]:
    """The places of the time zone database, without its historical aliases."""
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


def known_time_zone(name: str) -> str:
    """The zone that a browser names, as it stands among the choices; nothing where it is none of them."""
    name = "UTC" if name in {"Etc/UTC", "Etc/GMT", "GMT"} else name
    return name if name in dict(time_zone_choices()) else ""
