"""The table of kinds: complete, told apart, and silent about facts."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from notifications.composing import subject_of
from notifications.enums import Mail, Rhythm, Topic
from notifications.kinds import TOPICS, NewsKind, kind_of
from notifications.routes import ROUTES

EVERY_ROUTE = [(kind, route) for kind, routes in ROUTES.items() for route in routes]
KINDS = {(str(kind), route.mail): kind_of(route.mail, kind) for kind, route in EVERY_ROUTE}
#: Whoever wants to hide something in somebody's name would switch these off first.
AT_ONCE = {Topic.EMERGENCIES, Topic.ACCOUNT, Topic.POWER, Topic.VOTES}


def test_every_route_has_a_kind_and_every_topic_some() -> None:
    assert {kind.topic for kind in KINDS.values()} - {None} == set(Topic) == set(TOPICS)


def test_kinds_of_one_mailbox_have_subjects_of_their_own() -> None:
    """Tell events apart by their subjects, but for those that are the same to their readers."""
    by_title: dict[str, set[str]] = {}
    for (event, mail), kind in KINDS.items():
        if mail == Mail.ATTENTION:
            by_title.setdefault(kind.title, set()).add(event)
    alike = {frozenset(events) for events in by_title.values() if len(events) > 1}
    assert alike == {frozenset({"advisory:drafted", "advisory:edited"})}
    assert not [title for title in by_title if "attention" in title.lower() or "something" in title.lower()]


def test_titles_are_sentences_of_one_line_that_fit_a_mailbox() -> None:
    for kind in KINDS.values():
        assert re.fullmatch(r"[A-Z][^{}\n]{5,69}", kind.title), kind.title
        assert not kind.title.endswith(".")


def test_mail_whose_body_is_made_from_the_table_says_what_to_do() -> None:
    shared = {Mail.ATTENTION, Mail.KEY_OFFICE}
    assert [kind.title for (_, mail), kind in KINDS.items() if mail in shared and not kind.to_do] == []


def test_what_could_hide_an_act_comes_at_once_and_cannot_be_switched_off() -> None:
    assert {topic for topic, traits in TOPICS.items() if traits.rhythms == (Rhythm.AT_ONCE,)} == AT_ONCE
    hidden = [kind.title for kind in KINDS.values() if kind.is_mutable and kind.topic in AT_ONCE]
    assert hidden == []


def test_mutable_kinds_ask_for_nothing() -> None:
    assert {event for (event, _), kind in KINDS.items() if kind.is_mutable} == {
        "comment:written", "nomination:withdrawn", "veto:confirmed", "no_veto:recorded", "nomination:confirmed",
    }  # fmt: skip


def test_only_routes_without_private_facts_can_come_in_a_digest() -> None:
    """Let a digest show subjects: they may have the number of a vote, or what is public."""
    daily = {
        route.facts.__name__
        for kind, route in EVERY_ROUTE
        if (topic := kind_of(route.mail, kind).topic) and len(TOPICS[topic].rhythms) > 1
    }
    assert daily <= {"no_facts", "reference_facts", "advisory_facts"}


@given(st.sampled_from(Topic), st.sampled_from([None, *Rhythm]), st.booleans())
def test_a_rhythm_is_always_one_that_may_be_chosen(topic: Topic, chosen: Rhythm | None, is_admin: bool) -> None:
    traits = TOPICS[topic]
    rhythm = traits.rhythm(chosen, is_admin=is_admin)
    assert rhythm in traits.rhythms_for(is_admin=is_admin)
    if chosen in traits.rhythms_for(is_admin=is_admin):
        assert rhythm == chosen
    assert not (is_admin and topic is Topic.NEW_REPORTS and rhythm is Rhythm.OFF)


UNTIL = datetime(2026, 12, 5, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mail", "facts", "subject"),
    [
        (Mail.VOTE_OPEN, {"until": UNTIL}, "A vote is open until 5 December"),
        (Mail.VOTE_OPEN, {"until": UNTIL, "reference": "N-482"}, "N-482: a vote is open until 5 December"),
        (Mail.VOTE_CLOSED, {"reference": "N-482"}, "N-482: a vote has closed"),
        (Mail.VOTE_CLOSED, {"reference": ""}, "A vote has closed"),
        (Mail.VOTE_CLOSED, {"until": UNTIL}, "A vote has closed"),
        (Mail.INVITATION, {"until": UNTIL}, "Invitation to the PSRT portal: set up your access by 5 December"),
        (Mail.ADVISORY_PUBLISHED, {"psf_id": "PSF-2026-1", "title": "<b>"}, "PSF-2026-1 is published"),
    ],
)
def test_a_subject_has_the_number_and_the_day_where_there_is_one(
    mail: Mail, facts: dict[str, object], subject: str
) -> None:
    kind = kind_of(mail, "")
    assert subject_of(kind, mail, facts) == subject


def test_a_subject_with_a_template_is_one_line() -> None:
    kind = NewsKind("An advisory", None, has_own_subject=True)
    assert subject_of(kind, Mail.ANNOUNCEMENT, {"subject": "One\r\nBcc: evil@example.org"}) == (
        "One Bcc: evil@example.org"
    )


def test_subjects_of_their_own_and_templates_agree() -> None:
    written = {path.parent.name for path in (settings.BASE_DIR / "templates/emails").glob("*/subject.txt")}
    assert written == {str(mail) for (_, mail), kind in KINDS.items() if kind.has_own_subject}
