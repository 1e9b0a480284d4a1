#!/usr/bin/env bash
# Returns to the version before, or to an earlier one, waits until it serves and has settled, and asks for its health.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage='Usage: rollback.sh ENVIRONMENT [TARGET_VERSION]

Example: rollback.sh production v1.2.2
Without TARGET_VERSION, or with "previous": the release that served before. TESTGEN_SETTLE_SECONDS (30) are waited before the health
check. ENVIRONMENT is a namespace, or NAMESPACE/PROJECT.
Exit codes: 0 it serves and is well, 1 it does not, 2 usage, 3 no such release, 7 not through in time (TESTGEN_TIMEOUT, 30m).'

if help_wanted "$@"; then printf '%s\n' "$usage"; exit 0; fi
[[ $# -eq 1 || $# -eq 2 ]] || fail "$usage" 2
target "$1"
[[ "$SETTLE_SECONDS" =~ ^[0-9]{1,4}$ ]] || fail "TESTGEN_SETTLE_SECONDS=$SETTLE_SECONDS is no number of seconds" 2
wanted="${2:-previous}"
which=()
if [[ "$wanted" != previous ]]; then
  version "$wanted"
  which=(--to-version "$wanted")
fi
plugin rollout rollback "$PROJECT" "${which[@]}" -n "$NAMESPACE"
plugin rollout watch "$PROJECT" -n "$NAMESPACE" --timeout "$TIMEOUT"
sleep "$SETTLE_SECONDS"
"$(dirname -- "${BASH_SOURCE[0]}")/health-check.sh" "$NAMESPACE/$PROJECT" || fail "rolled back, but not well"
