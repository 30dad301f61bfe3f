"""The demo's people: clearly invented names, example.org addresses, one password for all."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from members.accounts.models import User
from members.people.models import Membership, MembershipBegan, MembershipEnded, Person, Role, RoleKind

PASSWORD = "try the portal"  # noqa: S105  only the demo's people have it
_DIGITS, _PERIOD_SECONDS = 6, 30  # RFC 6238's defaults, which allauth uses


@dataclass(frozen=True)
class Part:
    """An invented person and what they may do."""

    name: str
    github: str
    roles: tuple[RoleKind, ...] = ()
    since: date | None = None
    emeritus_since: date | None = None
    signs_in: bool = True
    tells: str = ""

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return f"{self.name.split()[0].lower()}@example.org"

    @property
    def seed(self) -> str:
        """The seed of their authenticator app, the same in every demo."""
        return base64.b32encode(hashlib.sha1(self.email.encode(), usedforsecurity=False).digest()).decode()

    @property
    def code(self) -> str:
        """The one-time code of this moment."""
        generator = TOTP(base64.b32decode(self.seed), _DIGITS, SHA1(), _PERIOD_SECONDS)  # noqa: S303  RFC 6238's
        return generator.generate(int(time.time())).decode()


ADMIN, MANAGER, COUNCIL = RoleKind.ADMIN, RoleKind.RELEASE_MANAGER, RoleKind.STEERING_COUNCIL

PARTS = (
    Part("Ada Lorem", "ada-lorem", (ADMIN,), date(2021, 3, 1), tells="an admin: opens votes, invites"),
    Part("Bruno Ipsum", "bruno-ipsum", (ADMIN,), date(2021, 3, 1), tells="the second admin"),
    Part("Cleo Dolor", "cleo-dolor", (), date(2022, 6, 14), tells="a member: nominates, votes, coordinates"),
    Part("Dario Amet", "dario-amet", (), date(2023, 1, 9), tells="a member"),
    Part("Enid Tempor", "enid-tempor", (MANAGER,), date(2019, 10, 20), tells="a release manager"),
    Part("Farid Magna", "farid-magna", (COUNCIL,), date(2020, 5, 4), tells="a member on the Steering Council"),
    Part("Greta Aliqua", "greta-aliqua", (COUNCIL,), None, tells="on the Steering Council, not a member"),
    Part("Hana Veniam", "hana-veniam", (), date(2024, 2, 12), tells="a member"),
    Part("Ivo Nostrud", "ivo-nostrud", (), date(2025, 8, 3), signs_in=False),
    Part("Juno Ullamco", "juno-ullamco", (), date(2018, 1, 15), signs_in=False),
    Part("Karl Laboris", "karl-laboris", (), date(2012, 1, 1), date(2023, 12, 1), tells="emeritus: access has ended"),
    Part("Milo Faucibus", "milo-faucibus", (), date(2019, 4, 2), signs_in=False),
    Part("Lena Commodo", "", (), None, date(2015, 6, 1), signs_in=False),
)


def assemble() -> dict[str, Person]:
    """Write the people into an empty database and return them by first name in lower case."""
    return {part.name.split()[0].lower(): _write(part) for part in PARTS}


def _write(part: Part) -> Person:
    first = part.since or part.emeritus_since or date(2026, 1, 1)
    person = Person.objects.create(
        name=part.name,
        slug=part.name.lower().replace(" ", "-"),
        github=part.github,
        added_at=f"{first.isoformat()}T12:00:00Z",
    )
    if part.since or part.emeritus_since:
        Membership.objects.create(
            person=person,
            since=part.since,
            until=part.emeritus_since,
            began=MembershipBegan.RECORD,
            ended=MembershipEnded.EMERITUS if part.emeritus_since else "",
        )
    for kind in part.roles:
        Role.objects.create(
            person=person, kind=kind, since=part.since or date(2026, 1, 1), authority="an invented decision"
        )
    if part.signs_in:
        user = User.objects.create_user(part.email, person, PASSWORD)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        add_authenticator_app(user, part.seed)
    return person


def add_authenticator_app(user: User, seed: str) -> None:
    """Give `user` a second factor, as allauth stores it."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(seed)})
