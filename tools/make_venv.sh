#!/bin/sh
# Makes .venv with the given Python, or says what is missing.
set -eu
python=$1
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "Innotter needs Python 3.11 or newer. Install it, or name it: make run PYTHON=python3.13" >&2
  exit 1
fi
if ! "$python" -m venv .venv; then
  rm -rf .venv
  if command -v uv >/dev/null; then
    exec uv venv --quiet --python "$python" --seed .venv
  fi
  echo "This Python cannot make environments. On Debian and Ubuntu: apt install python3-venv" >&2
  exit 1
fi
