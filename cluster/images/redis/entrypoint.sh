#!/bin/sh
# Become the server as the public images do: options and a file of settings are the server's own arguments.
set -eu
case ${1:-} in
  -* | *.conf) exec redis-server "$@" ;;
  *) exec "$@" ;;
esac
