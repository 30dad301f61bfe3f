"""Weaknesses have the names that MITRE gives them."""

import json
import runpy
from pathlib import Path

import pytest

from advisories.records import cwe, cwe_refresh

LIST = """<?xml version="1.0"?>
<Weakness_Catalog Name="CWE" Version="9.9" Date="2099-01-01" xmlns="http://cwe.mitre.org/cwe-7"><Weaknesses>
<Weakness ID="1333" Name="Slow Teapot" Status="Draft"/>
<Weakness ID="22" Name="Teapot Outside of the Tray ('Spill')" Status="Stable"/>
<Weakness ID="71" Name="DEPRECATED: Old Teapot" Status="Deprecated"/>
</Weaknesses></Weakness_Catalog>
"""


@pytest.mark.parametrize(
    ("cwe_id", "name"),
    [
        ("CWE-835", "Loop with Unreachable Exit Condition ('Infinite Loop')"),
        ("CWE-22", "Improper Limitation of a Pathname to a Restricted Directory ('Path Traversal')"),
        ("CWE-99999", None),
        ("", None),
    ],
)
def test_weakness_has_its_name(cwe_id: str, name: str | None) -> None:
    assert cwe.name_of(cwe_id) == name


def test_every_weakness_of_the_list_has_a_name() -> None:
    assert len(cwe.names()) == 938
    assert all(cwe_id.startswith("CWE-") and name for cwe_id, name in cwe.names().items())


def test_list_is_written_in_order_with_the_terms_of_its_owner(tmp_path: Path) -> None:
    source, target = tmp_path / "cwec.xml", tmp_path / "cwe.json"
    source.write_text(LIST, encoding="utf-8")

    assert cwe_refresh.refresh(source, target) == 2

    document = json.loads(target.read_text(encoding="utf-8"))
    assert list(document) == ["notice", "version", "date", "names"]
    assert "MITRE hereby grants you a non-exclusive, royalty-free license to use CWE" in document["notice"]
    assert (document["version"], document["date"]) == ("9.9", "2099-01-01")
    assert list(document["names"].items()) == [
        ("CWE-22", "Teapot Outside of the Tray ('Spill')"),
        ("CWE-1333", "Slow Teapot"),
    ]


def test_command_says_how_many_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "cwec.xml", tmp_path / "cwe.json"
    source.write_text(LIST, encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["cwe_refresh", str(source), str(target)])

    runpy.run_path(cwe_refresh.__file__, run_name="__main__")
    cwe_refresh.main([str(source), str(target)])

    assert capsys.readouterr().out == "2 weaknesses written\n" * 2
    assert target.exists()
