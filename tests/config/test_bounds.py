"""A setting that cannot be is refused at the start, by its name, with what to write instead."""

import os
import re
import subprocess
import sys

import pytest
from environs import EnvValidationError
from marshmallow import ValidationError

from innotter.config.bounds import checked_rates, days, networks, seconds


@pytest.mark.parametrize("text", ["", "ten", "10", "10/fortnight", "1/-5 seconds", "1/9999999999999 years"])
def test_a_limit_that_cannot_be_counted(text):
    with pytest.raises(EnvValidationError, match=r"THROTTLE_LOGIN_ACCOUNT.*such as 20/hour"):
        checked_rates({"login_account": text})


@pytest.mark.parametrize("text", ["20/hour", "10/5 minutes", "1/0 seconds", "10 per day", "0/hour"])
def test_a_limit_that_can(text):
    assert checked_rates({"login_account": text}) == {"login_account": text}


@pytest.mark.parametrize("text", ["nginx", "10.1.2.3/8", "", "https://10.1.2.3", "10.1.2.3:80"])
def test_a_network_that_is_none(text):
    with pytest.raises(ValidationError, match="or networks such as"):
        networks(["10.1.0.0/16", text])


def test_networks_that_are():
    networks(["10.1.0.0/16", "10.1.2.3", "fd00::/8", "::1"])


@pytest.mark.parametrize(("bound", "number"), [(days(1), -1), (days(1), 0), (days(0), 10**8), (seconds(1), 10**12)])
def test_a_time_that_no_clock_takes(bound, number):
    with pytest.raises(ValidationError):
        bound(number)


#: A key in PEM that signs nothing: it is one of X25519.
OF_ANOTHER_KIND = f"-----BEGIN PRIVATE KEY-----\\nMC4CAQAwBQYDK2VuBCIEI{'A' * 43}=\\n-----END PRIVATE KEY-----"


def loaded(name, value, shown=None):
    """What the settings make of a variable, or say of it."""
    shown = shown or f"*getattr(settings, {name!r}, [])"
    return subprocess.run(
        [sys.executable, "-c", f"from innotter.config import settings; print({shown})"],
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JOBS_KEPT_DAYS", "-1"),
        ("JOBS_KEPT_DAYS", "0"),
        ("REFRESH_TOKEN_SECONDS", "999999999999"),
        ("OTP_ATTEMPTS", "0"),
        ("TRUSTED_PROXIES", "nginx"),
        ("JOBS_ALLOWED_NETWORKS", "10.1.2.3/8"),
        ("THROTTLE_WRITE_ACCOUNT", "many"),
        ("LOG_LEVEL", "loud"),
        ("TIME_ZONE", "Europe/Moskow"),
        ("TIME_ZONE", "Europe"),
        ("SITE_URL", "forum.example.org"),
        ("SITE_URL", "https://"),
        ("SITE_URL", "https://[forum"),
        ("SITE_URL", "https://example.org/forum"),
        ("SITE_URL", "https://me:secret@example.org"),
        ("EMAIL_URL", "mail.internal:587"),
        ("EMAIL_URL", "smtp+tls://mail.internal"),
        ("DEFAULT_FROM_EMAIL", "Innotter"),
        ("DATABASE_URL", "mysql://db.internal/innotter"),
        ("STATISTICS_URL", "stats.internal:8001"),
        ("INSIGHTS_URL", "insights"),
        ("EVENTS_AMQP_URL", "queue.internal:5672"),
        ("EVENTS_KAFKA_CONFIG", "[]"),
        ("MEDIA_S3_ENDPOINT", "minio:9000"),
        ("TOKEN_KEY", "nonsense"),
        (
            "TOKEN_KEYS_ALSO",
            f"-----BEGIN PRIVATE KEY-----\\n{'MC4CAQAwBQYDK2VuBCIEI' + 'A' * 43}=\\n-----END PRIVATE KEY-----",
        ),
    ],
)
def test_the_settings_name_it(name, value):
    said = loaded(name, value)
    assert said.returncode != 0
    assert re.match(rf"environs\.\S+Error: .*{name}", said.stderr.strip().splitlines()[-1]), "commands say it plainly"


