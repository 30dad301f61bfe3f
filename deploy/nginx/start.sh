#!/bin/sh
# Start nginx in its container.
set -eu
here=$(dirname "$0")
sh "$here/render.sh"
# Its own default for the log of the start is a file on a file system that is read-only.
exec nginx -e /dev/stderr -c "$here/nginx.conf" -g "daemon off;"
