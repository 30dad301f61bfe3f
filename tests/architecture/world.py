"""One portal with somebody in every position and something in every phase, for promises about all pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from advisories.publication.models import draft_of
from advisories.reports import links
from advisories.reports import workflow as reports_workflow
from advisories.reports.models import Report
from audit import clock
from members.accounts import links as account_links
from members.accounts import workflow as accounts_workflow
from members.people.models import Person
from members.resets import links as reset_links
from members.resets import workflow as resets_workflow
from nominations import links as nomination_links
from nominations import workflow as voting
from nominations.models import Nomination, Phase, Resolution, ResolutionKind
from nominations.tally import Choice
from notifications.enums import Mail
from notifications.models import Delivery, Notice, Reason
from tests.advisories import factories as reports
from tests.advisories.inbox import world as inbox
from tests.advisories.projects import making as projects
from tests.cast import Cast, act_as, assemble
from tests.factories import claim_address, make_person
from tests.members.boarding import pages as boarding
from tests.members.drift import stories as drift_stories
from tests.members.inactivity import reviews as inactivity
from tests.nominations import council
from tests.nominations import factories as nominations
from tests.nominations.calendars import calendar_token

T = TypeVar("T")

#: Who asks, in the order of the columns of the matrix.
PRINCIPALS = (
    "anonymous",  # nobody is signed in; also whoever holds a private link
    "outsider",  # a login, and nothing else
    "former",  # emeritus: had everything once
    "nofactor",  # a member whose login has no second factor
    "member",  # has nothing to do with what is asked for
    "author",  # nominated, coordinates, drafted
    "admin",  # opened the votes
    "admin2",  # has a part in nothing
    "council",  # on the Steering Council, not a member
    "council_member",  # on the Steering Council, and a member
)


NOMINATION_PAGES = (
    "detail",
    "ask_again",
    "withdraw",
    "comment",
    "take_back",
    "endorse",
    "unendorse",
    "declare",
    "undeclare",
    "open",
    "vote",
    "receipt",
    "extend",
    "cancel",
    "annul",
    "board",
    "acknowledge",
    "note_turnout",
    "decide",
    "confirm",
)
REPORT_PAGES = (
    "reports:detail",
    "reports:note",
    "reports:message",
    "reports:coordinate",
    "reports:correct",
    "reports:history",
    "reports:hand_over",
    "reports:accept",
    "reports:decline",
    "reports:take_back",
    "reports:embargo",
    "reports:determine",
    "reports:end_forward",
    "reports:undo",
    "reports:reopen",
    "reports:split",
    "publication:draft",
    "publication:preview",
    "publication:approve",
    "publication:publish",
)


#: Pages of django-allauth, for things that do not exist.
OF_ALLAUTH: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("account_confirm_email", ""): {"key": "wrong"},
    ("account_reset_password_from_key", ""): {"uidb36": "1", "key": "wrong"},
    ("mfa_remove_webauthn", ""): {"pk": "1"},
    ("mfa_edit_webauthn", ""): {"pk": "1"},
}


@dataclass(frozen=True)
class World:
    """The things that requests of the tests are about."""

    cast: Cast
    nominations: Mapping[str, Nomination]
    reports: Mapping[str, Report]
    addresses: Mapping[tuple[str, str], Mapping[str, str]]

    def person(self, principal: str) -> Person | None:
        """Return the person of a principal; None for an anonymous one."""
        return {
            "anonymous": None,
            "outsider": self.cast.olga,
            "former": self.cast.emil,
            "nofactor": self.cast.newt,
            "member": self.cast.rita,
            "author": self.cast.mel,
            "admin": self.cast.ada,
            "admin2": self.cast.abel,
            "council": self.cast.sam,
            "council_member": self.cast.sara,
        }[principal]


@contextmanager
def undone() -> Iterator[None]:
    """Roll back everything that is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def kept(blocker: DjangoDbBlocker, make: Callable[[], T]) -> Iterator[T]:
    """Make something for all tests of a module, and undo it after them.

    What a commit would check is checked here: otherwise the end of each test would check it anew, in 17 ms for a world.
    """
    with blocker.unblock(), undone():
        made = make()
        connection.check_constraints()
        yield made


