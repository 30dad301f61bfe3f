"""Things of each kind that a policy is about, for the tests that walk through every policy of the project.

A policy whose rules depend on a thing needs an entry: its module and name, and a function from the cast to things in
every phase and relation that its rules tell apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from audit import clock
from members.accounts import workflow as accounts
from members.boarding import workflow as boarding
from members.boarding.enums import MemorialPhase
from members.inactivity import queries as inactivity_queries
from members.people.models import Membership, MembershipBegan, RoleKind
from members.people.permissions import Policy
from members.resets import workflow as resets
from nominations import keys, workflow
from nominations.models import Comment, InterestKind, KeyOffice, Phase, Resolution, ResolutionKind, ResolutionPhase
from notifications.models import Notice
from notifications.workflow import expand
from tests.advisories import factories as reports
from tests.architecture.source import APPS
from tests.cast import Cast, act_as
from tests.factories import LONG_AGO, make_member, make_person
from tests.members.inactivity.reviews import DAY, NOTICE_AT, announced, before_the_council, noted, withdrawn
from tests.nominations import council
from tests.nominations import factories as nominations

ThingFactory = Callable[[Cast], list[Any]]


def every_policy() -> dict[str, Policy[Any, Any]]:
    """Return every policy of the project's apps by module and name, such as ``members.people.policy.POLICY``."""
    return {
        f"{name}.{variable}": value
        for name in sorted(_modules())
        for variable, value in vars(import_module(name)).items()
        if isinstance(value, Policy)
    }


def _modules() -> Iterator[str]:
    for app in apps.get_app_configs():
        if app.name.partition(".")[0] in APPS and find_spec(f"{app.name}.policy"):
            yield f"{app.name}.policy"


def depends_on_a_thing(policy: Policy[Any, Any]) -> bool:
    """Return whether any rule of `policy` looks at the thing to say who may act."""
    return any(rule.who.relational for rule in policy.rules)


def people(cast: Cast) -> list[Any]:
    """Return people of every kind, as the things of a policy about people."""
    return [cast.ada, cast.mel, cast.sara, cast.sam, cast.emil, cast.nora]


def invitations(cast: Cast) -> list[Any]:
    """Return invitations: open, revoked, by the portal, and of people with standing, one of them an admin."""
    admin = act_as(cast.ada)
    first = accounts.invite(make_person("Ina Invited"), email="ina@example.net", by=admin)
    second = accounts.invite(make_person("Ivo Invited"), email="ivo@example.net", by=admin)
    third = accounts.invite(make_person("Ike Invited"), email="ike@example.net", by=None)
    named = accounts.invite(make_member("Iris Member"), email="iris@example.net", evidence="A call.", by=admin)
    cast.abel.user.delete()
    of_admin = accounts.invite(cast.abel, email="abel@example.net", evidence="A call.", by=admin)
    return [first, accounts.revoke(second, by=admin), third, named, of_admin]


def login_resets(cast: Cast) -> list[Any]:
    """Return a request that somebody made, one for which an admin vouched, and one that was refused."""
    asked = resets.ask_for_reset(cast.mia)
    vouched = resets.begin_reset(cast.abel, evidence="A call.", by=act_as(cast.ada))
    refused = resets.refuse_reset(resets.ask_for_reset(cast.mel), by=act_as(cast.sam))
    return [asked, vouched, refused]


def reports_in_every_state(cast: Cast) -> list[Any]:
    """Return Mel's report in each state, and one that an admin coordinates."""
    return [*reports.every_state(cast).values(), reports.coordinated(cast.ada)]


def memorials(cast: Cast) -> list[Any]:
    """Return a record of a death in each phase: of a member, of an admin, and of somebody on the council."""
    of_member = boarding.record_death(cast.mia, "An obituary.", by=act_as(cast.ada))
    of_admin = boarding.record_death(make_member("Ike Admin", RoleKind.ADMIN), "A call.", by=act_as(cast.abel))
    confirmed = boarding.confirm_death(of_admin, by=act_as(cast.sam))
    of_council = boarding.record_death(cast.sara, "A mistake.", by=act_as(cast.ada))
    undone = boarding.undo_death(of_council, "Another Sara.", by=act_as(cast.abel))
    found = [of_member, confirmed, undone]
    assert {one.phase for one in found} == set(MemorialPhase)
    return found


def names_in_reviews(cast: Cast) -> list[Any]:
    """Return the names in a review that is announced, and in one that the Steering Council has."""
    before_the_council(cast)
    announced(cast.ada, at=NOTICE_AT + 400 * DAY)
    return list(inactivity_queries.entries(clock.now().date()))


def notes_on_work(cast: Cast) -> list[Any]:
    """Return notes on a member and on an admin, and one that is withdrawn."""
    standing = [noted(cast.mel, cast.ada), noted(cast.abel, cast.ada)]
    return [*standing, withdrawn(noted(cast.mia, cast.abel), cast.ada)]


def nominations_in_every_phase(cast: Cast) -> list[Any]:
    """Return one in each phase, with an interest and a request for an annulment, and one of a member by now."""
    by_phase = {phase: nominations.make(phase, cast, make_person(phase.label, github="")) for phase in Phase}
    workflow.declare_interest(by_phase[Phase.OPEN], InterestKind.EMPLOYER, "", by=act_as(cast.abel))
    workflow.ask_to_annul(by_phase[Phase.FAILED], "The mails were lost.", by=act_as(cast.ada))
    by_member = nominations.make(Phase.OPEN, cast, cast.olga)
    Membership.objects.create(person=cast.olga, since=LONG_AGO, began=MembershipBegan.DECISION)
    return [nominations.fresh(nomination) for nomination in (*by_phase.values(), by_member)]


def comments(cast: Cast) -> list[Any]:
    """Return a comment that stands, one that is taken back, and one on a nomination that is closed to comments."""
    open_to, failed = (
        nominations.proposed(cast, cast.olga),
        nominations.failed(cast, make_person("Fay Failed", github="")),
    )
    written = [workflow.comment(open_to, text, by=act_as(cast.mel)) for text in ("Yes.", "No.")]
    workflow.take_back(written[1], by=act_as(cast.mel))
    late = Comment.objects.create(nomination=failed, author=cast.mia, text="Late.", written_at=failed.proposed_at)
    return [*Comment.objects.filter(nomination=open_to), late]


def offices(cast: Cast) -> list[Any]:
    """Return an office of a member, one of somebody from outside, and one whose vote waits to be counted."""
    asked = workflow.ask_officer(
        nominations.propose(make_person("Asked Nominee"), cast.mel), cast.mia, by=act_as(cast.ada)
    )
    outside = nominations.propose(make_person("Outside Nominee"), cast.mel)
    nominations.keeps_key(outside, cast.olga, keys.make_pair()[1], by=cast.ada)
    with clock.pretend(clock.now() - 8 * DAY):
        over = nominations.propose(make_person("Over Nominee"), cast.mel)
        nominations.keeps_key(over, cast.rita, keys.make_pair()[1], by=cast.ada)
        workflow.open_vote(over, by=act_as(cast.ada))
    return [asked, *KeyOffice.objects.exclude(pk=asked.pk).select_related("nomination__vote", "person")]


def recorded_resolutions(cast: Cast) -> list[Any]:
    """Return decisions of the council in every phase, on people of every kind."""
    found = council.in_every_phase(cast)
    assert set(found) == set(ResolutionPhase)
    return [*found.values(), council.record(ResolutionKind.DESIGNATE_ADMIN, cast.sara, by=cast.sam)]


def resolutions(cast: Cast) -> list[Any]:
    """Return a decision of each kind on people of every kind, none of them recorded."""
    today = clock.now().date()
    return [
        Resolution(
            kind=kind,
            person=person,
            decided_on=today,
            link="https://discuss.example.org/t/9",
            in_favour=2,
            against=0,
            abstained=0,
        )
        for kind in ResolutionKind
        for person in people(cast)
    ]


def notices(cast: Cast) -> list[Any]:
    """Return notices of a report, a nomination and a review: for the team, for one person and for the council."""
    reports.received()
    nominations.make(Phase.VETO_WINDOW, cast)
    before_the_council(cast)
    found = list(Notice.objects.select_related("event"))
    for notice in found[::2]:
        expand(str(notice.pk))
    return found


#: The things of each policy, by its name in `every_policy`.
THINGS: dict[str, ThingFactory] = {
    "advisories.publication.policy.POLICY": reports_in_every_state,
    "advisories.reports.policy.POLICY": reports_in_every_state,
    "members.accounts.policy.INVITATIONS": invitations,
    "members.accounts.policy.POLICY": people,
    "members.boarding.policy.MEMORIALS": memorials,
    "members.boarding.policy.POLICY": people,
    "members.channels.policy.POLICY": people,
    "members.documents.policy.POLICY": people,
    "members.resets.policy.POLICY": people,
    "members.resets.policy.RESETS": login_resets,
    "members.drift.policy.POLICY": people,
    "members.inactivity.policy.ENTRIES": names_in_reviews,
    "members.inactivity.policy.NOTES": notes_on_work,
    "members.inactivity.policy.NOTING": people,
    "members.inactivity.policy.OF_NAMED": names_in_reviews,
    "members.inactivity.policy.POLICY": people,
    "members.people.policy.POLICY": people,
    "notifications.policy.MUTES": nominations_in_every_phase,
    "notifications.policy.NOTICES": notices,
    "nominations.policy.COMMENTS": comments,
    "nominations.policy.GENERAL": people,
    "nominations.policy.OFFICES": offices,
    "nominations.policy.OF_NOMINEE": nominations_in_every_phase,
    "nominations.policy.POLICY": nominations_in_every_phase,
    "nominations.policy.RECORDED": recorded_resolutions,
    "nominations.policy.RESOLUTIONS": resolutions,
}
