#!/bin/sh
# Makes .venv and installs a requirements file, checking every hash. Does nothing when that file
# has not changed since. Usage: deploy/venv.sh requirements/run.txt
set -eu
cd "$(dirname "$0")/.."
wanted=$1
venv=.venv
stamp=$venv/.installed-$(basename "$wanted" .txt)

if [ ! -x "$venv/bin/python" ]; then
    python=
    # A name alone proves nothing: version managers put up stand-ins that fail, Debian splits venv off.
    for name in python3.13 python3.12 python3.11 python3 python; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            python=$name
            break
        fi
    done
    if [ -z "$python" ]; then
        echo "The portal needs Python 3.11 or newer with its venv module, and this machine has none." >&2
        echo "On Debian and Ubuntu: apt-get install python3 python3-venv" >&2
        exit 1
    fi
    echo "Making $venv with $("$python" --version)."
    "$python" -m venv "$venv"
fi

sum=$(cksum <"$wanted")
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$sum" ]; then
    echo "Installing $wanted; the first time takes about a minute."
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip >/dev/null
    "$venv/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --no-input --no-compile --require-hashes -r "$wanted"
    echo "$sum" >"$stamp"
fi
