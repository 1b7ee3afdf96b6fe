"""Sessions are called as people call their devices."""

import pytest

from innotter.accounts.devices import device_name
from tests.factories.accounts import PASSWORD

LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Android 15; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (LINUX, "Chrome on Linux"),
        (f"{LINUX} Edg/131.0.0.0", "Edge on Linux"),
        (f"{PHONE} Version/18.1 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{PHONE} CriOS/131.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        (ANDROID, "Firefox on Android"),
        ("Mozilla/5.0 (Plan9) Firefox/132.0", "Firefox"),
        ("Mozilla/5.0 (compatible; somebody)", "Mozilla/5.0 (compatible; somebody)"),
        ("innotter-cli/1.2 on Linux", "innotter-cli/1.2 on Linux"),
        ("", "Unknown device"),
    ],
)
def test_a_browser_is_named_with_its_system_and_a_program_by_itself(agent, name):
    assert device_name(agent) == name


def test_the_settings_name_the_browser_of_each_session(alice, client):
    client.post("/login/", {"identifier": alice.email, "password": PASSWORD}, headers={"User-Agent": LINUX})

    assert "Chrome on Linux" in client.get("/settings/").text
