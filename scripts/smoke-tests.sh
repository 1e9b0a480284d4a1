#!/usr/bin/env bash
# The way of a user through the environment that serves: health, upload, generate, confirm, export; what that made is removed.
# It needs `testgen` (pip install 'testgen[runtime]') and the right to read the admin key.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage='Usage: smoke-tests.sh ENVIRONMENT

Example: smoke-tests.sh staging
ENVIRONMENT is a namespace, or NAMESPACE/PROJECT. TESTGEN_SMOKE_SECONDS (120) is how long all of it may take.
Exit codes: 0 all steps passed, 1 one failed, 2 usage, 3 it took too long.'

if help_wanted "$@"; then printf '%s\n' "$usage"; exit 0; fi
[[ $# -eq 1 ]] || fail "$usage" 2
target "$1"
program="${TESTGEN:-testgen}"
if ! command -v "$program" >/dev/null; then
  program="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)/.venv/bin/testgen"
fi
[[ -x "$(command -v "$program")" ]] || fail "testgen is not on PATH: pip install 'testgen[runtime]'" 127

folder="$(mktemp -d)"
opened=''
finish() {
  if [[ -n "$opened" ]]; then
    kill "$opened" 2>/dev/null || true
    wait "$opened" 2>/dev/null || true
  fi
  rm -rf -- "$folder"
}
trap finish EXIT
umask 077
mkfifo "$folder/said"
find_plugin
"$PLUGIN" open "$PROJECT" --port 0 --show-key -n "$NAMESPACE" >"$folder/said" &
opened=$!
exec 3<"$folder/said"
read -r -t 60 url <&3 || fail "$NAMESPACE/$PROJECT cannot be reached"
read -r -t 60 key <&3 || fail "the admin key of $NAMESPACE/$PROJECT cannot be read"
printf '%s' "$key" >"$folder/key"
"$program" smoke --url "$url" --key-file "$folder/key" --timeout "${TESTGEN_SMOKE_SECONDS:-120}"
