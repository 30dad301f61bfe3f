"""Lint: every app has the modules of the closed list and no others (docs/architecture.md, "Inside an app")."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from tests.architecture.source import APPS, GROUPS, ROOT, app_modules, every_module, templates

pytestmark = pytest.mark.lint

CLOSED_LIST = {
    "urls", "views", "forms", "pages", "tasks", "management", "workflow", "queries", "policy", "models", "enums",
    "events", "registry", "links", "migrations", "apps", "templatetags", "__init__",
}  # fmt: skip
#: Not apps with verbs, so few of their modules are on the list: the site itself, what all pages share, pure functions.
OUTSIDE_THE_LIST = ("psrt_portal", "web", "advisories.records")
#: Lines of an app of `members`, without migrations.
APP_LINES = 3_000
#: Calls that write rows.
WRITES = {"save", "create", "bulk_create", "update", "update_or_create", "get_or_create", "delete", "bulk_update"}
#: May be the name of a class in several apps: each time the same kind of thing.
SHARED_CLASS_NAMES = {"Action", "Meta"}
#: Words of the earlier, private language (docs/architecture.md, "Language"), as whole names ...
BANNED_NAMES = {"known", "seen", "words"}
#: ... as parts of names ...
BANNED_PARTS = re.compile(r"(^|_)(hub|way_in|overtaken|trail|acts)(_|$)")
#: ... and as parts of names of the apps; the names of tests are sentences.
BANNED_IN_APPS = re.compile(r"(^|_)(known|seen)(_|$)")
#: The field for "known elsewhere already", the question of the form for reports.
ALLOWED_NAMES = {"known_elsewhere"}


def app_folders() -> list[Path]:
    nested = [folder for group in GROUPS for folder in sorted((ROOT / group).iterdir()) if folder.is_dir()]
    every = [ROOT / app for app in APPS if app not in GROUPS] + nested
    return [folder for folder in every if folder.name != "__pycache__"]


def dotted(folder: Path) -> str:
    return ".".join(folder.relative_to(ROOT).parts)


def listed(folder: Path) -> set[str]:
    """Return the modules that an app's README lists with a line each, such as ``- `tally.py`: counts votes``."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    return set(re.findall(r"^[-*|] *`(\w+)(?:\.py|/)`.{5,}$", text, flags=re.MULTILINE))


def test_every_app_has_a_readme() -> None:
    assert [dotted(folder) for folder in app_folders() if not (folder / "README.md").exists()] == []


def test_every_module_is_on_the_closed_list_or_in_the_readme() -> None:
    faults = []
    for folder in app_folders():
        names = {path.stem for path in folder.glob("*.py")} | {
            path.name for path in folder.iterdir() if path.is_dir() and (path / "__init__.py").exists()
        }
        faults += [f"{dotted(folder)}.{name}" for name in sorted(names - CLOSED_LIST - listed(folder))]
    assert faults == []


def test_no_readme_lists_a_module_that_is_not_there() -> None:
    faults = [
        f"{dotted(folder)}: {name}"
        for folder in app_folders()
        for name in sorted(listed(folder))
        if not ((folder / f"{name}.py").exists() or (folder / name).is_dir())
    ]
    assert faults == []


@pytest.mark.parametrize("package", OUTSIDE_THE_LIST)
def test_the_architecture_names_the_layers_outside_the_list(package: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract.get("containers") == [package])
    document = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^{re.escape(package)}: (.+(?:\n  .+)*)$", document, flags=re.MULTILINE)
    assert " ".join(row.split()) == " > ".join(layers)


def test_apps_of_members_stay_within_their_budget() -> None:
    lines: dict[str, int] = defaultdict(int)
    for module in app_modules():
        if module.app.startswith("members."):
            lines[module.app] += len(module.text.splitlines())
    assert len(lines) == 13
    assert {app: count for app, count in lines.items() if count > APP_LINES} == {}


def test_every_app_has_one_migration() -> None:
    """Nothing is released: a change of a model rewrites the app's first migration."""
    found = {
        dotted(folder): sorted(path.stem for path in (folder / "migrations").glob("0*.py"))
        for folder in app_folders()
        if (folder / "migrations").exists()
    }
    assert {app: names for app, names in found.items() if names != ["0001_initial"]} == {}


def test_queries_write_nothing() -> None:
    faults = [
        f"{module.name}:{call.lineno} {call.func.attr}"
        for module in app_modules()
        if module.layer in {"queries", "policy", "pages"}
        for call in module.nodes(ast.Call)
        if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES and "objects" in ast.unparse(call.func)
    ]
    assert faults == []


def test_class_names_mean_one_thing() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for module in app_modules():
        for node in module.tree.body:
            is_command = "/management/commands/" in module.name  # each is a `Command`, as Django asks
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not is_command:
                places[node.name].add(module.name)
    shared = {name: sorted(files) for name, files in places.items() if len(files) > 1}
    assert {name: files for name, files in shared.items() if name not in SHARED_CLASS_NAMES} == {}


def is_banned(name: str, *, in_app: bool) -> bool:
    plain = name.lower().replace("-", "_").strip("_")
    if plain in ALLOWED_NAMES:
        return False
    return plain in BANNED_NAMES or bool(BANNED_PARTS.search(plain) or (in_app and BANNED_IN_APPS.search(plain)))


def test_no_name_is_a_word_of_the_earlier_language() -> None:
    faults, apps = set(), {module.app for module in app_modules()}
    for module in every_module():
        names = {(node.lineno, node.name) for node in (*module.functions, *module.nodes(ast.ClassDef))}
        names |= {(node.lineno, node.id) for node in module.nodes(ast.Name) if isinstance(node.ctx, ast.Store)}
        names |= {(node.lineno, node.arg) for node in module.nodes(ast.arg)}
        names.add((1, module.path.stem))
        in_app = module.app in apps
        faults |= {f"{module.name}:{line} {name}" for line, name in names if is_banned(name, in_app=in_app)}
    assert sorted(faults) == []


def test_no_template_has_a_name_or_an_id_of_the_earlier_language() -> None:
    faults = set()
    for path in templates():
        ids = re.findall(r'\bid="([\w-]+)"', path.read_text(encoding="utf-8"))
        faults |= {f"{path.relative_to(ROOT)} {name}" for name in (path.stem, *ids) if is_banned(name, in_app=True)}
    assert sorted(faults) == []


@pytest.mark.parametrize("name", ["ACTS", "_Words", "is_known", "seen_in", "way-in", "Overtaken", "REPORT_ACTS"])
def test_words_of_the_earlier_language_are_found_in_any_case(name: str) -> None:
    assert is_banned(name, in_app=True)


@pytest.mark.parametrize("name", ["CHANGE_FOR_FINDING", "day_in_words", "known_elsewhere", "unseen", "contacts"])
def test_other_names_are_let_through(name: str) -> None:
    assert not is_banned(name, in_app=True)