def build_world(
    *,
    name_of: Callable[[Phase], str] = lambda phase: f"{phase.value.title()} Nominee",
    make_reports: Callable[[Cast], Mapping[str, Report]] = reports.every_state,
    make_inbox: Callable[[Cast], inbox.Addresses] = inbox.addresses,
) -> World:
    """The cast, a nomination and a report in every phase, an invitation, a failed mail.

    `name_of` names the nominees, `make_reports` writes the reports, one in each of `reports.STATES`, and `make_inbox`
    the mail that admins see.
    """
    cast = assemble()
    votes = {phase.value: nominations.make(phase, cast, make_person(name_of(phase), github="")) for phase in Phase}
    found = make_reports(cast)
    invitation = accounts_workflow.invite(cast.nora, email="nora@example.net", by=None)
    delivery = _failed_mail(votes[Phase.OPEN])
    addresses: dict[tuple[str, str], Mapping[str, str]] = {
        ("roster:person", ""): {"slug": "mel-member"},
        ("roster:person", "hidden"): {"slug": "olga-outsider"},
        ("accounts:revoke", ""): {"pk": str(invitation.pk)},
        ("bring_in:send_again", ""): {"pk": str(invitation.pk)},
        ("bring_in:remind", ""): {"slug": cast.newt.slug},
        ("accounts:accept", ""): {"token": account_links.token_of(invitation)},
        ("accounts:accept", "wrong"): {"token": "wrong"},
        **_of_logins(cast),
        **boarding.addresses(cast),
        **drift_stories.addresses(cast),
        ("moved", ""): {"rest": "people/"},
        ("documents:history", ""): {"kind": "responsibilities"},
        ("documents:history", "wrong"): {"kind": "rules"},
        ("documents:edit", ""): {"kind": "join"},
        ("documents:version", ""): {"kind": "responsibilities", "number": "1"},
        **projects.addresses(cast),
        **inactivity.addresses(cast),
        **_of_mail(delivery, votes),
        **_of_reports(found),
        **make_inbox(cast),
        ("nominations:calendar_feed", ""): {"token": calendar_token(cast.mia)},
        ("nominations:calendar_feed", "wrong"): {"token": "wrong"},
        ("nominations:nominee", ""): {"token": nomination_links.nominee_token(votes[Phase.CONSENT])},
        ("nominations:nominee", "open"): {"token": nomination_links.nominee_token(votes[Phase.OPEN])},
        ("nominations:nominee", "wrong"): {"token": "wrong"},
        **OF_ALLAUTH,
    }
    for state, nomination in [*votes.items(), *_special_votes(cast)]:
        addresses |= {(f"nominations:{act}", state): {"pk": str(nomination.pk)} for act in NOMINATION_PAGES}
    addresses |= _addresses_of_power(cast, votes)
    for state, report in found.items():
        addresses |= {(act, state): {"reference": report.reference} for act in REPORT_PAGES}
    return World(cast, votes, found, addresses)


def _of_mail(delivery: Delivery, votes: Mapping[str, Nomination]) -> dict[tuple[str, str], Mapping[str, str]]:
    """A mail, and the mutes of a nomination."""
    return {
        ("notifications:open", ""): {"pk": str(delivery.notice_id)},
        ("notifications:try_again", ""): {"pk": str(delivery.pk)},
        **{
            (f"notifications:{act}", state): {"pk": str(votes[phase].pk)}
            for act in ("mute", "unmute")
            for state, phase in (("open", Phase.OPEN), ("failed", Phase.FAILED))
        },
    }


def _of_reports(found: Mapping[str, Report]) -> dict[tuple[str, str], Mapping[str, str]]:
    """What is public of a report, and what its private link opens."""
    published = draft_of(found["published"])
    assert published is not None
    assert published.psf_id is not None
    coordinator = found["triage"].coordinator
    assert coordinator is not None
    note = reports_workflow.write_note(found["triage"], "It can be repeated.", by=act_as(coordinator))
    return {
        ("reports:edit_message", ""): {"reference": found["triage"].reference, "pk": str(note.pk)},
        **{(f"advisories:{name}", ""): {"psf_id": published.psf_id} for name in ("detail", "osv", "cve")},
        **{(f"advisories:{name}", "hidden"): {"psf_id": "CVE-2099-1003"} for name in ("detail", "osv", "cve")},
        **{(f"intake:{name}", ""): {"token": links.token_of(found["triage"])} for name in ("follow", "reply")},
        **{(f"intake:{name}", "wrong"): {"token": "wrong"} for name in ("follow", "reply")},
    }


