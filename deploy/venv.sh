#!/bin/sh
# Make .venv hold what requirements files pin. Does nothing when it does already.
# Usage: deploy/venv.sh requirements/run.txt [requirements/embedded.txt ...]
set -eu
cd "$(dirname "$0")/.."
exec deploy/python.sh -I deploy/venv.py "$@"
