"""JSON from outside is read up to a depth at which nothing in the process can go wrong."""

from __future__ import annotations

import json

import pytest

from tests.architecture.source import app_modules
from web.outside_json import MOST_LEVELS, TooDeepError, read

# Reads what the portal wrote itself: the audit log, a checkpoint, a message of an embedded server, and the demo.
OUR_OWN = {
    "audit/checkpoints.py",
    "audit/models.py",
    "advisories/records/cwe.py",
    "psrt_portal/backup/manifest.py",
    "psrt_portal/demo/service_server.py",
    "psrt_portal/embedded/lease.py",
    "web/outside_json.py",
}


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_the_deepest_document_is_read_and_one_level_more_is_not(opening: str, closing: str) -> None:
    deepest = opening * MOST_LEVELS + "1" + closing * MOST_LEVELS
    assert read(deepest) == json.loads(deepest)
    with pytest.raises(TooDeepError):
        read(f"[{deepest}]")


@pytest.mark.parametrize("unfinished", ["[" * 2_000_000, '{"a":' * 500_000, '["\\"", ' + "[" * 200])
def test_too_deep_is_found_without_an_end(unfinished: str) -> None:
    with pytest.raises(TooDeepError):
        read(unfinished)


@pytest.mark.parametrize("text", ["[" * 300, 'a"' + "[{" * 300, '\\"' + "[" * 300, "\n\\\\" + "{" * 300])
def test_brackets_in_strings_are_no_levels(text: str) -> None:
    assert read(json.dumps([text] * 3)) == [text] * 3


def test_many_neighbours_are_no_levels() -> None:
    assert read(json.dumps([[]] * 5_000)) == [[]] * 5_000


def test_options_are_those_of_json() -> None:
    assert read('{"a": 1, "a": 2}', object_pairs_hook=list) == [("a", 1), ("a", 2)]


@pytest.mark.lint
def test_only_what_we_wrote_ourselves_is_read_otherwise() -> None:
    """Deeper in the stack a collection of garbage fails halfway, so a caught RecursionError is no way out."""
    readers = {module.name for module in app_modules() if "json.load" in module.text}
    late = {module.name for module in app_modules() if "RecursionError" in module.text}
    assert (readers, late - {"web/outside_json.py"}) == (OUR_OWN, set())
