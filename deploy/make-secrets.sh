#!/bin/sh
# Writes the portal's secrets, one file each and each once; what is there stays as it is.
# Usage: deploy/make-secrets.sh [FOLDER [DATABASE-HOST REDIS-HOST]]; without arguments what docker-compose.yml mounts.
# The folder is closed to everybody else; the files are readable because the containers' users are not yours.
set -eu
case ${1:-} in /*) secrets=$1 ;; *) secrets=$(cd "$(dirname "$0")/.." && pwd)/${1:-secrets} ;; esac
database=${2:-db} redis=${3:-redis}
umask 022
mkdir -p "$secrets"
[ -n "${1:-}" ] || chmod 0700 "$secrets"

random() { head -c 36 /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_'; }
keep() { # keep NAME VALUE
    if [ ! -s "$secrets/$1" ]; then
        printf '%s' "$2" >"$secrets/$1"
        echo "Wrote $secrets/$1."
    fi
}

keep secret_key "$(random)$(random)"
keep link_key "$(random)$(random)"
keep factor_key "$(random)$(random)"
[ -n "${1:-}" ] || keep database_superuser_password "$(random)"
keep database_owner_password "$(random)"
keep database_owner_url "postgres://portal_owner:$(cat "$secrets/database_owner_password")@$database:5432/portal"
keep database_password "$(random)"
keep database_url "postgres://portal:$(cat "$secrets/database_password")@$database:5432/portal"
keep redis_password "$(random)"
keep redis_url "redis://:$(cat "$secrets/redis_password")@$redis:6379/0"

# Optional ones: an empty file is no secret.
for name in secret_key_fallbacks link_key_fallbacks factor_key_fallbacks github_client_secret github_api_token \
    github_advisories_token mailman_api_password discord_api_token metrics_token; do
    [ -e "$secrets/$name" ] || : >"$secrets/$name"
done

for name in email_url tls_certificate.pem tls_key.pem; do
    [ -s "$secrets/$name" ] || echo "Still to do: write $secrets/$name (docs/operations.md)."
done
