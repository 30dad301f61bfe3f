"""Reads settings from the environment and refuses to start on a bad one.

Every variable may also come from a file: ``SECRET_KEY_FILE=/run/secrets/key`` stands for
``SECRET_KEY``. Each reader raises `ImproperlyConfigured` with one sentence that names the
variable and says how to set it, so that a wrong start stops at once and is mended at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

T = TypeVar("T")

#: Stands for "this variable has no default": the start stops when it is missing.
REQUIRED = "\0required"

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


def load_file(path: Path) -> None:
    """Read ``KEY=value`` lines from `path` if it exists; the environment itself wins."""
    environ.FileAwareEnv.read_env(path, overwrite=False)


def _raw(name: str, default: str, wanted: str) -> str:
    try:
        # Not Env.str(): it takes a value that begins with "$" for the name of another variable.
        value = FileAwareMapping().get(name, default)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE names a file that cannot be read ({error.strerror}): "
            f"make it readable, or set {name} itself to {wanted}."
        ) from error
    value = str(value).strip()
    if default == REQUIRED and value in {"", REQUIRED}:
        raise ImproperlyConfigured(f"{name} is not set: set it (or {name}_FILE) to {wanted}.")
    return value


def _cast(name: str, default: str, wanted: str, cast: Callable[[str], T]) -> T:
    value = _raw(name, default, wanted)
    try:
        return cast(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is malformed: set it to {wanted}.") from error


def text(name: str, default: str = REQUIRED, *, wanted: str, least: int = 0) -> str:
    """A string of at least `least` characters."""

    def long_enough(value: str) -> str:
        if value and len(value) < least:
            raise ValueError(name)
        return value

    return _cast(name, default, wanted, long_enough)


def choice(name: str, default: str, allowed: Sequence[str]) -> str:
    """One of `allowed`."""

    def known(value: str) -> str:
        if value not in allowed:
            raise ValueError(name)
        return value

    return _cast(name, default, "one of " + ", ".join(allowed), known)


def flag(name: str, default: bool) -> bool:
    """``true`` or ``false``, in the spellings people use."""

    def parse(value: str) -> bool:
        if value.lower() in _TRUE:
            return True
        if value.lower() in _FALSE:
            return False
        raise ValueError(name)

    return _cast(name, str(default), "true or false", parse)


def number(name: str, default: float, *, wanted: str, least: float = 0) -> float:
    """A number not below `least`; the unit is part of the variable's name."""

    def parse(value: str) -> float:
        parsed = float(value)
        if not least <= parsed < float("inf"):
            raise ValueError(name)
        return parsed

    return _cast(name, str(default), wanted, parse)


def whole(name: str, default: int, *, wanted: str, least: int = 0) -> int:
    """A whole number not below `least`."""

    def parse(value: str) -> int:
        parsed = int(value)
        if parsed < least:
            raise ValueError(name)
        return parsed

    return _cast(name, str(default), wanted, parse)


def fraction(name: str, default: tuple[int, int]) -> tuple[int, int]:
    """A part of a whole such as ``2/3``: above 0, at most 1."""

    def parse(value: str) -> tuple[int, int]:
        part, whole = (int(number) for number in value.split("/"))
        if not 0 < part <= whole:
            raise ValueError(name)
        return part, whole

    return _cast(name, "{}/{}".format(*default), "a fraction such as 2/3", parse)


def words(name: str) -> list[str]:
    """A comma separated list, empty when the variable is not set."""
    return [word.strip() for word in _raw(name, "", "a comma separated list").split(",") if word.strip()]


def path(name: str, default: Path) -> Path:
    """A folder or file; relative ones count from the working directory."""
    return Path(_raw(name, str(default), "a path")).expanduser().resolve()


def origin(name: str, default: str = REQUIRED) -> str:
    """Scheme, host and port of this site, without a path or a slash at the end."""

    def parse(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError(name)
        return f"{parts.scheme}://{parts.netloc}"

    return _cast(name, default, "the site's address, such as https://psrt.example.org", parse)


def service(name: str) -> str:
    """The ``http`` or ``https`` address of a service we ask, with or without a path; or nothing."""

    def parse(value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query):
            raise ValueError(name)
        return value.rstrip("/")

    return _cast(name, "", "an address such as https://api.example.org, or leave it empty", parse)


def database(name: str, default: str) -> dict[str, Any]:
    """A Django database dictionary from ``sqlite:///path`` or ``postgres://user:password@host/name``."""

    def parse(value: str) -> dict[str, Any]:
        config: dict[str, Any] = environ.Env.db_url_config(value)
        if config.get("ENGINE") not in {"django.db.backends.sqlite3", "django.db.backends.postgresql"}:
            raise ValueError(name)
        if not config.get("NAME"):
            raise ValueError(name)
        return config

    return _cast(name, default, "sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME", parse)


def mail(name: str, default: str) -> dict[str, Any]:
    """Django's ``EMAIL_*`` settings from ``smtp://``, ``smtp+tls://``, ``filemail:///folder`` or ``consolemail://``."""

    def parse(value: str) -> dict[str, Any]:
        if urlsplit(value).scheme not in {
            "smtp",
            "smtp+tls",
            "smtp+ssl",
            "smtps",
            "filemail",
            "consolemail",
            "memorymail",
        }:
            raise ValueError(name)
        config: dict[str, Any] = environ.Env.email_url_config(value)
        return config

    return _cast(name, default, "smtp+tls://USER:PASSWORD@HOST:PORT, filemail:///FOLDER or consolemail://", parse)


def redis(name: str) -> str:
    """A ``redis://`` or ``rediss://`` address, or nothing."""

    def parse(value: str) -> str:
        if value and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
            raise ValueError(name)
        return value

    return _cast(name, "", "redis://:PASSWORD@HOST:PORT/0, or leave it empty", parse)
