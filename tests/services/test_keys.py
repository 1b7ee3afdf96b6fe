"""A slow core holds up nobody whose key is known; clocks may be a little apart."""

import threading

import pytest

from services.contract import tokens
from services.contract.tokens import NotSignedIn, TokenCheck


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
