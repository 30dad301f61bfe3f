#!/bin/sh
# Start nginx in its container.
set -eu
here=$(dirname "$0")
sh "$here/render.sh"
exec nginx -c "$here/nginx.conf" -g "daemon off;"
