#!/usr/bin/env bash
# The history of a project's releases, and the way back to one of them by its number.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage='Usage: rollback-service.sh {history|previous|revision <number>} [ENVIRONMENT]

Example: rollback-service.sh revision 3 production
ENVIRONMENT is a namespace, or NAMESPACE/PROJECT; without it TESTGEN_ENVIRONMENT (production).
Exit codes: 0 done and serving, 1 not, 2 usage, 3 no such release, 7 not through in time (TESTGEN_TIMEOUT, 30m).'

history() {
  plugin rollout history "$PROJECT" -n "$NAMESPACE"
}

back() {
  plugin rollout rollback "$PROJECT" "$@" -n "$NAMESPACE"
  plugin rollout watch "$PROJECT" -n "$NAMESPACE" --timeout "$TIMEOUT"
}

if help_wanted "$@"; then printf '%s\n' "$usage"; exit 0; fi
default="${TESTGEN_ENVIRONMENT:-production}"
case "${1:-}" in
  history | previous)
    [[ $# -le 2 ]] || fail "$usage" 2
    target "${2:-$default}"
    if [[ "$1" == history ]]; then history; else back; fi
    ;;
  revision)
    [[ $# -le 3 ]] || fail "$usage" 2
    target "${3:-$default}"
    if [[ -z "${2:-}" ]]; then
      history
      fail "Say which number."
    fi
    [[ "$2" =~ ^[1-9][0-9]{0,8}$ ]] || fail "'$2' is no number of a release: the history has them" 2
    back --to-revision "$2"
    ;;
  *) fail "$usage" 2 ;;
esac
