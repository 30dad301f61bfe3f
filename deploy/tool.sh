#!/bin/sh
# Install a tool that stands outside the pins into a virtual environment of its own, .venv-GROUP.
# Usage: deploy/tool.sh GROUP; GROUP is a dependency group of pyproject.toml.
set -eu
cd "$(dirname "$0")/.."
venv=.venv-$1

if ! "$venv/bin/python" -I -m pip --version >/dev/null 2>&1; then
    deploy/python.sh -m venv --clear "$venv"
fi
"$venv/bin/python" -I -c '
import subprocess, sys, tomllib

with open("pyproject.toml", "rb") as file:
    wanted = tomllib.load(file)["dependency-groups"][sys.argv[1]]
options = ["--quiet", "--disable-pip-version-check", "--no-input", "--only-binary", ":all:"]
sys.exit(subprocess.call([sys.executable, "-I", "-m", "pip", "install", *options, *wanted]))
' "$1"
