#!/usr/bin/env bash
# Is the environment well? By the operator's status; and by GET /health at its own URL, where it has one outside the cluster.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage='Usage: health-check.sh ENVIRONMENT

Example: health-check.sh production
ENVIRONMENT is a namespace, or NAMESPACE/PROJECT.
Exit codes: 0 well, 1 a person must act or /health does not answer, 2 usage, 7 under way.'

if help_wanted "$@"; then printf '%s\n' "$usage"; exit 0; fi
[[ $# -eq 1 ]] || fail "$usage" 2
target "$1"
plugin status "$PROJECT" -n "$NAMESPACE"
url="$(plugin endpoint "$PROJECT" -n "$NAMESPACE")"
if [[ "$url" == http*.svc || "$url" == http*.svc:* ]]; then
  printf '%s is reached inside the cluster alone: /health is not asked for from here\n' "$url"
else
  curl --fail --silent --show-error --max-time 10 --output /dev/null "$url/health" || fail "$url/health does not answer"
  printf '%s/health answers\n' "$url"
fi
