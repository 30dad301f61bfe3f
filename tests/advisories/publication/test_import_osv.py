"""``manage.py import_osv``: everything or nothing, and each fault by file, place and reason."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from advisories.publication.models import Advisory, Credit
from advisories.publication.osv_files import FILE_MOST
from advisories.records import osv
from audit.models import Event
from tests.advisories import factories
from tests.advisories.factories import content
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in (1, 2):
        write(tmp_path, f"PSF-2024-{number}.json", osv.build(content(number)))
    (tmp_path / "README.md").write_text("not a record", encoding="utf-8")
    (tmp_path / "deeper.json").mkdir()
    return tmp_path


def write(folder: Path, name: str, document: Any) -> Path:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document, indent=2), encoding="utf-8")
    return path


def run(folder: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_osv", str(folder), *options, stdout=out)
    return out.getvalue()


def refused(folder: Path) -> str:
    with pytest.raises(CommandError) as error:
        run(folder)
    assert not Advisory.objects.published().exists()
    assert not Event.objects.exists()
    return str(error.value)


def test_an_import_prints_what_is_new(folder: Path) -> None:
    assert run(folder) == "new: PSF-2024-1\nnew: PSF-2024-2\n2 advisories: 2 new\n"
    published = Advisory.objects.published().whole()
    assert {osv.build(advisory.content())["id"] for advisory in published} == {"PSF-2024-1", "PSF-2024-2"}


def test_a_second_import_prints_that_nothing_is_new(folder: Path) -> None:
    run(folder)
    before = (Event.objects.count(), Credit.objects.system("a test").count())
    assert run(folder) == "2 advisories: nothing new\n"
    assert (Event.objects.count(), Credit.objects.system("a test").count()) == before


def test_a_changed_record_is_told_apart(folder: Path) -> None:
    run(folder)
    write(folder, "PSF-2024-1.json", osv.build(content(1, title="Better")))
    write(folder, "PSF-2024-3.json", osv.build(content(3)))
    assert run(folder) == "new: PSF-2024-3\nchanged: PSF-2024-1\n3 advisories: 1 new, 1 changed\n"


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    output = run(folder, "--dry-run")
    assert output == "would be new: PSF-2024-1\nwould be new: PSF-2024-2\n2 advisories: 2 would be new\n"
    assert (Advisory.objects.published().exists(), Event.objects.exists()) == (False, False)


def test_a_single_advisory_is_counted_in_the_singular(folder: Path) -> None:
    (folder / "PSF-2024-2.json").unlink()
    assert run(folder).endswith("1 advisory: 1 new\n")


@pytest.mark.rule("OSV-16")
def test_an_export_equals_the_imported_record(folder: Path) -> None:
    run(folder)
    for path in folder.glob("PSF-*.json"):
        advisory = Advisory.objects.published().whole().get(psf_id=path.stem)
        assert osv.build(advisory.content()) == json.loads(path.read_text(encoding="utf-8"))


# -- faults ------------------------------------------------------------------------------------------------


def test_a_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere") == f"{tmp_path / 'nowhere'}: No such file or directory."
    file = write(tmp_path, "x.json", "{}")
    assert refused(file) == f"{file}: Not a directory."


def test_a_folder_without_records_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path) == f"{tmp_path}: there are no .json files.\nNothing was written."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", ":1: is not JSON: Expecting value."),
        ('{\n  "id": "PSF-2024-9",\n}', ":3: is not JSON: Expecting property name enclosed in double quotes."),
        ("[]", ": the record must be an object, not a list."),
        ('{"id": 1, "id": 2}', ": the key 'id' stands twice in one object."),
        ("[" * 100_000, ": is nested too deep."),
        ('{"modified": NaN}', ": modified: must be text, not a number."),
    ],
)
def test_a_file_that_is_no_record_is_named_with_its_place(folder: Path, text: str, fault: str) -> None:
    path = write(folder, "bad.json", text)
    assert refused(folder) == f"{path}{fault}\nNothing was written."


def test_a_file_that_is_not_utf_8_is_named_with_its_line(folder: Path) -> None:
    path = folder / "bad.json"
    path.write_bytes(b'{\n\n"id": "caf\xe9"}')
    assert refused(folder) == f"{path}:3: is not UTF-8.\nNothing was written."


def test_a_file_that_is_far_too_large_is_not_read(folder: Path) -> None:
    path = write(folder, "bad.json", " " * (FILE_MOST + 1))
    assert refused(folder) == f"{path}: is larger than 2,000,000 bytes.\nNothing was written."


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"id": "GHSA-1"}, "id: must be an id such as PSF-2026-1."),
        ({"modified": "yesterday"}, "modified: must be a time in UTC such as 2026-09-03T09:12:00Z."),
        ({"summary": 7}, "summary: must be text, not a number."),
        ({"references": [{"type": "WEB", "url": "javascript:alert(1)"}]}, "references[0].url: must be a full address"),
        ({"credits": [{"name": "A", "type": "hero"}]}, "credits[0].type: must be one of REPORTER"),
        ({"surprise": 1}, "surprise: is not a key of the OSV schema."),
        ({"details": "bell \x07"}, "details: holds the character U+0007, which is not allowed in text."),
    ],
)
def test_a_wrong_record_is_named_with_its_path(folder: Path, change: dict[str, Any], fault: str) -> None:
    path = write(folder, "bad.json", {**osv.build(content(9)), **change})
    output = refused(folder)
    assert output.startswith(f"{path}: {fault}")
    assert output.endswith("\nNothing was written.")


def test_every_fault_is_named_at_once(folder: Path) -> None:
    write(folder, "a.json", "x")
    write(folder, "b.json", "[]")
    assert len(refused(folder).splitlines()) == 3


def test_two_files_of_one_record_are_refused(folder: Path) -> None:
    path = write(folder, "again.json", osv.build(content(1)))
    first, second = sorted([path, folder / "PSF-2024-1.json"])
    assert refused(folder) == f"{second}: id: PSF-2024-1 is in {first} already.\nNothing was written."


def test_a_contradiction_to_the_portal_is_named_by_file(cast: Cast, folder: Path) -> None:
    factories.drafted(cast.mel)
    path = write(folder, "PSF-2024-9.json", osv.build(content(9, aliases=("CVE-2099-1001",))))
    with pytest.raises(CommandError) as error:
        run(folder)
    assert str(error.value) == f"{path}: PSF-2024-9: CVE-2099-1001 belongs to a draft.\nNothing was written."
    assert not Advisory.objects.published().exists()
