"""Strict reading of a folder of OSV records from disk; each fault names file, place and reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisories.records import osv
from advisories.records.content import AdvisoryContent
from advisories.records.projects import ProjectFacts
from advisories.records.reading import RecordError
from web import outside_json

#: Bytes; the largest of the PSF's records has some twenty thousand.
FILE_MOST = 2_000_000


class FolderError(Exception):
    """Some files are not what they should be; each fault names file, place and reason."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


@dataclass(frozen=True)
class RecordFile:
    """One file and the record in it."""

    path: Path
    content: AdvisoryContent


def read_folder(
    folder: Path, projects: Sequence[ProjectFacts], progress: Callable[[int], None] = lambda count: None
) -> list[RecordFile]:
    """Read every ``*.json`` in `folder`, not below it, by name, as records about one of `projects` or another one.

    Raises `FolderError` with all faults, or OSError.
    """
    records, faults = [], []
    paths = files_in(folder)
    if not paths:
        raise FolderError([f"{folder}: there are no .json files."])
    for count, path in enumerate(paths, start=1):
        try:
            records.append(RecordFile(path, _read(path, projects)))
        except _FaultError as fault:
            faults.append(str(fault))
        progress(count)
    by_id: dict[str, Path] = {}
    for record in records:
        first = by_id.setdefault(record.content.psf_id, record.path)
        if first != record.path:
            faults.append(f"{record.path}: id: {record.content.psf_id} is in {first} already.")
    if faults:
        raise FolderError(faults)
    return records


def files_in(folder: Path) -> list[Path]:
    """Return the files that `read_folder` reads. Raises OSError for what is no folder."""
    return sorted(path for path in folder.iterdir() if path.suffix == ".json" and path.is_file())


class _FaultError(Exception):
    """The sentence about one file."""


def _read(path: Path, projects: Sequence[ProjectFacts]) -> AdvisoryContent:
    if path.stat().st_size > FILE_MOST:
        raise _FaultError(f"{path}: is larger than {FILE_MOST:,} bytes.")
    try:
        document = outside_json.read(path.read_bytes().decode("utf-8"), object_pairs_hook=_each_key_once)
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise _FaultError(f"{path}:{line}: is not UTF-8.") from error
    except json.JSONDecodeError as error:
        raise _FaultError(f"{path}:{error.lineno}: is not JSON: {error.msg}.") from error
    except (outside_json.TooDeepError, _TwiceError) as error:
        raise _FaultError(f"{path}: {error}.") from error
    try:
        content = osv.parse(document, projects)
        again = osv.build(content)
    except RecordError as error:
        raise _FaultError(f"{path}: {error}.") from error
    if again != document:
        keys = sorted(key for key in {*again, *document} if again.get(key) != document.get(key))
        raise _FaultError(f"{path}: {keys[0]}: would not be exported as it is here.")
    return content


class _TwiceError(Exception):
    """A key stands twice in one object."""


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice: JSON keeps the last, and something would be lost without a word."""
    document = dict(pairs)
    if len(document) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _TwiceError(f"the key {twice[:80]!r} stands twice in one object")
    return document