@pytest.mark.parametrize("name", ["ALLOWED_HOSTS", "TRUSTED_PROXIES", "JOBS_ALLOWED_NETWORKS"])
def test_blanks_between_several_are_none_of_theirs(name):
    said = loaded(name, "10.1.0.0/16, 10.2.0.0")
    assert said.stdout.split()[:2] == ["10.1.0.0/16", "10.2.0.0"], said.stderr


@pytest.mark.parametrize("seconds", ["3600", "7776000"])
def test_browsers_are_signed_in_for_as_long_as_programs(seconds):
    said = loaded("REFRESH_TOKEN_SECONDS", seconds, "settings.SESSION_COOKIE_AGE")
    assert said.stdout.split() == [seconds], said.stderr


@pytest.mark.parametrize(
    ("host", "site", "asked"),
    [
        ("192.0.2.7", "http://192.0.2.7:8000", "192.0.2.7"),
        ("fd00::7", "http://[fd00::7]:8000", "[fd00::7]"),
        ("0.0.0.0", "http://localhost:8000", "localhost"),
        ("127.0.0.1", "http://localhost:8000", "127.0.0.1"),
    ],
)
def test_the_address_that_the_server_listens_on_is_answered_and_named(monkeypatch, host, site, asked):
    """The supervisor and the services ask there: it waited for a minute, was refused each time, and gave up."""
    for name in ("PORT", "SITE_URL"):
        monkeypatch.delenv(name, raising=False)
    said = loaded("HOST", host, f"settings.SITE_URL, {asked!r} in settings.ALLOWED_HOSTS")
    assert said.stdout.split() == [site, "True"], said.stderr


def test_a_site_of_another_name_is_asked_where_it_listens(monkeypatch):
    monkeypatch.setenv("SITE_URL", "https://forum.example.org")
    said = loaded("HOST", "192.0.2.7", "*settings.ALLOWED_HOSTS")
    assert said.stdout.split() == ["forum.example.org", "localhost", "127.0.0.1", "[::1]", "192.0.2.7"], said.stderr


@pytest.mark.parametrize("hosts", ["localhost,web", "", "other.example"])
def test_the_site_answers_to_its_own_name_whatever_other_names_it_has(monkeypatch, hosts):
    """`compose.yaml` names one more: each visitor of a site that had set its address got a 400."""
    monkeypatch.setenv("SITE_URL", "https://forum.example.org")
    said = loaded("ALLOWED_HOSTS", hosts, "'forum.example.org' in settings.ALLOWED_HOSTS")
    assert said.stdout.split() == ["True"], said.stderr


@pytest.mark.parametrize(
    ("site", "whole", "host"),
    [
        ("https://форум.рф:8443/", "https://xn--l1adgmc.xn--p1ai:8443", "xn--l1adgmc.xn--p1ai"),
        ("http://[fd00::7]:8000", "http://[fd00::7]:8000", "[fd00::7]"),
        ("https://Forum.Example.Org", "https://Forum.Example.Org", "forum.example.org"),
    ],
)
def test_the_site_is_known_by_its_name_as_browsers_send_it(site, whole, host):
    """They write what is not ASCII as the domain name system does: such a site answered nobody."""
    said = loaded("SITE_URL", site, f"settings.SITE_URL, {host!r} in settings.ALLOWED_HOSTS")
    assert said.stdout.split() == [whole, "True"], said.stderr


def test_other_names_may_be_in_any_script():
    said = loaded("ALLOWED_HOSTS", ".форум.рф, *", "*settings.ALLOWED_HOSTS[:2]")
    assert said.stdout.split() == [".xn--l1adgmc.xn--p1ai", "*"], said.stderr


@pytest.mark.parametrize("text", ["debug", "Info", "ERROR"])
def test_how_much_is_logged_may_be_written_small(text):
    said = loaded("LOG_LEVEL", text, "settings.LOGGING['root']['level']")
    assert said.stdout.split() == [text.upper()], said.stderr


def test_earlier_keys_are_themselves_and_no_empty_one_is_among_them():
    """A blank before one made void what it had signed; and what an empty one signs, anybody can."""
    said = loaded("SECRET_KEY_FALLBACKS", "one, two,,", "settings.SECRET_KEY_FALLBACKS[:3]")
    assert said.stdout.startswith("['one', 'two'"), said.stderr
    assert "''" not in said.stdout
