"""The keys that sign are changed, and people stay signed in; or, when keys were stolen, nobody does."""

import errno
import os

import jwt
import pytest
from click.testing import CliRunner
from django.core.cache import cache

from innotter.accounts.services import Device, start_token_session
from innotter.accounts.tokens import public_keys, read_access_token
from innotter.cli.main import main
from innotter.config.data_dir import DataDir
from innotter.config.keys import (
    given_token_keys,
    kept_secret_keys,
    kept_token_keys,
    new_secret_key,
    new_token_key,
    pem_blocks,
    rotate,
)


def kids():
    return [key["kid"] for key in public_keys()["keys"]]


def test_tokens_of_the_key_before_still_count_and_new_ones_are_signed_with_the_new(api, alice, settings):
    device = Device(name="tests", ip="127.0.0.1")
    before, [kid] = start_token_session(user=alice, device=device), kids()
    settings.TOKEN_KEYS = [new_token_key(), *settings.TOKEN_KEYS]
    assert kids()[1] == kid
    assert len(api.get("/.well-known/jwks.json").json()["keys"]) == 2
    me = api.get("/api/users/me/", headers={"Authorization": f"Bearer {before.access}"})
    assert me.status_code == 200
    after = api.post("/api/token/refresh/", {"refresh": before.refresh}).json()
    assert jwt.get_unverified_header(after["access"])["kid"] == kids()[0]

    # The keys are forgotten: what they signed is worth nothing.
    settings.TOKEN_KEYS = settings.TOKEN_KEYS[:1]
    assert read_access_token(before.access) is None
    assert read_access_token(after["access"])


def test_a_key_is_known_before_it_signs(alice, settings):
    """The first of the two steps on many machines: some sign with the next key while others still use this one."""
    upcoming = new_token_key()
    settings.TOKEN_KEYS = [*settings.TOKEN_KEYS, upcoming]
    old, new = kids()
    settings.TOKEN_KEYS = [upcoming, settings.TOKEN_KEYS[0]]
    token = start_token_session(user=alice, device=Device(name="tests", ip="127.0.0.1")).access
    assert jwt.get_unverified_header(token)["kid"] == new
    settings.TOKEN_KEYS = settings.TOKEN_KEYS[::-1]
    assert kids() == [old, new]
    assert read_access_token(token)


def test_a_browser_stays_signed_in_and_a_code_still_counts(browser_of, alice, api, code_for, settings):
    browser = browser_of(alice)
    api.post("/api/register/", {"email": "new@example.org", "password": "correct-horse-7"})
    code = code_for("new@example.org")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = new_secret_key(), [settings.SECRET_KEY]
    cache.clear()
    assert browser.get("/settings/").status_code == 200
    assert api.post("/api/verify-email/", {"email": "new@example.org", "otp": code}).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert browser.get("/settings/").status_code == 200, "the session was signed anew meanwhile"


def test_forgotten_secret_keys_sign_everybody_out(browser_of, alice, settings):
    browser = browser_of(alice)
    settings.SECRET_KEY = new_secret_key()
    assert browser.get("/settings/").status_code == 302


