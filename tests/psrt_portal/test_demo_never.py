"""A production portal has no demo: no command writes or serves one, no address shows one, no login of one opens it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from members.accounts.models import User
from members.people.models import Person
from psrt_portal.checks import demo_logins
from tests.architecture.source import ROOT
from tests.architecture.test_settings import PRODUCTION
from tests.architecture.test_settings import run as in_production
from tests.factories import give_login, make_person

pytestmark = pytest.mark.attack


def commands_with_a_demo() -> set[str]:
    """Return the names of the commands that import the demo."""
    folder = ROOT / "psrt_portal/management/commands"
    return {path.stem for path in folder.glob("*.py") if "psrt_portal.demo" in path.read_text(encoding="utf-8")}


def test_these_commands_know_the_demo() -> None:
    assert commands_with_a_demo() == {"demo_services", "run", "seed_demo"}


@pytest.mark.parametrize("arguments", [["seed_demo"], ["seed_demo", "--if-empty"], ["demo_services", "1"]])
def test_production_refuses_the_demo_before_it_looks_at_anything(arguments: list[str], tmp_path: Path) -> None:
    done = in_production("manage.py", *arguments, VAR_DIR=str(tmp_path), **PRODUCTION)
    assert (done.returncode, done.stdout) == (1, "")
    assert "set DEPLOYMENT to development" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_production_database_stays_empty(db: None, settings: Settings) -> None:
    settings.DEVELOPMENT = False
    for arguments in ([], ["--if-empty"]):
        with pytest.raises(CommandError, match="nothing was written"):
            call_command("seed_demo", *arguments)
    assert not Person.objects.exists()


def test_production_has_no_address_of_the_demo(tmp_path: Path) -> None:
    code = (
        "import sys, django; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns; "
        "print(sorted(p.name or '' for p in get_resolver().url_patterns if hasattr(p, 'name')), "
        "[name for name in sys.modules if name.startswith(('psrt_portal.demo', 'psrt_portal.development'))])"
    )
    shown = {}
    for deployment in ("production", "development"):
        environment = {**PRODUCTION, "DEPLOYMENT": deployment, "DJANGO_SETTINGS_MODULE": "psrt_portal.settings"}
        done = in_production("-c", code, VAR_DIR=str(tmp_path), **environment)
        assert done.returncode == 0, done.stderr
        shown[deployment] = done.stdout
    assert ("'demo'" in shown["development"], "'mail'" in shown["development"]) == (True, True)
    assert ("'demo'" in shown["production"], "'mail'" in shown["production"]) == (False, False)
    assert shown["production"].endswith(" []\n")


@pytest.mark.parametrize("address", ["ada@example.org", "ada@mail.example", "root@host.invalid"])
def test_a_login_of_the_demo_fails_the_check_of_a_production_portal(db: None, settings: Settings, address: str) -> None:
    give_login(make_person("Ada Lorem"))
    User.objects.update(email=address)
    assert demo_logins(None, databases=["default"]) == []
    settings.DEVELOPMENT = False
    [found] = demo_logins(None, databases=["default"])
    assert (found.id, found.is_serious()) == ("psrt_portal.E001", True)
    with pytest.raises(SystemCheckError, match="1 logins have addresses"):
        call_command("check", "--database", "default")
    assert demo_logins(None) == []


@pytest.mark.parametrize(("address", "is_active"), [("ada@python.org", True), ("ada@example.org", False)])
def test_real_logins_and_closed_ones_pass_the_check(
    db: None, settings: Settings, address: str, is_active: bool
) -> None:
    give_login(make_person("Ada Real"))
    User.objects.update(email=address, is_active=is_active)
    settings.DEVELOPMENT = False
    assert demo_logins(None, databases=["default"]) == []


def test_a_database_before_its_first_migration_passes_the_check(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEVELOPMENT = False
    monkeypatch.setattr(User._meta, "db_table", "not_there_yet")
    assert demo_logins(None, databases=["default"]) == []
