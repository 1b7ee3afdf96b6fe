#!/usr/bin/env bash
# Guess: what orjson reads it writes again.
# Happens: it reads arrays and objects in 1,024 levels and writes 254; and of whole numbers it writes only those of 64
#   bits, while a column of the type jsonb, which keeps numbers exactly, gives 1e30 back as a whole number of 31 digits.
# Version: orjson 3.13.0.
# Matters: one row whose JSON was taken in, and cannot be given out, makes every list that holds it an error. What people
#   send has to be checked against the writer, before it is kept.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check orjson==3.13.0
"$folder/venv/bin/python" - <<'PY'
import orjson


def is_read(depth):
    try:
        orjson.loads("[" * depth + "]" * depth)
    except orjson.JSONDecodeError:
        return False
    return True


def is_written(depth):
    try:
        orjson.dumps(orjson.loads("[" * depth + "]" * depth))
    except TypeError:
        return False
    return True


read = max(depth for depth in range(1, 2000) if is_read(depth))
written = max(depth for depth in range(1, read + 1) if is_written(depth))
print(f"levels read: {read}, written: {written}")
try:
    orjson.dumps(10**30)
    large = "written"
except TypeError as error:
    large = str(error)
print(f"10**30: {large}")
assert (read, written) == (1024, 254), "changed"
assert "64-bit" in large, "changed"
PY
