"""Readers of environment variables, which refuse to start on a malformed one.

Every variable may also come from a file: ``SECRET_KEY_FILE=/run/secrets/key`` stands for
``SECRET_KEY``. Each reader raises `ImproperlyConfigured` with one sentence that names the
variable and says how to set it, so that a wrong start stops at once and is easily mended.
"""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

T = TypeVar("T")

#: Stands for "this variable has no default": the start stops when it is missing.
REQUIRED = "\0required"

#: More than the team looks after; each is asked by itself, and a worker's time is limited.
REPOSITORIES_MOST = 10
_REPOSITORY = re.compile(r"(?!\.)[A-Za-z0-9-]{1,39}(/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100})?")

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
    """Return a string of at least `least` characters."""

    def long_enough(value: str) -> str:
        if value and len(value) < least:
            raise ValueError(name)
        return value

    return _cast(name, default, wanted, long_enough)


def choice(name: str, default: str, allowed: Sequence[str]) -> str:
    """Return a value that is one of `allowed`."""

    def one_of_allowed(value: str) -> str:
        if value not in allowed:
            raise ValueError(name)
        return value

    return _cast(name, default, "one of " + ", ".join(allowed), one_of_allowed)


def flag(name: str, default: bool) -> bool:
    """Return a truth value, written as true or false, yes or no, on or off, 1 or 0."""

    def parse(value: str) -> bool:
        if value.lower() in _TRUE:
            return True
        if value.lower() in _FALSE:
            return False
        raise ValueError(name)

    return _cast(name, str(default), "true or false", parse)


def number(name: str, default: float, *, wanted: str, least: float = 0, most: float = sys.float_info.max) -> float:
    """Return a number not below `least` and not above `most`; the unit is part of the variable's name."""

    def parse(value: str) -> float:
        parsed = float(value)
        if not least <= parsed <= most:
            raise ValueError(name)
        return parsed

    return _cast(name, str(default), wanted, parse)


def whole(name: str, default: int, *, wanted: str, least: int = 0, most: int | None = None) -> int:
    """Return a whole number not below `least`, and not above `most` if that is given."""

    def parse(value: str) -> int:
        parsed = int(value)
        if parsed < least or (most is not None and parsed > most):
            raise ValueError(name)
        return parsed

    return _cast(name, str(default), wanted, parse)


def fraction(name: str, default: tuple[int, int]) -> tuple[int, int]:
    """Return a fraction such as ``2/3``, above 0 and at most 1, as numerator and denominator."""

    def parse(value: str) -> tuple[int, int]:
        part, whole = (int(number) for number in value.split("/"))
        if not 0 < part <= whole:
            raise ValueError(name)
        return part, whole

    return _cast(name, "{}/{}".format(*default), "a fraction such as 2/3", parse)


def strings(name: str) -> list[str]:
    """Return the parts of a comma-separated list; none when the variable is not set."""
    return [part.strip() for part in _raw(name, "", "a comma separated list").split(",") if part.strip()]


def repositories(name: str) -> list[str]:
    """Return a comma-separated list of repositories (``owner/repository``) and organizations (``owner``) on GitHub."""

    def parse(value: str) -> list[str]:
        found = [part.strip() for part in value.split(",") if part.strip()]
        if len(found) > REPOSITORIES_MOST or not all(_REPOSITORY.fullmatch(part) for part in found):
            raise ValueError(name)
        return list(dict.fromkeys(found))

    wanted = f"at most {REPOSITORIES_MOST} of owner/repository, or an organization, such as python/cpython, pypa/pip"
    return _cast(name, "", wanted, parse)


def is_set(name: str) -> bool:
    """Return whether the variable, or its ``_FILE``, has a value."""
    return bool(_raw(name, "", "something"))


def path(name: str, default: Path) -> Path:
    """Return the absolute path of a folder or file; a relative one counts from the working directory."""
    return Path(_raw(name, str(default), "a path")).expanduser().resolve()


def hours(name: str, default: float) -> float:
    """Return a length of time in hours, at most ten years: far longer ones end beyond the calendar."""
    return number(name, default, wanted="hours, above 0 and at most 87600", least=0.0001, most=87_600)


def days(name: str, default: int, *, least: int = 1) -> int:
    """Return a length of time in whole days, at most ten years."""
    return whole(name, default, wanted=f"days, at least {least} and at most 3650", least=least, most=3650)


def port(name: str, default: int) -> int:
    """Return the number of a TCP port."""
    return whole(name, default, wanted="a port to listen on, 1 to 65535", least=1, most=65535)


#: Where Linux says which IPv4 addresses are its own.
_ADDRESSES = Path("/proc/net/fib_trie")


def own_addresses() -> list[str]:
    """Return the names of this machine and its IPv4 addresses, without sending anything."""
    found = {"localhost", "127.0.0.1", "[::1]", socket.gethostname().lower()}
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing: the kernel says which address it would use
        found.add(probe.getsockname()[0])
    with suppress(OSError):
        found.update(re.findall(r"\|-- ([0-9.]+)\n +/32 host LOCAL", _ADDRESSES.read_text(encoding="utf-8")))
    return sorted(found)


def origin(name: str, default: str = REQUIRED) -> str:
    """Return scheme, host and port of this site, without a path or a slash at the end."""

    def parse(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError(name)
        return f"{parts.scheme}://{parts.netloc}"

    return _cast(name, default, "the site's address, such as https://psrt.example.org", parse)


def service(name: str) -> str:
    """Return the ``http`` or ``https`` address of a service, without a slash at the end; empty if it is not set."""

    def parse(value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query):
            raise ValueError(name)
        return value.rstrip("/")

    return _cast(name, "", "an address such as https://api.example.org, or leave it empty", parse)


def database(name: str, default: str = REQUIRED) -> dict[str, Any]:
    """Return Django's settings for ``postgres://user:password@host/name``; empty for an empty address.

    A Unix socket is written ``postgres://user@/name?host=/its/folder``.
    """

    def parse(value: str) -> dict[str, Any]:
        if not value:
            return {}
        config: dict[str, Any] = environ.Env.db_url_config(value)
        if config.get("ENGINE") != "django.db.backends.postgresql" or not config.get("NAME"):
            raise ValueError(name)
        return config

    return _cast(name, default, "postgres://USER:PASSWORD@HOST:PORT/NAME", parse)


def mail(name: str, default: str) -> dict[str, Any]:
    """Return Django's ``EMAIL_*`` settings from ``smtp://``, ``smtp+tls://``, ``filemail:///folder`` or ``consolemail://``."""

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


def redis(name: str, default: str = REQUIRED) -> str:
    """Return a ``redis://``, ``rediss://`` or ``redis+socket://`` address."""

    def parse(value: str) -> str:
        if urlsplit(value).scheme not in {"redis", "rediss", "redis+socket"}:
            raise ValueError(name)
        return value

    return _cast(name, default, "redis://:PASSWORD@HOST:PORT/0", parse)
