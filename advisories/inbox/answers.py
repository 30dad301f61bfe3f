"""Texts by which an admin answers a mail with the right way in. Pure; the admin sees and may change each.

The occasions are those of the developer's guide ("Templates"); the sentences are ours. None says anything that only
the portal knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import TextWrapper

#: The projects' own pages for private reports on GitHub.
GITHUB = {
    "CPython": "https://github.com/python/cpython/security/advisories/new",
    "pip": "https://github.com/pypa/pip/security/advisories/new",
}
#: Characters of a line.
WIDTH = 72
#: Developer's guide: what is a vulnerability, and what is not.
POLICY = "https://devguide.python.org/security/policy/"


@dataclass(frozen=True)
class CannedAnswer:
    """One text, and what it is called."""

    label: str
    text: str


_GITHUB = "\n".join(f"    {name}: {url}" for name, url in GITHUB.items())


def canned_answers(form_url: str, address: str) -> Mapping[str, CannedAnswer]:
    """Return the texts by name; `form_url` is the address of the portal's own form, `address` the team's."""
    thanks = "Hello,\n\nthank you for writing to the Python Security Response Team.\n\n"
    bye = "\n\nThe Python Security Response Team\n"
    texts = {
        "github": CannedAnswer(
            "Open it on GitHub",
            f"{thanks}Please read first what we treat as a vulnerability:\n\n    {POLICY}\n\n"
            "If what you found is one, please open a private security advisory of the project on GitHub, with "
            f"everything you sent us:\n\n{_GITHUB}\n\n"
            "Only the team and the people you invite can read it, and everybody works on the fix in one place. "
            f"Without an account on GitHub, use our form, which needs none:\n\n    {form_url}{bye}",
        ),
        "form": CannedAnswer(
            "Use the form",
            f"{thanks}Please report what you found by our form. It needs no account, asks what we need to know, and "
            f"gives you a private page on which you can follow your report:\n\n    {form_url}{bye}",
        ),
        "bug": CannedAnswer(
            "An ordinary bug",
            f"{thanks}From what you wrote we do not see a vulnerability by our policy:\n\n    {POLICY}\n\n"
            "If it is a bug, please open a public issue, so that it can be fixed like any other:\n\n"
            "    https://github.com/python/cpython/issues\n\n"
            f"If you think that we are mistaken, write to {address} and say why.{bye}",
        ),
        "other": CannedAnswer(
            "Another project",
            f"{thanks}We look after CPython and pip. Packages on PyPI have their own maintainers, who can be reached "
            "by the links on the page of the package. For PyPI itself, see:\n\n"
            f"    https://pypi.org/security/{bye}",
        ),
    }
    return {name: CannedAnswer(one.label, _wrapped(one.text)) for name, one in texts.items()}


def _wrapped(text: str) -> str:
    """Return a text in lines that every mail program shows as they are; indented lines stay."""
    lines = text.splitlines()
    wrap = TextWrapper(WIDTH, break_long_words=False, break_on_hyphens=False).fill
    return "\n".join(line if line.startswith(" ") else wrap(line) for line in lines) + "\n"
