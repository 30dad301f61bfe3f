#!/bin/sh
# Compile requirements/*.txt from pyproject.toml, for every Python and platform at once.
# Usage: deploy/pins.sh [PACKAGE...]; with packages only these move to their newest release, without any everything does.
set -eu
cd "$(dirname "$0")/.."

# uv has a virtual environment of its own: pins can be mended where the set-up of .venv fails because of them.
tools=.venv-pins
if ! "$tools/bin/python" -I -m pip --version >/dev/null 2>&1; then
    deploy/python.sh -m venv --clear "$tools"
fi
"$tools/bin/python" -I -c '
import subprocess, sys, tomllib

with open("pyproject.toml", "rb") as file:
    wanted = tomllib.load(file)["dependency-groups"]["pins"]
options = ["--quiet", "--disable-pip-version-check", "--no-input", "--only-binary", ":all:"]
sys.exit(subprocess.call([sys.executable, "-I", "-m", "pip", "install", *options, *wanted]))
'

upgrade=
for package in "$@"; do
    upgrade="$upgrade --upgrade-package $package"
done

# Each file is held to the pins of the ones before it, so that tests run on the releases that are deployed.
# No header and no index: the files tell neither a command line nor where the packages came from.
compile() {
    # shellcheck disable=SC2086 # several words
    UV_PYTHON_DOWNLOADS=never "$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-strip-extras --no-header --no-emit-index-url ${upgrade:---upgrade} "$@"
}
compile pyproject.toml --output-file requirements/run.txt
compile --group embedded --constraints requirements/run.txt --output-file requirements/embedded.txt
compile pyproject.toml --group dev --constraints requirements/run.txt --constraints requirements/embedded.txt \
    --output-file requirements/dev.txt
