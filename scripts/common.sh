# What the scripts of this folder share; they source it. Each is a thin call of `kubectl testgen`, which can do the same by itself.
#
# ENVIRONMENT is the namespace, and the project in it is TESTGEN_PROJECT (default: cases, as in gitops/overlays/project);
# TESTGEN_NAMESPACE names another namespace. NAMESPACE/PROJECT may be written instead.
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by who sources it

SETTLE_SECONDS="${TESTGEN_SETTLE_SECONDS:-30}"
TIMEOUT="${TESTGEN_TIMEOUT:-30m}"

fail() {
  printf '%s\n' "$1" >&2
  exit "${2:-1}"
}

# plugin WORD...: kubectl testgen, from PATH or from this clone.
plugin() {
  find_plugin
  "$PLUGIN" "$@"
}

# Sets PLUGIN.
find_plugin() {
  PLUGIN="${KUBECTL_TESTGEN:-kubectl-testgen}"
  if ! command -v "$PLUGIN" >/dev/null; then
    PLUGIN="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)/.venv/bin/kubectl-testgen"
    [[ -x "$PLUGIN" ]] || fail "kubectl-testgen is not on PATH: pip install 'testgen[kubectl]'" 127
  fi
}

# target ENVIRONMENT: sets NAMESPACE and PROJECT. 2 where it is no name.
target() {
  local name='^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'
  if [[ "$1" == */* ]]; then
    NAMESPACE="${1%%/*}" PROJECT="${1#*/}"
  else
    NAMESPACE="${TESTGEN_NAMESPACE:-$1}" PROJECT="${TESTGEN_PROJECT:-cases}"
  fi
  [[ "$NAMESPACE" =~ $name && "$PROJECT" =~ $name ]] ||
    fail "'$1' is no environment: write its namespace, such as production, or NAMESPACE/PROJECT" 2
}

# version VERSION: 2 where it is none.
version() {
  [[ "$1" =~ ^[A-Za-z0-9_][A-Za-z0-9._-]{0,62}$ ]] || fail "'$1' is no version: write an image tag such as v1.2.3" 2
}

# help_wanted WORD...: whether one of the words asks for help.
help_wanted() {
  local word
  for word in "$@"; do
    [[ "$word" == -h || "$word" == --help ]] && return 0
  done
  return 1
}
