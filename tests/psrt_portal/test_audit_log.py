"""The page of the audit log: what is on it, for whom, and what never is."""

from __future__ import annotations

import re
import string
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from advisories.publication.events import AdvisoryEvent
from advisories.reports.events import ReportEvent
from advisories.reports.models import Report
from audit import clock
from audit.events import LOG, AuditEvent
from audit.log import record
from audit.models import Event, label
from members.accounts import workflow as accounts
from members.accounts.events import AccountEvent
from members.people.events import PeopleEvent
from members.people.models import Membership, MembershipBegan, Person, Role, RoleKind
from nominations.events import NominationEvent
from nominations.models import Nomination, Phase, Resolution, Vote
from psrt_portal.audit_log.page import days_of
from psrt_portal.audit_log.reading import Wanted, events_for
from psrt_portal.audit_log.sentences import SHOWN, WITHHELD, Group
from tests.advisories import factories as reports
from tests.architecture.world import build_world
from tests.cast import Browse, Cast, act_as
from tests.factories import LONG_AGO
from tests.nominations import factories as votes
from tests.notifications.test_routes import every_event
from web.pagination import PAGE_SIZE, PAGES_MOST

ADDRESS = "/manage/audit/"


def lines(answer: object) -> list[str]:
    """Return the sentences of a page, from its markup."""
    found = re.findall(r"<li>\s*<time.*?<p>(.*?)</p>", answer.content.decode(), re.DOTALL)  # type: ignore[attr-defined]
    return [unescape(re.sub(r"<[^>]+>", "", line)) for line in found]


def sentences_for(person: Person, wanted: Wanted | None = None) -> list[str]:
    """Return every sentence that somebody may see, newest first."""
    actor = act_as(person)
    days = days_of(events_for(actor, wanted or Wanted()), actor, clock.now())
    return ["".join(part.text for part in line.parts) for day in days for line in day.lines]


def happen(number: int) -> None:
    """Record this many checks of the channels, one after the other."""
    with transaction.atomic():
        for _ in range(number):
            record(AuditEvent.CHECKPOINT_FAILED, target=LOG, by=None)


# -- which kinds -----------------------------------------------------------------------------------------


def test_every_kind_of_event_is_shown_or_withheld_with_a_reason_and_never_both() -> None:
    """A new kind of event fails here until somebody has decided who may read of it."""
    assert sorted([*SHOWN, *WITHHELD]) == sorted(every_event())
    assert [kind for kind, reason in WITHHELD.items() if not reason] == []


def test_every_kind_about_a_report_or_a_nomination_is_bound_to_what_its_reader_may_see() -> None:
    confidential = [*ReportEvent, *AdvisoryEvent, *NominationEvent]
    unbound = {kind for kind in confidential if kind in SHOWN and not {Report, Nomination, Vote} & things_of(kind)}
    # Members read every recorded decision of the council and what became of it, and what is imported is public.
    assert unbound == {
        NominationEvent.RESOLUTION_RECORDED,
        NominationEvent.RESOLUTION_EFFECTIVE,
        NominationEvent.RESOLUTION_OBJECTED,
        NominationEvent.RESOLUTION_BLOCKED,
        AdvisoryEvent.IMPORTED,
    }
    assert all(things_of(kind) == {Resolution} for kind in unbound - {AdvisoryEvent.IMPORTED})


def things_of(kind: str) -> set[Any]:
    return {model for model, _key in SHOWN[kind].things.values()}


def test_what_would_tell_who_has_voted_is_withheld() -> None:
    assert {NominationEvent.BALLOT_RECORDED, AccountEvent.SIGNED_IN} <= set(WITHHELD)


@pytest.mark.parametrize("kind", SHOWN)
def test_each_sentence_begins_with_its_subject_and_has_a_value_for_every_place(kind: str) -> None:
    sentence = SHOWN[kind]
    texts = [sentence.text, *(text for wording in sentence.wording.values() for text in wording.values())]
    places = {place for text in texts for _before, place, *_rest in string.Formatter().parse(text) if place}
    assert places == {"by", *sentence.things, *sentence.wording} & places
    assert {*sentence.things, *sentence.wording} <= places | {"it"}
    assert sentence.text.startswith(("{by} ", "{it} "))
    assert all(None in wording for wording in sentence.wording.values())
    assert not sentence.text.endswith(".")


def test_every_group_has_kinds() -> None:
    assert {sentence.group for sentence in SHOWN.values()} == set(Group)


