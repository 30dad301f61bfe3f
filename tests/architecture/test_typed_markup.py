"""Markup that somebody typed is text on every page and in every form, and no template lets anything through."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.forms import BaseForm
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tests.architecture.matrix import Line, path_of, read
from tests.architecture.project_forms import form_classes
from tests.architecture.routes import OUR_PACKAGES
from tests.architecture.source import ROOT, app_modules, templates
from tests.architecture.world import World, build_world, undone
from tests.cast import cookie_of, sign_in

pytestmark = pytest.mark.attack

MARKUP = "<x autofocus>"
#: What people do not type, or what another rule than the page's reads again.
NO_TEXT = re.compile(
    r"slug|nonce|hash|receipt|password|email|github|fingerprint|reference|(psf|cve)_id|time_zone|schema_version|mail"
    r"|recipient|message_id|server|_name$"
)
#: Who asks, the first that gets a page.
ASKERS = ("admin2", "author", "member", "council_member", "council", "admin", "outsider", "anonymous")
#: Shown by no page that a test of addresses can ask for, each with the reason.
UNSEEN = {
    "ExampleForm": "the style guide exists in development only",
    "CrispyForm": "the style guide exists in development only",
    "CodeForm": "takes a code only, at an address without a line",
    "MailAnswerForm": "which mail it answers stands in the query of its address",
    "PasskeyAgainForm": "has no text",
    "PasskeyFactorForm": "has no text",
    "PasskeyLoginForm": "has no text",
    "PasskeyNameForm": "its page is that of a passkey which the world has not",
    "RevisionForm": "has no text, and no page shows it",
    "SearchForm": "its text is shown by the page, not by the form",
    "CouncilForm": "the base of others",
    "DayForm": "the base of TeamForm; by itself it is asked for files only",
    "LookForm": "has no text, and stands on the page that follows a choice",
}


@pytest.mark.lint
def test_no_template_passes_anything_unescaped() -> None:
    """Mails are plain text; a page is not."""
    passes = re.compile(r"\|\s*(safe|safeseq)\b|autoescape\s+off")
    found = [path for path in templates() if path.suffix != ".txt" and passes.search(path.read_text(encoding="utf-8"))]
    filters = [path for path in templates() if re.search(r"\|\s*safe(seq)?\b", path.read_text(encoding="utf-8"))]
    assert [path.relative_to(ROOT).as_posix() for path in found + filters] == []


@pytest.mark.lint
def test_only_cleaned_and_constant_html_is_called_safe() -> None:
    pattern = re.compile(r"mark_safe|SafeString\((?!\))|SafeText")
    calls = {(module.name, line.strip()) for module in app_modules() for line in module.text.splitlines()}
    assert {call for call in calls if pattern.search(call[1]) and not call[1].startswith(("def ", "from "))} == {
        ("web/markdown.py", "return SafeString(cleaned.strip())"),
        ("web/markdown.py", "return SafeString(linebreaks(text, autoescape=True))"),
        ("web/templatetags/portal.py", 'return SafeString("")'),
        (
            "web/templatetags/portal.py",
            """current = SafeString(' aria-current="page"') if path.startswith(url) else \"\"""",
        ),
    }


@pytest.fixture(scope="module")
def marked(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world with markup in front of everything that anybody has typed."""
    with django_db_blocker.unblock(), undone():
        world = build_world()
        changed = sum(_mark(field) for model in apps.get_models() for field in _typed_fields(model))
        assert changed > 25
        yield world


def _typed_fields(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    if model.__module__.partition(".")[0] in OUR_PACKAGES and model._meta.app_label != "audit":
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
            if is_text and not NO_TEXT.search(field.name):
                yield field


def _mark(field: models.Field[Any, Any]) -> int:
    """Write the markup into every row; what a constraint refuses stays."""
    table, column = (connection.ops.quote_name(str(name)) for name in (field.model._meta.db_table, field.column))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            statement = f"UPDATE {table} SET {column} = left(%s || {column}, %s) WHERE {column} <> ''"  # noqa: S608
            cursor.execute(statement, [MARKUP, field.max_length or 10_000])
            return int(cursor.rowcount > 0)
    except Exception:  # noqa: BLE001  a constraint or a trigger: nobody can have written it either
        return 0


def _lines() -> list[tuple[Line, str]]:
    """Return each address that shows a page or refuses a form, with who gets that."""
    asked = []
    for line in read():
        wanted = "200" if line.method == "GET" else "422"
        asker = next((name for name in ASKERS if line.answers[name] == wanted), None)
        if asker is not None and line.method in {"GET", "POST"}:
            asked.append((line, asker))
    return asked


def _forms_in(value: object, depth: int = 3) -> Iterator[BaseForm]:
    if isinstance(value, BaseForm):
        yield value
    elif depth and isinstance(value, Mapping):
        for inner in value.values():
            yield from _forms_in(inner, depth - 1)
    elif depth and isinstance(value, list | tuple):
        for inner in value:
            yield from _forms_in(inner, depth - 1)


def _free_text() -> str:
    """Return markup for every field of every form, by its name, as a browser sends it; a form takes what it knows."""
    names = {name for form in form_classes() for name in form.base_fields}  # type: ignore[attr-defined]
    prefixed = {f"{prefix}-{name}" for prefix in ("note", "message") for name in names}
    return urlencode(dict.fromkeys(sorted(names | prefixed), f"{MARKUP}\\n"))


def test_every_form_and_every_page_shows_markup_as_text(marked: World) -> None:
    cookies: dict[str, str] = {}
    handler, typed = Client().handler, _free_text()
    found_forms: set[type[BaseForm]] = set()
    raw: list[str] = []
    shown = 0
    for line, asker in _lines():
        person = marked.person(asker)
        if person is not None and asker not in cookies:
            cookies[asker] = cookie_of(sign_in(Client(), person))
        client = Client()
        client.handler = handler
        if person is not None:
            client.cookies[settings.SESSION_COOKIE_NAME] = cookies[asker]
        with undone():
            path = path_of(line, marked)
            # Nora has an invitation, so what a form knows of her is filled in.
            asked = {"person": str(marked.cast.nora.pk), "q": MARKUP, "on": MARKUP, "kind": MARKUP}
            if line.method == "POST":
                answer = client.post(path, typed, content_type="application/x-www-form-urlencoded")
            else:
                answer = client.get(path, asked)
        if not answer["Content-Type"].startswith("text/html"):
            continue
        shown += b"&lt;x autofocus" in answer.content
        raw += [line.label] if b"<x autofocus" in answer.content else []
        contexts: Any = answer.context or ()
        for context in contexts:
            found_forms |= {type(form) for form in _forms_in(context.flatten())}
    assert raw == []
    assert shown > 40
    unseen = {form.__name__ for form in form_classes() - found_forms}
    assert unseen == set(UNSEEN)
