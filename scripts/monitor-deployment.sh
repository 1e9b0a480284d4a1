#!/usr/bin/env bash
# Tells the story of a version's rollout to its end, whoever started it.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage='Usage: monitor-deployment.sh ENVIRONMENT [VERSION]

Example: monitor-deployment.sh production v1.2.3
Without VERSION: of what the spec asks for. ENVIRONMENT is a namespace, or NAMESPACE/PROJECT.
Exit codes: 0 it serves, 1 it was given up or another one serves now, 2 usage, 7 not through in time (TESTGEN_TIMEOUT, 30m).'

if help_wanted "$@"; then printf '%s\n' "$usage"; exit 0; fi
[[ $# -eq 1 || $# -eq 2 ]] || fail "$usage" 2
target "$1"
which=()
if [[ $# -eq 2 ]]; then
  version "$2"
  which=(--version "$2")
fi
plugin rollout watch "$PROJECT" "${which[@]}" -n "$NAMESPACE" --timeout "$TIMEOUT"
