"""The accounts of the demo's people in the channels, and local services that differ from the roster in a few ways."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from members.channels.models import Channel, ChannelAccount, ChannelKind
from members.people.models import Person
from psrt_portal.demo.people import PARTS, Part
from psrt_portal.demo.service_server import ServiceServer
from psrt_portal.demo.services import TOKEN, Discord, GitHub, Mailman, Service

#: Nominees with an account on GitHub; Wanda Elementum's name is on record with a mistake, and not confirmed.
_NOMINEES = [
    "mira-laoreet",
    "nils-praesent",
    "otis-fermentum",
    "petra-vivamus",
    "quentin-cursus",
    "rosa-interdum",
    "sven-maecenas",
    "ugo-tincidunt",
    "vera-ultricies",
    "xenia-porttitor",
    "yuri-dignissim",
    "zora-tristique",
]

#: Coordinator credits: how many days ago, on which advisory, whose, and whether it is published.
_CREDITS = [
    (70, "GHSA-2222-3333-4444", "dario", True),
    (90, "GHSA-5555-6666-7777", "cleo", True),
    (60, "GHSA-8888-9999-2345", "enid", False),
    (900, "GHSA-3456-7892-2222", "juno", True),
]
#: The repository whose security advisories the demo reads.
ADVISORIES = "psrt/cpython"

#: Members without a login of whom the portal knows no address either.
_WITHOUT_ADDRESS = {"ivo", "juno"}
#: Of whom the portal knows the GitHub name only, so that an admin looks at the account before it is added.
_BY_NAME = {"dario"}


def number_of(part: Part) -> int:
    """Return the number of a person's account on GitHub; the one in the chat is 4000 higher."""
    return 1001 + PARTS.index(part)


def note_accounts(cast: dict[str, Person]) -> None:
    """Note accounts on GitHub and in the chat, for all but one, and mail addresses of members without a login."""
    chat = Channel.objects.get(kind=ChannelKind.DISCORD)
    mailing_list = Channel.objects.get(kind=ChannelKind.MAILMAN)
    for part in PARTS:
        person = cast[_first(part)]
        if part.github and _first(part) not in _BY_NAME:
            person.github_id = number_of(part)
            person.save(update_fields=["github_id"])
        if _is_member(part) and _first(part) != "juno":
            ChannelAccount.objects.create(channel=chat, person=person, identifier=str(4000 + number_of(part)))
        if _is_member(part) and not part.signs_in and _first(part) not in _WITHOUT_ADDRESS:
            ChannelAccount.objects.create(channel=mailing_list, person=person, identifier=part.email)


def _first(part: Part) -> str:
    return part.name.split()[0].lower()


def _is_member(part: Part) -> bool:
    return part.since is not None and part.emeritus_since is None


def services() -> tuple[GitHub, Mailman, Discord]:
    """Return the three services as a newcomer to the demo finds them: nearly as the roster says."""
    github, mailman, discord = GitHub(), Mailman(), Discord()
    for part in PARTS:
        if _is_member(part):
            github.join(number_of(part), part.github, team=_first(part) not in {"dario", "hana"})
            discord.join(4000 + number_of(part), part.name, role=_first(part) != "farid")
        if _is_member(part) and _first(part) not in {"enid", *_WITHOUT_ADDRESS}:
            mailman.subscribers[part.email] = part.name
    by_name = {_first(part): part for part in PARTS}
    github.names[number_of(by_name["cleo"])] = "cleo-d"
    github.names |= {2000 + number: name for number, name in enumerate(_NOMINEES)}
    github.names[1099] = "tala-bibendum"  # a newcomer: not in the organisation, so to be invited
    github.join(number_of(by_name["karl"]), by_name["karl"].github)  # has left, and is still there
    github.organisation.discard(number_of(by_name["hana"]))
    github.invite(by_name["hana"].github)
    mailman.subscribers |= {
        "enid@example.net": "Enid Tempor",
        "ivo@example.net": "Ivo Nostrud",
        "stranger@example.net": "Quis Stranger",
    }
    discord.join(9001, "Reminder bot")
    for name in ("ada", "bruno", "karl"):  # Karl has left, and still owns the list
        mailman.privileged["owner"][by_name[name].email] = by_name[name].name
    github.maintainers.add(number_of(by_name["ada"]))
    github.owners.append(number_of(by_name["karl"]))
    now = datetime.now(UTC)
    for days, advisory, name, is_published in _CREDITS:
        changed = now - timedelta(days=days)
        account = number_of(by_name[name])
        github.advise(ADVISORIES, advisory, changed=changed, published=is_published, coordinator=account)
    discord.owner = 4000 + number_of(by_name["bruno"])
    return github, mailman, discord


def environment(port: int) -> dict[str, str]:
    """Return the environment variables that connect a portal to these services at `port` of this machine."""
    kinds: tuple[Service, ...] = (github := GitHub(), mailman := Mailman(), discord := Discord())
    urls = {type(kind).__name__.upper(): f"http://localhost:{port}{kind.prefix}" for kind in kinds}
    return {
        **{f"{name}_API_URL": url for name, url in urls.items()},
        "GITHUB_API_TOKEN": TOKEN,
        "GITHUB_ORG": github.path.split("/")[2],
        "GITHUB_TEAM": github.path.split("/")[4],
        "GITHUB_ADVISORIES": ADVISORIES,
        "GITHUB_ADVISORIES_TOKEN": TOKEN,
        "MAILMAN_API_USER": mailman.user,
        "MAILMAN_API_PASSWORD": TOKEN,
        "MAILMAN_LIST": mailman.address,
        "DISCORD_API_TOKEN": TOKEN,
        "DISCORD_GUILD": discord.guild,
        "DISCORD_ROLE": discord.role,
    }


def serve(port: int) -> None:
    """Answer at `port` of this machine until the process ends."""
    ServiceServer(*services(), port=port).serve_forever()
