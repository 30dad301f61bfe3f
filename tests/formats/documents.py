"""Records written for the tests, the schemas they must satisfy, and where real ones may lie."""

import json
from copy import deepcopy
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator  # type: ignore[import-untyped]

from advisories.records import osv
from advisories.records.content import AdvisoryContent
from advisories.records.parts import VersionRange
from tests.formats.projects import BOTH

HERE = Path(__file__).parent / "golden"
#: Real records, beside the project where somebody has put them; never part of it.
REAL = Path(__file__).parents[3] / "shared" / "data"
OSV_SCHEMA = REAL / "osv-schema.json"

CNA = {
    "org_id": "28c92f92-d60d-412d-b760-e73465c3df22",
    "short_name": "PSF",
    "generator": "psrt-portal 0.1",
}


def golden(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def teapot() -> AdvisoryContent:
    """PSF-2099-1 with the releases and the module that an OSV record of CPython cannot say."""
    ranges = (VersionRange("0", "3.97.12"), VersionRange("3.98.0", "3.98.3"), VersionRange("3.99.0a1"))
    return replace(osv.parse(golden("PSF-2099-1.osv.json"), BOTH), version_ranges=ranges, modules=("teapot",))


def canonical(document: object) -> str:
    """Equal for equal JSON only: 1, 1.0 and true differ, the order of keys does not count."""
    return json.dumps(document, sort_keys=True)


def real(pattern: str) -> list[Any]:
    """The real records that match, oldest name first; the test is skipped where there are none."""
    files = sorted(REAL.glob(pattern))
    if not files:
        pytest.skip(f"no real records at {REAL / pattern}")
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def osv_schema() -> Any:
    """The OSV schema with its formats asserted; the test is skipped where the file is not."""
    if not OSV_SCHEMA.exists():
        pytest.skip(f"no OSV schema at {OSV_SCHEMA}")
    return _osv_schema()


@cache
def _osv_schema() -> Any:
    schema = json.loads(OSV_SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def osv_errors(record: object) -> list[str]:
    return [error.message for error in osv_schema().iter_errors(record)]


def cve_errors(record: Any) -> list[str]:
    """Return the complaints of the CVE schema about a record, in the branch of its state."""
    errors = _cve_schema(record["cveMetadata"]["state"]).iter_errors(record)
    return [f"{inner.json_path}: {inner.message}" for error in errors for inner in error.context or [error]]


@cache
def _cve_schema(state: str) -> Any:
    """The schema that cvelib carries (5.1.1), closed against unknown keys where 5.2 is and everywhere else."""
    text = resources.files("cvelib").joinpath("schemas/CVE_JSON_bundled_5.1.1.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    for name, definition in schema["definitions"].items():
        if name != "englishLanguageDescription":  # only says that one of several is in English
            _close(definition)
    published, rejected = schema["oneOf"]
    schema["oneOf"] = [rejected if state == "REJECTED" else published]
    return Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)


def _close(part: object) -> None:
    if isinstance(part, dict):
        if part.get("type") == "object" and "properties" in part and "patternProperties" not in part:
            part.setdefault("additionalProperties", False)
        for inner in part.values():
            _close(inner)
    elif isinstance(part, list):
        for inner in part:
            _close(inner)


def changed(document: Any, *steps: str | int, to: object) -> Any:
    """Return a copy with one place changed; `steps` lead to it."""
    copy = deepcopy(document)
    place = copy
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = to
    return copy


def without(document: Any, *steps: str | int) -> Any:
    """Return a copy without one place."""
    copy = deepcopy(document)
    place = copy
    for step in steps[:-1]:
        place = place[step]
    del place[steps[-1]]
    return copy
