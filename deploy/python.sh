#!/bin/sh
# Run the first Python here that can make virtual environments and is new enough.
# Usage: deploy/python.sh ARGUMENTS-OF-PYTHON...
set -eu

# The Python of an existing .venv comes first, so that one made with another version is kept; then 3.13, as in the image.
# Of one version the system's own comes first: version managers compile theirs without optimizing, a tenth slower or more.
# A name alone proves nothing: version managers put up stand-ins that fail, and Debian packages venv separately.
case ":$PATH:" in *:/usr/bin:*) own=/usr/bin/ ;; *) own= ;; esac
for name in .venv/bin/python "${own}python3.13" python3.13 "${own}python3.14" python3.14 "${own}python3.12" python3.12 \
    "${own}python3.11" python3.11 python3 python; do
    if "$name" -I -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        exec "$name" "$@"
    fi
done
echo "The portal needs Python 3.11 or newer with its venv module, and this machine has none." >&2
echo "On Debian and Ubuntu: apt-get install python3 python3-venv" >&2
exit 1