@pytest.mark.django_db
def test_everything_that_happens_in_the_portal_can_be_read() -> None:
    world = build_world()
    said = sentences_for(world.cast.abel)
    assert len(said) == Event.objects.exclude(kind__in=WITHHELD).count() > 100
    assert [line for line in said if "not on record" in line or "{" in line] == []
    assert "Ada Admin opened the vote on Open Nominee" in said
    assert "Declined Nominee declined the nomination" in said
    assert "The portal closed the vote on Failed Nominee and counted it" in said
    assert f"The reporter handed in {world.reports['received'].reference}" in said
    assert f"Mia Member approved the advisory of {world.reports['published'].reference}" in said


def test_a_sentence_uses_the_words_for_what_the_data_says(cast: Cast) -> None:
    with transaction.atomic():
        record(AccountEvent.LOGIN_CHANGED, target=cast.mel.user, by=cast.mel, change="webauthn_added")
        record(AccountEvent.LOGIN_CHANGED, target=cast.mel.user, by=cast.mel, change="never_heard_of")
        role = Role.objects.create(person=cast.mia, kind=RoleKind.TRIAGER, since=LONG_AGO)
        record(PeopleEvent.ROLE_BEGAN, target=role, by=cast.ada, person=cast.mia.pk, role=RoleKind.TRIAGER)
    assert sentences_for(cast.ada)[:3] == [
        "Ada Admin recorded that Mia Member has the role Triager",
        "Mel Member changed their login",
        "Mel Member added a passkey",
    ]


def test_no_row_of_the_log_however_it_came_there_keeps_the_page_from_its_reader(cast: Cast) -> None:
    gone = "somebody or something that is not on record any more"
    with transaction.atomic():
        record(PeopleEvent.PERSON_ADDED, target=f"people.person:{Event().pk}", by="people.person:never an id")
        record(PeopleEvent.PERSON_CORRECTED, target="nothing", by="nobody")
        record(AccountEvent.LOGIN_CHANGED, target=cast.mel.user, by=cast.mel, change=["unhashable"])
        forged = Event(
            at=clock.now(), kind=AccountEvent.LOGIN_CHANGED, actor="", target="accounts.user:" + "9" * 30, data=[]
        )
        forged.leaf = forged.digest()
        forged.save()
        record("never:heard_of", target=cast.mel, by=cast.mel)  # type: ignore[arg-type]
    assert sentences_for(cast.ada)[:4] == [
        f"{gone} changed their login",
        "Mel Member changed their login",
        f"{gone} corrected the record of {gone}",
        f"{gone} added {gone} to the people on record",
    ]


# -- what nobody or this reader may see ------------------------------------------------------------------


def test_neither_ballots_nor_sign_ins_are_on_it_before_and_after_the_close(cast: Cast, browse: Browse) -> None:
    votes.opened(cast)
    votes.counted(cast, votes.passing(cast), opened=9 * votes.DAY, nominee=cast.emil)
    with transaction.atomic():
        record(AccountEvent.SIGNED_IN, target=cast.mia.user, by=cast.mia)
    assert Event.objects.filter(kind=NominationEvent.BALLOT_RECORDED, actor=label(cast.mia)).count() == 2
    assert sentences_for(cast.ada, Wanted(person=cast.mia)) == []
    client = browse(cast.ada)
    for asked in ("", "?kind=votes", "?person=mia-member", "?kind=access"):
        assert not [line for line in lines(client.get(ADDRESS + asked)) if "Mia" in line or "ballot" in line]


def test_whoever_was_nominated_sees_nothing_of_that_nomination(cast: Cast, browse: Browse) -> None:
    """Somebody who came in by a vote and is an admin now, and the same for a nomination of somebody else."""
    votes.make(Phase.VETO_WINDOW, cast, cast.emil)
    votes.make(Phase.ANNULLED, cast)
    Membership.objects.create(person=cast.emil, since=LONG_AGO, began=MembershipBegan.VOTE)
    Role.objects.create(person=cast.emil, kind=RoleKind.ADMIN, since=LONG_AGO)
    about_emil = [line for line in sentences_for(cast.ada) if "Emil" in line]
    assert len(about_emil) == 5
    seen_by_emil = sentences_for(cast.emil)
    assert [line for line in seen_by_emil if "Emil" in line] == []
    assert seen_by_emil == [line for line in sentences_for(cast.ada) if "Emil" not in line]
    client = browse(cast.emil)
    assert lines(client.get(f"{ADDRESS}?person=emil-emeritus")) == ["Emil Emeritus read this log"]
    assert [line for line in lines(client.get(f"{ADDRESS}?kind=votes")) if "Emil" in line] == []


def test_a_report_is_there_by_number_only(cast: Cast, browse: Browse) -> None:
    report = reports.approved(cast.mel, cast.mia, summary="canarysummary", reporter_name="canaryname")
    page = browse(cast.ada).get(ADDRESS).content.decode()
    assert report.reference in page
    for secret in ("canarysummary", "canaryname", reports.DRAFT.title, str(report.pk)):
        assert secret not in page


