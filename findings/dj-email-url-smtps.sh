#!/usr/bin/env bash
# Guess: smtps://mail.example:465 in EMAIL_URL means what RFC 8314 calls implicit TLS: the connection is encrypted from
#   its first byte on, and without a port it is 465.
# Happens: it means STARTTLS, a connection that begins in the clear, and there is no default port. Implicit TLS is asked
#   for by ?ssl=True alone; a warning says that smtps may go, and not what it means.
# Version: dj-email-url 1.0.6, also behind environs[django].
# Matters: the server at port 465 waits for the beginning of TLS and the client for a greeting, until the time is up: no
#   e-mail is ever sent, and nothing says why.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dj-email-url==1.0.6
"$folder/venv/bin/python" -W ignore - <<'PY'
import dj_email_url

for url in ("smtps://mail.example:465", "smtps://mail.example", "smtp://mail.example:465/?ssl=True"):
    found = dj_email_url.parse(url)
    print(url, {name: found[name] for name in ("EMAIL_PORT", "EMAIL_USE_SSL", "EMAIL_USE_TLS")})
at_465, without, asked = map(dj_email_url.parse, ("smtps://a:465", "smtps://a", "smtp://a:465/?ssl=True"))
assert (at_465["EMAIL_USE_SSL"], at_465["EMAIL_USE_TLS"]) == (False, True)
assert without["EMAIL_PORT"] is None
assert (asked["EMAIL_USE_SSL"], asked["EMAIL_USE_TLS"]) == (True, False)
PY
