#!/bin/sh
# Compile requirements/*.txt from pyproject.toml, for every Python and platform at once.
# Usage: deploy/pins.sh [PACKAGE...]; with packages only these move to their newest release, without any everything does.
set -eu
cd "$(dirname "$0")/.."

# uv has a virtual environment of its own: pins can be mended where the set-up of .venv fails because of them.
deploy/tool.sh pins

upgrade=
for package in "$@"; do
    upgrade="$upgrade --upgrade-package $package"
done

# Each file is held to the pins of the ones before it, so that tests run on the releases that are deployed.
# No header and no index: the files tell neither a command line nor where the packages came from.
compile() {
    # shellcheck disable=SC2086 # several words
    UV_PYTHON_DOWNLOADS=never .venv-pins/bin/uv pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-strip-extras --no-header --no-emit-index-url ${upgrade:---upgrade} "$@"
}
compile pyproject.toml --output-file requirements/run.txt
compile --group embedded --constraints requirements/run.txt --output-file requirements/embedded.txt
compile pyproject.toml --group dev --constraints requirements/run.txt --constraints requirements/embedded.txt \
    --output-file requirements/dev.txt