def test_a_report_that_is_closed_to_the_reader_is_closed_here(cast: Cast) -> None:
    closed, other = reports.approved(cast.mel, cast.mia), reports.coordinated(cast.mel)
    visible_to = type(Report.objects)._queryset_class._of  # type: ignore[attr-defined]

    def without(rows: object, viewer: object) -> object:
        return visible_to(rows, viewer).exclude(pk=closed.pk)

    with patch.object(type(Report.objects)._queryset_class, "_of", without):  # type: ignore[attr-defined]
        said = sentences_for(cast.ada)
    assert [line for line in said if closed.reference in line or "not on record" in line] == []
    assert [line for line in said if "advisory" in line] == []
    assert f"Mel Member became the coordinator of {other.reference}" in said


# -- who reads it ------------------------------------------------------------------------------------------


def test_reading_it_is_recorded_once_a_day(cast: Cast, browse: Browse) -> None:
    client = browse(cast.ada)
    assert lines(client.get(ADDRESS))[0] == "Ada Admin read this log"
    client.get(f"{ADDRESS}?page=2")
    browse(cast.abel).get(ADDRESS)
    read = Event.objects.filter(kind=AuditEvent.LOG_READ, target=LOG)
    assert sorted(read.values_list("actor", flat=True)) == sorted([label(cast.ada), label(cast.abel)])
    with clock.pretend(clock.now() + timedelta(days=1)):
        client.get(ADDRESS)
    assert read.filter(actor=label(cast.ada)).count() == 2


def test_who_may_not_read_it_leaves_no_trace_in_it(cast: Cast, browse: Browse) -> None:
    for person in (cast.mel, cast.sam, cast.emil, cast.olga):
        assert browse(person).get(ADDRESS).status_code == 403
    assert not Event.objects.filter(kind=AuditEvent.LOG_READ).exists()


def test_an_admin_reaches_it_from_the_page_of_everything_they_manage(cast: Cast, browse: Browse) -> None:
    assert f'href="{ADDRESS}"' in browse(cast.ada).get("/manage/").content.decode()


# -- filters -----------------------------------------------------------------------------------------------


def test_a_filter_by_person_keeps_what_they_did_and_what_was_done_about_them(cast: Cast, browse: Browse) -> None:
    accounts.suspend(cast.mia, "A lost laptop.", by=act_as(cast.ada))
    with transaction.atomic():
        record(AccountEvent.OWN_DATA_EXPORTED, target=cast.mia, by=cast.mia)
        record(PeopleEvent.PERSON_CORRECTED, target=cast.mia, by=cast.abel, fields=[])
        record(PeopleEvent.PERSON_CORRECTED, target=cast.rita, by=cast.abel, fields=[])
    assert lines(browse(cast.ada).get(f"{ADDRESS}?person=mia-member")) == [
        "Abel Admin corrected the record of Mia Member",
        "Mia Member downloaded what the portal knows of them",
        "Ada Admin suspended Mia Member",
    ]


def test_who_was_nominated_or_was_handed_a_report_is_concerned(cast: Cast) -> None:
    votes.asked(cast)
    report = reports.coordinated(cast.mel)
    reports.handed_over(report, cast.mia, cast.mel)
    assert sentences_for(cast.ada, Wanted(person=cast.nora)) == ["Mel Member nominated Nora Nominee"]
    assert sentences_for(cast.ada, Wanted(person=cast.mia)) == [
        f"Mia Member took {report.reference} over from Mel Member",
        f"Mel Member offered {report.reference} to Mia Member",
    ]


def test_a_filter_by_kind_keeps_that_kind(cast: Cast, browse: Browse) -> None:
    accounts.suspend(cast.mia, "A lost laptop.", by=act_as(cast.ada))
    client = browse(cast.ada)
    assert lines(client.get(f"{ADDRESS}?kind=access")) == ["Ada Admin suspended Mia Member"]
    assert lines(client.get(f"{ADDRESS}?kind=log")) == ["Ada Admin read this log"]


def test_a_filter_by_days_keeps_both_days_whole_in_utc(cast: Cast, browse: Browse) -> None:
    moments = [
        datetime(2026, 3, 1, 23, 59, 59, 999999, UTC),
        datetime(2026, 3, 2, tzinfo=UTC),
        datetime(2026, 3, 3, 23, 59, 59, 999999, UTC),
        datetime(2026, 3, 4, tzinfo=UTC),
    ]
    with transaction.atomic():
        for number, at in enumerate(moments):
            person = [cast.mel, cast.mia, cast.rita, cast.sara][number]
            record(AccountEvent.OWN_DATA_EXPORTED, target=person, by=person, at=at)
    answer = browse(cast.ada).get(f"{ADDRESS}?since=2026-03-02&until=2026-03-03&kind=access")
    assert [line.split()[0] for line in lines(answer)] == ["Rita", "Mia"]
    page = answer.content.decode()
    assert re.findall(r'<h2 id="day-([-0-9]+)">', page) == ["2026-03-03", "2026-03-02"]
    assert 'value="2026-03-02"' in page


