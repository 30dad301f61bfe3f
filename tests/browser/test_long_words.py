"""No page on nominations, invitations and documents is wider than a phone, however long a word in it is."""

from __future__ import annotations

import pytest
from django.db.models import Value
from django.db.models.functions import Concat, Left
from playwright.sync_api import ViewportSize

from members.accounts.models import Invitation
from members.documents.models import DocumentVersion
from members.people.models import Person
from nominations.models import Comment, CouncilDecision, Endorsement, Interest, Nomination, Resolution, RollEntry, Stop
from tests.architecture.matrix import path_of, read
from tests.architecture.world import World, build_world
from tests.browser.people import NewContext, give_session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = ViewportSize(width=320, height=640)
#: In names a German word with 63 letters; elsewhere what somebody pastes.
NAME, WORD = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz", "w" * 180
TEXT = f"{WORD} `{WORD}` https://example.org/{WORD}\n\n> {WORD}\n\n| a | b |\n|---|---|\n| {WORD} | {WORD} |"
APPS = ("nominations:", "documents:", "accounts:invit")
FILES = {"nominations:board", "nominations:calendar_feed"}
READERS = ("author", "admin", "council", "anonymous")


def lengthen() -> None:
    """Put a long word into everything that people write and these pages show."""
    for person in Person.objects.all():
        Person.objects.filter(pk=person.pk).update(name=f"{person.name[:40]} {NAME}")
    RollEntry.objects.update(name=Concat(Left("name", 40), Value(f" {NAME}")))
    Nomination.objects.update(statement=TEXT)
    nomination = Nomination.objects.filter(ended_at=None).exclude(vote=None).first()
    assert nomination is not None
    Comment.objects.bulk_create(
        Comment(nomination=one, author=one.nominator, text=TEXT, written_at=one.proposed_at)
        for one in Nomination.objects.all()
    )
    Comment.objects.filter(nomination__vote__closed_at=None).update(text=TEXT)
    for model in (Endorsement, Interest):
        assert model.objects.update(text=WORD) >= 0
    Stop.objects.update(reason=TEXT)
    CouncilDecision.objects.update(reason=TEXT)
    Resolution.objects.update(reason=TEXT)
    Invitation.objects.update(email=f"{'e' * 60}@{'d' * 60}.example.org")
    DocumentVersion.objects.update(text=TEXT, change=WORD)


def paths(world: World) -> dict[str, list[str]]:
    """Return the pages by the first reader who gets each of them."""
    found: dict[str, list[str]] = {reader: [] for reader in READERS}
    for line in read():
        if line.method == "GET" and line.route.startswith(APPS) and line.route not in FILES:
            reader = next((reader for reader in READERS if line.answers[reader] == "200"), None)
            if reader is not None:
                found[reader].append(path_of(line, world))
    return {reader: list(dict.fromkeys(pages)) for reader, pages in found.items()}


def test_no_page_scrolls_sideways_for_a_long_word(live: str, browser_context: NewContext) -> None:
    world = build_world()
    lengthen()
    wide, visited = {}, 0
    for reader, pages in paths(world).items():
        context = browser_context(viewport=PHONE)
        person = world.person(reader)
        if person is not None:
            give_session(context, live, person)
        page = context.new_page()
        for path in pages:
            page.goto(live + path)
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            visited += 1
            if over > 0:
                wide[reader, path] = over
        context.close()
    assert wide == {}
    assert visited > 60
