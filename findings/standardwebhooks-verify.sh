#!/usr/bin/env bash
# Guess: `verify` of the reference library raises WebhookVerificationError for whatever is wrong with a message, as its
#   docstring says, and `sign` signs the moment that it is given.
# Happens: a signature without a comma, with two of them, or that is not Base64 raises ValueError (binascii.Error is one),
#   also where a right one stands after it; a body that is not UTF-8 raises UnicodeDecodeError. `sign` replaces the time
#   zone of its timestamp instead of converting it: an aware time of another zone is signed as another moment. And of a
#   secret, what is no Base64 (- and _ of its URL-safe kind) is left out silently: another key, without an error.
# Version: standardwebhooks 1.1.0.
# Matters: whoever catches the documented error only answers a forged header with a 500, which the sender takes for a
#   failure and repeats. The sender must write plain Base64, and judge nothing by `sign` with local times.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check standardwebhooks==1.1.0
"$folder/venv/bin/python" - <<'PY'
import base64
from datetime import datetime, timedelta, timezone

from standardwebhooks import Webhook

key = Webhook("whsec_" + base64.b64encode(b"k" * 32).decode())
now = datetime.now(tz=timezone.utc).replace(microsecond=0)
right = key.sign("msg_1", now, "{}")


def raised(signature, body=b"{}"):
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}
    try:
        key.verify(body, headers)
    except Exception as error:
        return type(error).__name__
    return "nothing"


found = {
    "right": raised(right),
    "of another key": raised("v1," + base64.b64encode(b"x" * 32).decode()),
    "no comma": raised("v1"),
    "no comma, then right": raised(f"v1 {right}"),
    "two commas": raised("v1,a,b"),
    "not Base64": raised("v1,abc"),
    "body not UTF-8": raised(right, b"\xff"),
}
for case, error in found.items():
    print(f"{case}: {error}")
elsewhere = now.astimezone(timezone(timedelta(hours=2)))
same = key.sign("msg_1", elsewhere, "{}") == right
print(f"the same moment, written at +02:00, is signed alike: {same}")
lost = Webhook(base64.b64encode(b"k" * 32).decode()[:20] + "-_-_" + base64.b64encode(b"k" * 32).decode()[20:])
silent = lost.sign("msg_1", now, "{}") == right
print(f"a secret with -_-_ in it signs as one without: {silent}")
documented = {"right": "nothing", "of another key": "WebhookVerificationError"}
assert {case: found[case] for case in documented} == documented, "changed"
others = [error for case, error in found.items() if case not in documented]
assert "WebhookVerificationError" not in others and "nothing" not in others, "changed"
assert not same and silent, "changed"
PY
