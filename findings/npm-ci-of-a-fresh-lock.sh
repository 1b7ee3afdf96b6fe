#!/usr/bin/env bash
# Guess: `npm ci` installs what the lock says that `npm install` has written a moment ago from the same package.json.
# Happens: for Lighthouse it refuses: "Missing: third-party-web@… from lock file". One of its packages depends on
#   third-party-web@latest, another on ^0.27.0; the lock gets the second of them, which the first is content with while it
#   is resolved and is not when the lock is checked.
# Version: lighthouse 12.8.2 with npm 11.19 (a lock made without installing; other versions of npm are not tried).
# Matters: a build that follows the documentation (commit the lock, run `npm ci`) fails from the first day, and a package
#   that asks for `latest` may make any lock unfit later. To name that package and a version oneself, and to override it
#   everywhere, gives a lock that can be installed.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

installs() {
  echo "$1" > package.json
  rm -rf node_modules package-lock.json
  npm install --silent --package-lock-only --save-exact --no-audit --no-fund "${@:2}"
  npm ci --no-audit --no-fund --ignore-scripts > said 2>&1
}

if installs '{"private": true}' lighthouse@12.8.2; then
  echo "npm ci has installed the lock: this has changed" >&2
  exit 1
fi
grep --max-count 1 "Missing: third-party-web" said
# shellcheck disable=SC2016
overriding='{"private": true, "overrides": {"third-party-web": "$third-party-web"},
  "dependencies": {"third-party-web": "0.30.0"}}'
installs "$overriding" lighthouse@12.8.2 third-party-web@0.30.0
echo "with the version named and overridden, npm ci installs"