def test_the_command_puts_new_keys_before_the_old_ones(tmp_path, monkeypatch):
    for name in ("SECRET_KEY", "TOKEN_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    place = DataDir(tmp_path)
    [secret], [key] = kept_secret_keys(place), kept_token_keys(place)
    done = CliRunner().invoke(main, ["rotate-keys"])
    assert done.exit_code == 0, done.output
    assert "Everybody stays signed in." in done.output
    assert kept_secret_keys(place)[1:] == [secret]
    assert kept_token_keys(place)[1:] == [key]
    assert (tmp_path / "token_key.pem").stat().st_mode & 0o777 == 0o600
    for _time in range(10):
        rotate(place)
    assert len(kept_secret_keys(place)) == len(kept_token_keys(place)) == 6
    assert "signs in anew" in CliRunner().invoke(main, ["rotate-keys", "--forget"]).output
    assert len(kept_secret_keys(place)) == len(kept_token_keys(place)) == 1


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A data folder with its keys."""
    for name in ("SECRET_KEY", "TOKEN_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    place = DataDir(tmp_path)
    kept_secret_keys(place), kept_token_keys(place)
    return place


@pytest.mark.parametrize(
    ("step", "number", "said"),
    [
        ("replace", errno.EBUSY, "something is mounted there"),
        ("replace", errno.EACCES, "is not yours to write"),
        ("fsync", errno.ENOSPC, "There is no room in"),
    ],
)
def test_a_folder_that_takes_no_new_keys_keeps_the_old_ones_and_nothing_else(kept, monkeypatch, step, number, said):
    before = {path.name: path.read_text() for path in kept.root.iterdir()}

    def fail(*words, **more):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, step, fail)
    refused = CliRunner().invoke(main, ["rotate-keys"])
    assert (refused.exit_code, said in refused.output, "rotate the keys again" in refused.output) == (1, True, True)
    assert {path.name: path.read_text() for path in kept.root.iterdir()} == before


def test_a_key_is_on_the_disk_before_it_takes_the_place_of_another(kept, monkeypatch):
    done, fsync, replace = [], os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: done.append("synced") or fsync(descriptor))
    monkeypatch.setattr(os, "replace", lambda *words: done.append("replaced") or replace(*words))
    rotate(kept)
    assert done == ["synced", "replaced", "synced"] * 2


def test_keys_of_the_environment_are_changed_there(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TOKEN_KEY", new_token_key())
    monkeypatch.setenv("SECRET_KEY", new_secret_key())
    refused = CliRunner().invoke(main, ["rotate-keys"])
    assert refused.exit_code == 1
    assert "SECRET_KEY and TOKEN_KEY are set in the environment" in refused.output
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_is_not_in_the_environment_is_changed_here_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SECRET_KEY", raising=False)
    place = DataDir(tmp_path)
    [secret], [key] = kept_secret_keys(place), kept_token_keys(place)
    monkeypatch.setenv("TOKEN_KEY", new_token_key())
    done = CliRunner().invoke(main, ["rotate-keys"])
    assert done.exit_code == 0, done.output
    assert "TOKEN_KEY is set in the environment" in done.output
    assert (kept_secret_keys(place)[1:], kept_token_keys(place)) == ([secret], [key])


def test_stolen_keys_of_the_environment_are_not_changed_in_two_steps(tmp_path, monkeypatch):
    """What was stolen would count until the second of them."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SECRET_KEY", raising=False)
    place = DataDir(tmp_path)
    [secret], [key] = kept_secret_keys(place), kept_token_keys(place)
    monkeypatch.setenv("TOKEN_KEY", new_token_key())
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", "another")
    done = CliRunner().invoke(main, ["rotate-keys", "--forget"])
    assert done.exit_code == 0, done.output
    [new] = kept_secret_keys(place)
    assert (new != secret, kept_token_keys(place)) == (True, [key])
    assert "The earlier secret keys are forgotten." in done.output
    assert "Remove SECRET_KEY_FALLBACKS from the environment" in done.output
    assert "TOKEN_KEY is set in the environment: change the keys there, too. On all machines at once" in done.output
    for untrue in ("two steps", "everybody signs in anew", "stays signed in"):
        assert untrue not in done.output

    monkeypatch.setenv("SECRET_KEY", new_secret_key())
    refused = CliRunner().invoke(main, ["rotate-keys", "--forget"])
    assert (refused.exit_code, "On all machines at once" in refused.output) == (1, True)


def test_a_key_in_a_variable_may_be_one_line():
    key = new_token_key().strip()
    assert pem_blocks(key.replace("\n", "\\n") * 2) == [key, key]


@pytest.mark.parametrize("text", ["no key", "-----BEGIN PRIVATE KEY-----"])
def test_what_is_no_key_is_refused_and_not_passed_over(text):
    with pytest.raises(ValueError, match="TOKEN_KEY"):
        given_token_keys(text)
    assert given_token_keys("") == []
