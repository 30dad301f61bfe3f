"""Fetch the release cycle from the server that the settings name: bounded in time and size, no redirects."""

from __future__ import annotations

import time

import requests

from advisories.projects.release_cycle import CycleBranch, parse
from advisories.records.reading import RecordError
from web import outside_json

#: Seconds to connect, and seconds of silence until the server is given up.
TIMEOUTS = (3.0, 10.0)
#: Seconds for the whole answer: a server that drips would hold the command for ever.
PATIENCE_SECONDS = 30.0
#: Bytes; the published file has some five thousand.
MAX_BYTES = 1_000_000


class ReleaseCycleError(Exception):
    """The release cycle could not be read; the message is a sentence."""


def fetch(address: str) -> list[CycleBranch]:
    """Return the branches that the server at `address` lists; raises ReleaseCycleError."""
    try:
        with requests.get(address, timeout=TIMEOUTS, stream=True, allow_redirects=False) as answer:
            if answer.status_code != requests.codes.ok:
                raise ReleaseCycleError(f"{address} answered {answer.status_code}.")
            return read(_whole(answer, address), address)
    except requests.RequestException as error:
        raise ReleaseCycleError(f"{address} cannot be reached: {type(error).__name__}.") from error


def read(content: bytes, name: str) -> list[CycleBranch]:
    """Return the branches in the bytes of a release cycle; `name` says in the error where they came from."""
    try:
        return parse(outside_json.read(content.decode("utf-8")))
    except RecordError as error:
        raise ReleaseCycleError(f"{name}: {error}.") from error
    except ValueError as error:
        raise ReleaseCycleError(f"{name} is no JSON in UTF-8, or nested too deep.") from error


def _whole(answer: requests.Response, address: str) -> bytes:
    until = time.monotonic() + PATIENCE_SECONDS
    content = bytearray()
    for chunk in answer.iter_content(16_384):
        content += chunk
        if len(content) > MAX_BYTES:
            raise ReleaseCycleError(f"{address} answered with more than {MAX_BYTES:,} bytes.")
        if time.monotonic() > until:
            raise ReleaseCycleError(f"{address} took longer than {PATIENCE_SECONDS:.0f} seconds.")
    return bytes(content)
