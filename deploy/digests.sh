#!/bin/sh
# Add to every image of Dockerfile and docker-compose.yml the digest that its tag has now, or bring it up to date.
# Usage: deploy/digests.sh; needs Docker with buildx and a way to the registries. Look at the difference, then commit it.
# A tag can be moved by its registry and a digest cannot. Dependabot moves both (.github/dependabot.yml).
set -eu
cd "$(dirname "$0")/.."

images=$({
    sed -n 's/^ *image: *\([^ ]*:[^ ]*\).*/\1/p' docker-compose.yml
    sed -n 's/^FROM \([^ ]*:[^ ]*\).*/\1/p' Dockerfile
} | sed 's/@.*//' | sort -u)

for image in $images; do
    digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$image")
    case $digest in
    sha256:*[!0-9a-f]*) echo "$image: the registry gave no digest." >&2 && exit 1 ;;
    sha256:????????????????????????????????????????????????????????????????) ;;
    *) echo "$image: the registry gave no digest." >&2 && exit 1 ;;
    esac
    for file in docker-compose.yml Dockerfile; do
        sed "s|\($image\)\(@sha256:[0-9a-f]*\)\{0,1\}\([[:space:]]\)|\1@$digest\3|; s|\($image\)\(@sha256:[0-9a-f]*\)\{0,1\}\$|\1@$digest|" \
            "$file" >"$file.new"
        cat "$file.new" >"$file" && rm "$file.new"
    done
    echo "$image@$digest"
done
