"""What a session is called: Firefox on Linux, and not the line by which a browser introduces itself."""

from django.utils.translation import gettext as _

#: The first that is found counts: Edge and Opera say that they are Chrome, too, and Chrome that it is Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "YaBrowser/": "Yandex Browser",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
#: The same: Android says that it is Linux, too, and a phone that it is like Mac OS X.
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Macintosh": "macOS",
    "Linux": "Linux",
}


def device_name(agent: str) -> str:
    """A browser on its system; a program by how it names itself."""
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    if not agent.startswith("Mozilla/") or not browser:
        return agent or _("Unknown device")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser
