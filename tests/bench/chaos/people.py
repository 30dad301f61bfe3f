"""In a process of its own, on the portal's data: an open vote with many voters, and cookies for all of them.

`python -m tests.bench.chaos.people` makes the vote at its first call. Every call prints its address and cookies of
sessions that have shown a second factor just now, as people do within the 15 minutes before they vote.
"""

from __future__ import annotations

import json
import sys

import django
from django.db import transaction

VOTERS = 24


def main() -> int:
    django.setup()
    # These import models.
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from members.people.models import Person  # noqa: PLC0415
    from nominations.models import Vote  # noqa: PLC0415
    from tests.cast import assemble, cookie_of, sign_in  # noqa: PLC0415
    from tests.factories import give_login, make_member  # noqa: PLC0415
    from tests.nominations import factories  # noqa: PLC0415

    names = [f"Voter{number:02} Chaos" for number in range(VOTERS)]
    with transaction.atomic():
        if not Vote.objects.exists():
            cast = assemble()
            for name in names:
                give_login(make_member(name))
            factories.open_vote(factories.propose(cast.nora, cast.mel), cast.ada)
        people = Person.objects.filter(name__in=["Mel Member", *names])
        cookies = {person.name: cookie_of(sign_in(Client(), person)) for person in people}
        page = reverse("nominations:vote", args=[Vote.objects.get().nomination_id])
    print(json.dumps({"vote": page, "cookies": cookies}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
