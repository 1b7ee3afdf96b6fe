"""A slow core holds up nobody whose key is known; clocks may be a little apart."""

import threading
import time

import jwt
import pytest

from services.contract import tokens
from services.contract.tokens import KeysAway, NotSignedIn, TokenCheck


def test_known_keys_serve_while_the_core_is_asked_again(core, monkeypatch):
    check = TokenCheck(core.jwks_url)
    assert check.caller(f"Bearer {core.token()}").user_id == 1
    asked, answered = threading.Event(), threading.Event()
    before = check._client.get_jwk_set

    def slow(**options):
        asked.set()
        assert answered.wait(10)
        return before(**options)

    monkeypatch.setattr(check._client, "get_jwk_set", slow)
    check._known_at = check._looked_at = -1e9
    for _time in range(3):
        assert check.caller(f"Bearer {core.token()}").user_id == 1
    assert asked.wait(5)
    assert not answered.is_set(), "nobody has waited for it"
    answered.set()
    for thread in threading.enumerate():
        if thread.name == "keys":  # It must not outlive the core that it asks.
            thread.join(10)


def test_all_who_wait_for_the_first_keys_wait_for_one_look(monkeypatch):
    """A core that hangs holds each of them up once, not one after the other."""
    check, looks = TokenCheck("http://127.0.0.1:9/none"), []
    everybody = threading.Barrier(8)

    def hang(**_options):
        looks.append(1)
        time.sleep(0.3)
        raise jwt.PyJWKClientConnectionError("timed out")

    monkeypatch.setattr(check._client, "get_jwk_set", hang)
    token = jwt.encode({"sub": "1"}, "x" * 32, algorithm="HS256", headers={"kid": "any"})

    def ask():
        everybody.wait(10)
        with pytest.raises(KeysAway):
            check.caller(f"Bearer {token}")

    threads = [threading.Thread(target=ask) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(looks) == 1


@pytest.mark.parametrize(("apart", "is_good"), [(-25, True), (25, True), (-95, False), (95, False)])
def test_clocks_may_be_half_a_minute_apart(core, apart, is_good):
    now = int(tokens.time.time())
    token = core.token(iat=now + apart, exp=now + apart + (60 if apart > 0 else 0))
    check = TokenCheck(core.jwks_url)
    if is_good:
        assert check.caller(f"Bearer {token}").user_id == 1
    else:
        with pytest.raises(NotSignedIn):
            check.caller(f"Bearer {token}")


@pytest.mark.parametrize("claim", ["exp", "sub", "typ"])
def test_a_token_that_does_not_say_all_is_no_token(core, claim):
    """The core always says it; a token without an end would be good for ever."""
    token = core.token()
    said = {name: value for name, value in claims_of(token).items() if name != claim}
    check = TokenCheck(core.jwks_url)
    assert check.caller(f"Bearer {token}").user_id == 1
    with pytest.raises(NotSignedIn):
        check.caller(f"Bearer {sign(core, said)}")


@pytest.mark.parametrize("audience", ["another", None])
def test_a_token_for_somebody_else_is_no_token(core, audience):
    said = {name: value for name, value in claims_of(core.token()).items() if name != "aud"}
    said |= {"aud": audience} if audience else {}
    with pytest.raises(NotSignedIn):
        TokenCheck(core.jwks_url).caller(f"Bearer {sign(core, said)}")


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def sign(core, claims):
    return jwt.encode(claims, core.keys[core.kid], "EdDSA", headers={"kid": core.kid})
