"""Small roster files, and what the command says of them."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from members.people.models import Membership, Person

MEMBERS = 'Ada Lorem,ada,Admin\nBénédikt Ipsum,ben,\nŁena Dolor,Lena,"Admin, Release Manager"\n'
EMERITUS = "Karl Amet,,Release Manager\nOle Sit,ole,\n"


def run(tmp_path: Path, members: str | bytes = MEMBERS, emeritus: str | None = None, *options: str) -> str:
    """Import the given files and return what the command said."""
    path = tmp_path / "psrt.csv"
    path.write_bytes(members if isinstance(members, bytes) else members.encode())
    arguments = [str(path)]
    if emeritus is not None:
        (tmp_path / "emeritus.csv").write_text(emeritus, encoding="utf-8")
        arguments += ["--emeritus", str(tmp_path / "emeritus.csv")]
    out = StringIO()
    call_command("import_roster", *arguments, *options, stdout=out)
    return out.getvalue()


def refused(tmp_path: Path, members: str, emeritus: str | None = None) -> list[str]:
    """Return where, and the first sentence why, an import is refused; nothing is written."""
    before = (Person.objects.count(), Membership.objects.count(), Event.objects.count())
    with pytest.raises(CommandError) as caught:
        run(tmp_path, members, emeritus, "--yes")
    assert (Person.objects.count(), Membership.objects.count(), Event.objects.count()) == before
    *faults, last = str(caught.value).splitlines()
    assert last == "Nothing was written."
    return [fault.replace(f"{tmp_path}/", "").split(". ")[0] for fault in faults]
