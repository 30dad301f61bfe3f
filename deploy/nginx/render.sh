#!/bin/sh
# Write nginx's configuration and its error pages into $NGINX_ROOT: portal.conf, headers.conf, nginx-away.html, nginx-busy.html.
# Usage: [ENV_FILE=/etc/psrt-portal/portal.env] deploy/nginx/render.sh
# Takes SITE_URL, EXTRA_HOSTS, SECURITY_ADDRESS and HSTS_SECONDS from the environment, or else from ENV_FILE; the
# NGINX_ variables below say where things are on this machine. Their defaults fit Debian's nginx beside the portal.
set -eu

from_file() { # from_file NAME: its value in ENV_FILE, without quotes
    [ -r "${ENV_FILE:-}" ] || return 0
    sed -n "s/^[[:space:]]*\(export \)\{0,1\}$1=//p" "$ENV_FILE" | tail -n 1 |
        sed -e 's/[[:space:]]*$//' -e "s/^'\(.*\)'\$/\1/" -e 's/^"\(.*\)"$/\1/'
}
refuse() {
    echo "nginx is not configured. $1" >&2
    exit 1
}
# These go into a configuration and a page: nothing in them may end the place where they stand.
fits() { # fits NAME VALUE WANTED
    case $2 in
    '' | *[!-A-Za-z0-9.,:/_@+%\ ]*) refuse "$1 is malformed: set it to $3." ;;
    esac
}

SITE_URL=${SITE_URL:-$(from_file SITE_URL)}
EXTRA_HOSTS=${EXTRA_HOSTS:-$(from_file EXTRA_HOSTS)}
SECURITY_ADDRESS=${SECURITY_ADDRESS:-$(from_file SECURITY_ADDRESS)}
HSTS_SECONDS=${HSTS_SECONDS:-$(from_file HSTS_SECONDS)}
HSTS_SECONDS=${HSTS_SECONDS:-63072000}

case $SITE_URL in
https://?*) ;;
*) refuse "SITE_URL is not set, or malformed: set it to the site's address, such as https://psrt.example.org." ;;
esac
site=${SITE_URL#https://}
site=${site%/}
fits SITE_URL "$site" "the site's address, such as https://psrt.example.org"
fits SECURITY_ADDRESS "$SECURITY_ADDRESS" "the team's public address"
fits EXTRA_HOSTS "x$EXTRA_HOSTS" "host names, separated by commas"
case $site in */*) refuse "SITE_URL is malformed: set it to scheme and host, without a path." ;; esac
case $HSTS_SECONDS in *[!0-9]*) refuse "HSTS_SECONDS is malformed: set it to seconds, 0 or more." ;; esac

# As the portal says it (settings/security.py): other names and browsers' lists only from a year on.
if [ "$HSTS_SECONDS" -eq 0 ]; then
    hsts=
elif [ "$HSTS_SECONDS" -lt 31536000 ]; then
    hsts="max-age=$HSTS_SECONDS"
else
    hsts="max-age=$HSTS_SECONDS; includeSubDomains; preload"
fi

root=${NGINX_ROOT:-/etc/nginx/psrt-portal}
https=${NGINX_HTTPS_PORT:-443}
here=$(dirname "$0")
mkdir -p "$root/acme"

# "http2 on;" came with 1.25.1, which warns of the older way; Debian 12 has 1.22, which knows the older one only.
version=$("${NGINX:-nginx}" -v 2>&1 | sed 's|.*/\([0-9]*\)\.\([0-9]*\)\.\([0-9]*\).*|\1 \2 \3|')
newer() { # newer MAJOR MINOR PATCH: whether that is 1.25.1 or later
    [ $(($1 * 1000000 + $2 * 1000 + $3)) -ge 1025001 ]
}
# shellcheck disable=SC2086 # three words
if newer $version; then
    listen=ssl http2='http2 on;'
else
    listen='ssl http2' http2=
fi
# A kernel without IPv6 would not let nginx start.
six=
[ "${NGINX_IPV6:-$([ -e /proc/net/if_inet6 ] && echo yes || echo no)}" = yes ] || six='/listen \[::\]/d'

fill() { # fill FILE.in FILE
    sed -e "/^ *@LISTEN_TLS@/{h;s|@LISTEN_TLS@\([^;]*\);|listen $https $listen\1;|p;g;s|@LISTEN_TLS@\([^;]*\);|listen [::]:$https $listen\1;|;}" \
        -e "${http2:+#}/@HTTP2@/d" -e "s|@HTTP2@;|$http2|" -e "${NGINX_RESOLVER:+#}/^ *resolver/d" -e "s|@RESOLVER@|${NGINX_RESOLVER:-}|" \
        -e "s|@PORTAL@|${NGINX_PORTAL:-127.0.0.1:8000}|" -e "s|@HTTP_PORT@|${NGINX_HTTP_PORT:-80}|" \
        -e "s|@CERTIFICATE@|${NGINX_CERTIFICATE:-/etc/psrt-portal/secrets/tls_certificate.pem}|" \
        -e "s|@CERTIFICATE_KEY@|${NGINX_CERTIFICATE_KEY:-/etc/psrt-portal/secrets/tls_key.pem}|" \
        -e "s|@ACCESS_LOG@|${NGINX_ACCESS_LOG:-/var/log/nginx/portal-access.log}|" \
        -e "s|@ERROR_LOG@|${NGINX_ERROR_LOG:-/var/log/nginx/portal-error.log}|" \
        -e "s|@CACHE@|${NGINX_CACHE:-/var/cache/nginx-portal}|" -e "s|@MORE@|${NGINX_MORE:-$root/more}|" \
        -e "s|@ROOT@|$root|" -e "s|@SITE@|$site|" -e "s|@HSTS@|$hsts|" \
        -e "s|@NAMES@|${site%:*} $(echo "$EXTRA_HOSTS" | tr ',' ' ')|" -e "s|@SECURITY_ADDRESS@|$SECURITY_ADDRESS|g" \
        "$1" | sed -e "$six" >"$root/$2.new"
    mv "$root/$2.new" "$root/$2"
}
umask 022
fill "$here/headers.conf.in" headers.conf
fill "$here/portal.conf.in" portal.conf
fill "$here/away.html.in" nginx-away.html
fill "$here/busy.html.in" nginx-busy.html
