#!/usr/bin/env bash
# Rolls a version out blue-green and tells its story to the end: the operator starts it beside the serving one, tries and measures
# it, lets it take over, watches it, and returns by itself where it fails.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage='Usage: deploy-blue-green.sh ENVIRONMENT VERSION [--image IMAGE] [--commit COMMIT] [--author NAME]

Example: deploy-blue-green.sh production v1.2.3
ENVIRONMENT is a namespace, or NAMESPACE/PROJECT; TESTGEN_PROJECT (cases) and TESTGEN_TIMEOUT (30m) are heeded.
Exit codes: 0 it serves, 1 it was given up and the last one serves, 2 usage, 7 not through in time.'

if help_wanted "$@"; then printf '%s\n' "$usage"; exit 0; fi
[[ $# -ge 2 ]] || fail "$usage" 2
target "$1"
version "$2"
wanted="$2"
shift 2
plugin rollout start "$PROJECT" "$wanted" --strategy BlueGreen "$@" -n "$NAMESPACE"
plugin rollout watch "$PROJECT" -n "$NAMESPACE" --timeout "$TIMEOUT"
