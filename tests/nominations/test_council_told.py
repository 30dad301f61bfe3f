"""The veto window begins when mail to the Steering Council was handed over, and no vote opens while none would be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from pytest_django import Settings

from audit import clock
from members.accounts import workflow as accounts
from members.accounts.models import User
from members.boarding import workflow as boarding
from members.people.models import Membership, Person, RoleKind
from members.people.workflow import end_role
from nominations import queries, tasks, workflow
from nominations.events import NominationEvent
from nominations.models import CouncilTold, DecisionKind, InterestKind, Nomination, Phase, Vote
from nominations.pages.waiting import waiting_for
from nominations.policy import Action, allowed
from nominations.registry import council_told
from notifications import workflow as mail_workflow
from notifications.audiences import nominations as audiences
from notifications.enums import Mail
from notifications.models import Delivery, Notice
from tests.cast import Browse, Cast, act_as
from tests.events import recorded
from tests.factories import give_login, give_roles, make_person
from tests.nominations import factories
from tests.nominations.factories import DAY, fresh, phase_of
from tests.nominations.test_views import text
from tests.notifications.mailroom import deliver, deliver_only, told
from web.conflicts import Conflict

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def counted_now(cast: Cast) -> Vote:
    """A vote that has passed a moment ago; nothing is mailed yet."""
    vote = factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada, at=clock.now() - 8 * DAY)
    factories.cast_ballots(vote, factories.passing(cast))
    vote = workflow.close_vote(vote)
    Notice.objects.exclude(event__kind=NominationEvent.CLOSED).delete()
    return vote


def unreachable(*people: Person) -> None:
    """Close the logins of these people."""
    User.objects.filter(person__in=people).update(is_active=False)


# -- before a vote opens --------------------------------------------------------------------------------


@pytest.mark.rule("PEP811-19", "PSRT-16")
def test_no_vote_opens_while_no_seat_can_be_told(cast: Cast, browse: Browse) -> None:
    nomination = factories.propose(cast.nora, cast.mel)
    unreachable(cast.sam, cast.sara)
    with pytest.raises(Conflict, match="Nobody on the Steering Council could be told"):
        workflow.open_vote(nomination, by=act_as(cast.ada))
    page = text(browse(cast.ada).get(reverse("nominations:open", args=[nomination.pk])))
    assert "This vote cannot be opened yet" in page
    assert not Vote.objects.exists()
    User.objects.filter(person=cast.sam).update(is_active=True)
    assert factories.open_vote(nomination, cast.ada).entitled == 7


def test_no_vote_opens_without_a_council(cast: Cast) -> None:
    nomination = factories.propose(cast.nora, cast.mel)
    for person in (cast.sam, cast.sara):
        end_role(person, RoleKind.STEERING_COUNCIL, authority="PEP 8107", by=None, at=clock.now())
    with pytest.raises(Conflict, match="Invite a council member first"):
        workflow.open_vote(nomination, by=act_as(cast.ada))


@pytest.mark.parametrize(
    ("why", "told"),
    [("nothing", {"sam", "sara"}), ("nominator", {"sam"}), ("interest", {"sam"}), ("suspended", {"sam"})],
)
def test_only_seats_that_can_decide_count(cast: Cast, why: str, told: set[str]) -> None:
    nomination = factories.propose(cast.nora, cast.sara if why == "nominator" else cast.mel)
    if why == "interest":
        workflow.declare_interest(nomination, InterestKind.EMPLOYER, "", by=act_as(cast.sara))
    if why == "suspended":
        accounts.suspend(cast.sara, "A lost laptop.", by=act_as(cast.abel))
    assert {seat.name.split()[0].lower() for seat in queries.seats_to_tell(nomination, clock.now())} == told


def test_a_seat_without_a_login_is_reached_at_the_address_of_an_open_invitation(cast: Cast) -> None:
    """Gus sits on the council, was invited by the operator, and has not accepted."""
    unreachable(cast.sam, cast.sara)
    gus = make_person("Gus Guest", github="")
    give_roles(gus, RoleKind.STEERING_COUNCIL)
    nomination = factories.propose(cast.nora, cast.mel)
    assert not queries.seats_to_tell(nomination, clock.now()).exists()
    accounts.invite(gus, email="gus@example.org", by=None)
    assert list(queries.seats_to_tell(nomination, clock.now())) == [gus]
    vote = factories.open_vote(nomination, cast.ada, at=clock.now())
    factories.cast_ballots(vote, factories.passing(cast), at=clock.now())
    Vote.objects.filter(pk=vote.pk).update(closes_at=clock.now(), opened_at=clock.now() - 7 * DAY)
    vote = workflow.close_vote(Vote.objects.get(pk=vote.pk))
    deliver_only(NominationEvent.CLOSED)
    tasks.close_due_votes()
    assert [row.person for row in CouncilTold.objects.filter(vote=vote)] == [gus]
    assert phase_of(vote.nomination) is Phase.VETO_WINDOW


def test_an_invitation_that_waits_for_a_second_person_reaches_nobody(cast: Cast) -> None:
    unreachable(cast.sam, cast.sara)
    gus = make_person("Gus Guest", github="")
    give_roles(gus, RoleKind.STEERING_COUNCIL)
    accounts.invite(gus, email="gus@example.org", by=act_as(cast.ada), evidence="He told me.")
    assert not queries.seats_to_tell(factories.propose(cast.nora, cast.mel), clock.now()).exists()


def test_mail_goes_to_the_seats_by_which_a_vote_may_open(cast: Cast) -> None:
    vote = counted_now(cast)
    give_roles(cast.mel, RoleKind.STEERING_COUNCIL)  # the nominator
    gus, ida = make_person("Gus Guest", github=""), make_person("Ida Invited", github="")
    for person in (gus, ida):
        give_roles(person, RoleKind.STEERING_COUNCIL)
    accounts.invite(gus, email="gus@example.org", by=None)
    accounts.invite(ida, email="ida@example.org", by=act_as(cast.ada), evidence="She told me.")  # not confirmed
    deliver_only(NominationEvent.CLOSED)
    seats = set(queries.seats_to_tell(fresh(vote.nomination), clock.now()))
    assert seats == {cast.sam, cast.sara, gus}
    assert set(council_told(vote.pk)) == {seat.pk for seat in seats}


# -- the beginning of the window -----------------------------------------------------------------------


@pytest.mark.rule("PEP811-19", "PSRT-16")
def test_the_window_begins_with_the_first_mail_that_was_handed_over(cast: Cast) -> None:
    vote = counted_now(cast)
    for _ in range(2):
        tasks.close_due_votes()
        assert phase_of(vote.nomination) is Phase.COUNCIL_UNTOLD
    deliver()
    sent = Delivery.objects.filter(notice__mail=Mail.VETO_WINDOW)
    first, second = clock.now() + 2 * DAY, clock.now() + 3 * DAY
    for person, moment in ((cast.sara, first), (cast.sam, second)):
        sent.filter(recipient=f"people.person:{person.pk}").update(sent_at=moment)
    with clock.pretend(second):
        events = factories.recorded(tasks.close_due_votes)
    vote.refresh_from_db()
    assert (vote.council_told_at, vote.veto_until) == (first, first + timedelta(hours=168))
    assert [(row.person, row.told_at) for row in vote.council_told.all()] == [(cast.sara, first), (cast.sam, second)]
    [(_, actor, data)] = [event for event in events if event[0] == NominationEvent.COUNCIL_TOLD]
    assert (actor, data["people"]) == ("system", [str(cast.sara.pk), str(cast.sam.pk)])


def test_who_is_told_later_is_noted_and_moves_no_window(cast: Cast) -> None:
    vote = factories.tell_council(counted_now(cast), [cast.sam])
    until = vote.veto_until
    later = clock.now() + DAY
    with clock.pretend(later):
        [row] = workflow.note_council_told(vote, {cast.sam.pk: later, cast.sara.pk: later})
        assert workflow.note_council_told(vote, {cast.sara.pk: later + DAY}) == []
    vote.refresh_from_db()
    assert (row.person, row.told_at, vote.veto_until) == (cast.sara, later, until)


@pytest.mark.parametrize("phase", [Phase.OPEN, Phase.CLOSING, Phase.FAILED, Phase.JOINED, Phase.VETOED, Phase.ANNULLED])
def test_nobody_is_told_of_what_has_not_passed_or_is_over(cast: Cast, phase: Phase) -> None:
    vote = factories.make(phase, cast).vote
    before = CouncilTold.objects.count()
    with recorded() as events:
        assert workflow.note_council_told(vote, {cast.mia.pk: clock.now()}) == []
    assert ([event.kind for event in events], CouncilTold.objects.count()) == ([], before)


@pytest.mark.rule("PEP811-19")
def test_silence_of_a_council_that_was_not_told_lets_nobody_in(cast: Cast) -> None:
    nomination = factories.make(Phase.COUNCIL_UNTOLD, cast)
    with clock.pretend(clock.now() + 60 * DAY):
        assert phase_of(nomination) is Phase.COUNCIL_UNTOLD
        with pytest.raises(Conflict, match="the Steering Council has not been told yet"):
            workflow.confirm(nomination, by=act_as(cast.abel))


@pytest.mark.parametrize("kind", DecisionKind)
def test_a_seat_that_signs_in_can_decide_before_it_was_mailed(cast: Cast, kind: DecisionKind) -> None:
    nomination = factories.make(Phase.COUNCIL_UNTOLD, cast)
    factories.decide(nomination, kind, by=cast.sam)
    if kind == DecisionKind.VETO:
        workflow.confirm_veto(nomination, by=act_as(cast.sara))
    assert phase_of(nomination) is (Phase.VETOED if kind == DecisionKind.VETO else Phase.JOINED)


# -- while nobody could be told ------------------------------------------------------------------------


def test_a_refused_mail_does_not_begin_the_window(cast: Cast) -> None:
    vote = counted_now(cast)
    for notice in Notice.objects.all():
        mail_workflow.expand(str(notice.pk))
    for delivery in mail_workflow.claim(100):
        mail_workflow.fail(delivery, "SMTPRecipientsRefused 550")
    tasks.close_due_votes()
    assert (council_told(vote.pk), phase_of(vote.nomination)) == ({}, Phase.COUNCIL_UNTOLD)


def test_council_and_admins_see_it_on_the_dashboard_and_the_nominator_too(cast: Cast) -> None:
    give_roles(cast.mel, RoleKind.ADMIN)
    nomination = factories.make(Phase.COUNCIL_UNTOLD, cast)
    urgency = "Council not told"
    offered = {
        person.name: [item.action for item in waiting_for(act_as(person), clock.now()) if item.urgency == urgency]
        for person in (cast.ada, cast.abel, cast.mel, cast.sam, cast.sara, cast.mia)
    }
    assert offered == {
        "Ada Admin": ["See why"],
        "Abel Admin": ["See why"],
        "Mel Member": ["See why"],
        "Sam Steering": ["Decide"],
        "Sara Steering": ["Decide"],
        "Mia Member": [],
    }
    workflow.note_council_told(nomination.vote, {cast.sam.pk: clock.now()})
    assert [item.urgency for item in waiting_for(act_as(cast.ada), clock.now())] == ["To acknowledge"]


def test_the_mail_is_written_again_every_day_and_the_admins_are_told(cast: Cast) -> None:
    vote = counted_now(cast)
    assert vote.closed_at is not None
    unreachable(cast.sam, cast.sara)
    deliver()
    assert told(NominationEvent.CLOSED)[Mail.VETO_WINDOW] == set()
    made = []
    for hours in (0.5, 1, 2, 24.9, 25, 48, 49):
        with clock.pretend(vote.closed_at + hours * HOUR):
            made.append([reminder.kind for reminder in workflow.remind(vote)])
    assert made == [[], ["untold"], [], [], ["untold"], [], ["untold"]]
    with clock.pretend(clock.now() + 50 * HOUR):
        deliver()
    assert told(NominationEvent.COUNCIL_UNTOLD) == {Mail.VETO_WINDOW: set(), Mail.ATTENTION: {"ada", "abel"}}


def test_a_seat_that_can_be_reached_later_is_told_by_the_next_mail(cast: Cast) -> None:
    vote = counted_now(cast)
    unreachable(cast.sam, cast.sara)
    deliver()
    User.objects.filter(person=cast.sara).update(is_active=True)
    with clock.pretend(clock.now() + 2 * HOUR):
        workflow.remind(vote)
        deliver()
        assert told(NominationEvent.COUNCIL_UNTOLD)[Mail.VETO_WINDOW] == {"sara"}
        tasks.close_due_votes()
        assert phase_of(vote.nomination) is Phase.VETO_WINDOW


def test_a_mail_server_that_was_away_hands_each_seat_one_mail(cast: Cast) -> None:
    vote = counted_now(cast)
    for notice in Notice.objects.all():
        mail_workflow.expand(str(notice.pk))  # nothing is handed over
    with clock.pretend(clock.now() + 2 * HOUR):
        [reminder] = workflow.remind(vote)
        event = Notice.objects.filter(event__kind=NominationEvent.COUNCIL_UNTOLD).first()
        assert (reminder.kind, event is not None) == ("untold", True)
        assert audiences.council_to_tell(event.event) == []  # type: ignore[union-attr]
        deliver()
    subjects = [
        message.to[0] for message in mail.outbox if "the Steering Council may veto a nomination" in message.subject
    ]
    assert sorted(subjects) == ["sam@example.org", "sara@example.org"]


# -- pages and mail ------------------------------------------------------------------------------------


def seen_by(browse: Browse, person: Person, nomination: Nomination) -> Any:
    """What the page of the nomination is given."""
    return browse(person).get(nomination.get_absolute_url()).context


def test_the_page_says_who_was_told_and_when_or_whom_mail_would_reach(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.COUNCIL_UNTOLD, cast)
    context = seen_by(browse, cast.mia, nomination)
    assert (context["council_told"], context["to_tell"]) == ([], ["Sam Steering", "Sara Steering"])
    at = clock.now()
    workflow.note_council_told(nomination.vote, {cast.sam.pk: at})
    for person in (cast.mia, cast.sam):
        context = seen_by(browse, person, nomination)
        assert [(row.person, row.told_at) for row in context["council_told"]] == [(cast.sam, at)]
        assert context["to_tell"] == []


def test_the_page_says_that_mail_reaches_nobody(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.COUNCIL_UNTOLD, cast)
    unreachable(cast.sam, cast.sara)
    assert seen_by(browse, cast.ada, nomination)["to_tell"] == []
    assert "Mail reaches no council member who can decide here" in text(
        browse(cast.ada).get(nomination.get_absolute_url())
    )


def test_the_first_mail_names_the_length_and_a_later_one_the_end_and_who_reads_answers(
    cast: Cast, settings: Settings
) -> None:
    settings.REPLY_ADDRESS = "admins@psrt.example.org"
    vote = counted_now(cast)
    first = [message for message in deliver() if message.to == ["sam@example.org"]]
    tasks.close_due_votes()
    vote.refresh_from_db()
    until = vote.veto_until
    assert until is not None
    with clock.pretend(until - DAY):
        workflow.remind(vote)
        deliver()
    later = [message for message in mail.outbox if message.to == ["sam@example.org"]][-1]
    assert [("within 7 days of this mail" in str(one.body)) for one in (first[0], later)] == [True, False]
    assert f"{until:%H:%M} UTC" in str(later.body)
    assert all("admins@psrt.example.org" in str(one.body) for one in (first[0], later))
    assert "Nora" not in str(first[0].message())


def test_without_an_address_for_answers_the_mail_names_the_teams(cast: Cast, settings: Settings) -> None:
    settings.REPLY_ADDRESS, settings.SECURITY_ADDRESS = "", "security@psrt.example.org"
    counted_now(cast)
    [message] = [message for message in deliver() if message.to == ["sam@example.org"]]
    assert "write to security@psrt.example.org" in " ".join(str(message.body).split())


def test_in_every_phase_a_seat_is_offered_a_decision_only_in_time(cast: Cast) -> None:
    for phase in (Phase.COUNCIL_UNTOLD, Phase.VETO_WINDOW, Phase.AWAITING_CONFIRMATION):
        nomination = factories.make(phase, cast, make_person(str(phase.label), github=""))
        may = Action.DECIDE in allowed(act_as(cast.sam), nomination, clock.now())
        assert may is (phase is not Phase.AWAITING_CONFIRMATION)


@pytest.mark.rule("JOIN-07")
def test_the_council_is_given_the_candidates_address_and_an_admin_is_not(cast: Cast, browse: Browse) -> None:
    nomination = factories.make(Phase.VETO_WINDOW, cast)
    page = reverse("nominations:decide", args=[nomination.pk])
    assert [browse(person).get(page).context["address"] for person in (cast.sam, cast.sara, cast.ada)] == [
        "nominee@example.net",
        "nominee@example.net",
        "",
    ]
    Nomination.objects.filter(pk=nomination.pk).update(nominee_email="")
    assert browse(cast.sam).get(page).context["address"] == ""
    give_login(cast.nora)
    assert browse(cast.sam).get(page).context["address"] == "nora@example.org"


@pytest.mark.attack
def test_the_silence_of_a_council_that_one_admin_has_locked_out_lets_nobody_in(cast: Cast, browse: Browse) -> None:
    """Ada closes every login of the council in the window, and confirms that nobody has said anything."""
    nomination = factories.make(Phase.AWAITING_CONFIRMATION, cast)
    Membership.objects.create(person=cast.sam, ended="emeritus", until=clock.now().date(), began="record")
    boarding.record_death(cast.sam, "I heard so.", by=act_as(cast.ada))
    suspension = accounts.suspend(cast.sara, "A lost laptop.", by=act_as(cast.ada))
    for _ in range(2):
        with pytest.raises(Conflict, match="No member of the Steering Council who may decide can sign in"):
            workflow.confirm(nomination, by=act_as(cast.ada))
        if suspension.ended_at is None:  # an ended one gives no login back, until a second person says so
            suspension = accounts.end_suspension(suspension, "It was found.", by=act_as(cast.ada))
    page = reverse("nominations:confirm", args=[nomination.pk])
    assert browse(cast.abel).post(page)["Location"] == nomination.get_absolute_url()
    assert phase_of(nomination) is Phase.AWAITING_CONFIRMATION