def test_today_and_yesterday_are_called_so(cast: Cast) -> None:
    now = datetime(2026, 3, 3, 12, tzinfo=UTC)
    with transaction.atomic():
        for ago in range(3):
            record(AccountEvent.OWN_DATA_EXPORTED, target=cast.mel, by=cast.mel, at=now - timedelta(days=ago))
    actor = act_as(cast.ada)
    days = days_of(events_for(actor, Wanted(until=date(2026, 3, 3))), actor, now)
    assert [(day.day.day, day.name) for day in days] == [(3, "Today"), (2, "Yesterday"), (1, "")]


@pytest.mark.parametrize(
    ("asked", "field", "complaint"),
    [
        ("person=nobody", "person", "The portal knows nobody by that name."),
        ("kind=ballots", "kind", "There is no such kind."),
        ("since=yesterday", "since", "Write the day as year-month-day"),
        ("until=2026-02-30", "until", "Write the day as year-month-day"),
        ("since=2026-03-02&until=2026-03-01", "until", "This day is before the first one."),
    ],
)
def test_a_faulty_filter_is_a_sentence_at_its_field_and_shows_nothing(
    cast: Cast, browse: Browse, asked: str, field: str, complaint: str
) -> None:
    answer = browse(cast.ada).get(f"{ADDRESS}?{asked}")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert lines(answer) == []
    assert re.search(rf'<p class="form-error" id="id_{field}_error">{complaint}', page)
    assert page.count("form-error") == 1
    if field in {"since", "until"}:
        assert f'value="{asked.rpartition("=")[2]}"' in page


@pytest.mark.parametrize("asked", ["since=9999-12-31", "until=0001-01-01", "since=0001-01-01&until=9999-12-31"])
def test_the_ends_of_the_calendar_are_days_too(cast: Cast, browse: Browse, asked: str) -> None:
    assert browse(cast.ada).get(f"{ADDRESS}?{asked}").status_code == 200


def test_a_filter_that_fits_nothing_says_so(cast: Cast, browse: Browse) -> None:
    page = browse(cast.ada).get(f"{ADDRESS}?until=2000-01-01").content.decode()
    assert "No entries match" in page
    assert f'href="{ADDRESS}"' in page


# -- pages -------------------------------------------------------------------------------------------------


def test_a_page_has_thirty_events_and_a_way_to_older_ones_that_keeps_the_filter(cast: Cast, browse: Browse) -> None:
    happen(2 * PAGE_SIZE + 1)
    client = browse(cast.ada)
    sizes = [len(lines(client.get(f"{ADDRESS}?kind=log&page={page}"))) for page in (1, 2, 3)]
    # One more is the reading itself.
    assert sizes == [PAGE_SIZE, PAGE_SIZE, 2]
    first, last = (client.get(f"{ADDRESS}?kind=log&page={page}").content.decode() for page in (1, 3))
    assert re.search(r'rel="next"\s+href="\?kind=log&amp;page=2"', first)
    assert 'rel="prev"' not in first
    assert re.search(r'rel="prev"\s+href="\?kind=log&amp;page=2"', last)
    assert 'rel="next"' not in last


def test_the_log_is_not_counted_and_costs_the_same_for_one_event_and_for_thirty(cast: Cast, browse: Browse) -> None:
    def asked() -> list[str]:
        client = browse(cast.ada)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{ADDRESS}?kind=access")
        return [query["sql"] for query in queries]

    browse(cast.ada).get(ADDRESS)
    accounts.suspend(cast.mia, "A lost laptop.", by=act_as(cast.ada))
    one = asked()
    for person in (cast.mel, cast.rita, cast.sara):
        accounts.suspend(person, "A lost laptop.", by=act_as(cast.ada))
    assert len(asked()) == len(one) <= 12
    assert [sql for sql in one if "COUNT(" in sql.upper()] == []


def test_the_last_page_that_can_be_reached_says_how_to_go_on(cast: Cast, browse: Browse) -> None:
    with patch("web.pagination.PAGES_MOST", 2):
        happen(2 * PAGE_SIZE + 1)
        page = browse(cast.ada).get(f"{ADDRESS}?page=7").content.decode()
    assert "Page 2" in page
    assert "There are older events. Choose days above to see them." in page
    assert PAGES_MOST == 1000
