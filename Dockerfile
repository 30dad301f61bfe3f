# One image for web, worker, beat and the one-shot migration. It runs as a plain user on a root
# file system that compose mounts read-only; what it writes goes to the volumes of docker-compose.yml.
FROM python:3.13.15-slim-bookworm AS build
COPY requirements/run.txt /requirements.txt
# As deploy/venv.py installs: the pins and nothing else, without pip's resolver, and no build from source.
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
    --no-deps --require-hashes --only-binary :all: -r /requirements.txt \
 && /opt/venv/bin/pip check

FROM python:3.13.15-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/srv/static \
    VAR_DIR=/var/lib/portal \
    VOTE_KEY_DIR=/var/lib/portal-vote-keys
# pg_dump and pg_restore of the version of docker-compose.yml's database, for `manage.py backup` and `restore`. Debian 12
# has version 15 only, which refuses a newer server; Debian's own package knows the repository and the key of PostgreSQL.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates postgresql-common \
 && sh /usr/share/postgresql-common/pgdg/apt.*.sh -y \
 && apt-get install --yes --no-install-recommends postgresql-client-17 \
 && rm -rf /var/lib/apt/lists/*
ENV POSTGRESQL_PROGRAMS=/usr/lib/postgresql/17/bin
# The folders exist here with their owner, so that new volumes take both over.
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal -m 0700 /var/lib/portal /var/lib/portal-vote-keys
COPY --from=build /opt/venv /opt/venv
COPY . /portal
WORKDIR /portal
# Static files do not depend on any secret; these values are used by this line only.
RUN SECRET_KEY=only-to-collect-static-files-0123456789abcdefghijklmnop \
    LINK_KEY=only-to-collect-static-files-abcdefghijklmnop0123456789 \
    FACTOR_KEY=only-to-collect-static-files-mnop0123456789abcdefghijkl SITE_URL=https://psrt.example.org \
    DATABASE_URL=postgres://nobody@127.0.0.1/none REDIS_URL=redis://127.0.0.1 EMAIL_URL=consolemail:// MAIL_FROM=a@example.org ANNOUNCE_ADDRESS=a@example.org SECURITY_ADDRESS=a@example.org \
    VAR_DIR=/tmp/var python manage.py collectstatic --no-input --verbosity 0 \
 && rm -rf /tmp/var && python -m compileall -q /portal
USER portal
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config", "deploy/gunicorn.py", "psrt_portal.wsgi:application"]