def _addresses_of_power(cast: Cast, votes: Mapping[str, Nomination]) -> dict[tuple[str, str], Mapping[str, str]]:
    """Offices, vetoes and council decisions, which need a second person."""
    addresses: dict[tuple[str, str], Mapping[str, str]] = {}
    kept = nominations.proposed(cast, make_person("Kept Nominee", github=""))
    voting.ask_officer(kept, cast.olga, by=act_as(cast.abel))
    for act in ("office", "accept_office", "give_office_back", "count_with_key", "key_destroyed"):
        addresses[(f"nominations:{act}", "")] = {"pk": str(kept.pk)}
    for act, phase in (("ask", Phase.PROPOSED), ("ask", Phase.OPEN), ("dismiss", Phase.PROPOSED)):
        addresses[(f"nominations:{act}_officer", phase.value)] = {"pk": str(votes[phase].pk)}
    waits = nominations.veto_waits(cast, make_person("Waiting Nominee", github=""))
    for state, vetoed in (("waits", waits), ("veto_window", votes[Phase.VETO_WINDOW]), ("vetoed", votes[Phase.VETOED])):
        addresses[("nominations:answer_veto", state)] = {"pk": str(vetoed.pk)}
    for state, resolution in _resolutions(cast).items():
        pages = ("resolution", "answer_resolution", "correct_resolution")
        addresses |= {(f"nominations:{act}", state): {"pk": str(resolution.pk)} for act in pages}
    return addresses


def _resolutions(cast: Cast) -> dict[str, Resolution]:
    """A decision that waits, one that was stopped, and one on somebody with a seat."""
    kind = ResolutionKind.DESIGNATE_ADMIN
    return {
        "": council.record(kind, cast.rita, by=cast.sam),
        "over": council.objected(kind, cast.mel, by=cast.sam, second=cast.sara),
        "on_seat": council.record(kind, cast.sara, by=cast.sam),
    }


def _of_logins(cast: Cast) -> dict[tuple[str, str], Mapping[str, str]]:
    """A reset and a change of address of Mia, who is no principal."""
    reset = resets_workflow.begin_reset(cast.mia, evidence="A call.", by=act_as(cast.abel))
    change = claim_address(cast.mia, "mia@example.net")
    return {
        ("resets:detail", ""): {"pk": str(reset.pk)},
        ("resets:refuse", ""): {"pk": str(reset.pk)},
        ("resets:begin", ""): {"slug": "mia-member"},
        ("resets:begin", "admin"): {"slug": "ada-admin"},
        ("resets:stop", ""): {"token": reset_links.path_to_stop(reset).split("/")[-2]},
        ("resets:stop", "wrong"): {"token": "wrong"},
        ("accounts:stop_address", ""): {"token": account_links.path_to_stop_change(change.pk).split("/")[-2]},
        ("accounts:stop_address", "wrong"): {"token": "wrong"},
    }


def _special_votes(cast: Cast) -> list[tuple[str, Nomination]]:
    """Votes with something about them that is no phase of its own."""
    low = nominations.counted(
        cast, {cast.mia: Choice.YES}, opened=9 * nominations.DAY, nominee=make_person("Low Nominee", github="")
    ).nomination
    asked = nominations.failed(cast, make_person("Asked Nominee", github=""))
    voting.ask_to_annul(asked, "The mails were lost.", by=act_as(cast.ada))
    return [("low_turnout", low), ("asked", asked)]


def _failed_mail(nomination: Nomination) -> Delivery:
    """The mail of an open vote that a mail server refused."""
    at = clock.now()
    notice = Notice.objects.get(
        event__target=f"nominations.vote:{nomination.vote.pk}", event__kind="vote:opened", mail=Mail.VOTE_OPEN
    )
    Notice.objects.filter(pk=notice.pk).update(expanded_at=at)
    return Delivery.objects.create(
        notice=notice,
        recipient=f"people.person:{nomination.nominator_id}",
        message_id="<failed@example.org>",
        trying_since=at,
        due_at=at,
        failed_at=at,
        reason=Reason.REFUSED,
    )
