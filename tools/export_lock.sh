#!/bin/sh
# Writes the lock as hashed requirement files, which pip alone installs, into a folder.
set -eu
for groups in main stats insights lambdas main,dev; do
  file=$1/${groups##*,}.txt
  .venv/poetry/bin/poetry export --quiet --only "$groups" --output "$file"
done
