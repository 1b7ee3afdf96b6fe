#!/usr/bin/env bash
# Guess: with `--dist loadgroup`, pytest-xdist runs all tests of one xdist_group mark in one process, as documented.
# Happens: with pytest 9.2 the groups are forgotten without a word: the tests of a group run in several processes.
# Version: pytest-xdist 3.8.0 with pytest 9.2.0; with pytest 9.1 the groups hold.
# Matters: tests that share a server, a queue or a port, and are grouped for that, run beside each other and fail by
#   chance; the report looks as if all were well.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/test_group.py" <<'PY'
import os
import time

import pytest


@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("number", range(8))
def test_where(number):
    time.sleep(0.2)
    with open(os.environ["SEEN"], "a") as seen:
        seen.write(os.environ["PYTEST_XDIST_WORKER"] + "\n")
PY
processes() {
  python3 -m venv "$folder/$1"
  "$folder/$1/bin/pip" install --quiet --disable-pip-version-check "pytest==$1" pytest-xdist==3.8.0
  (cd "$folder" && SEEN="$folder/$1.txt" "$folder/$1/bin/python" -m pytest -q -p no:cacheprovider -n 2 --dist loadgroup test_group.py >/dev/null)
  sort -u "$folder/$1.txt" | wc -l
}
before=$(processes 9.1.0)
after=$(processes 9.2.0)
echo "processes that ran one group of tests: $before with pytest 9.1.0, $after with pytest 9.2.0"
[ "$before" = 1 ] && [ "$after" -gt 1 ]
