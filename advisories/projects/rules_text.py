"""The text of the security policy: Markdown, in which a heading of the third level with a code in braces is a rule.

::

    ## What is a vulnerability

    Words for everybody.

    ### Input of an unreasonable size {dos-input-size: not-a-vulnerability}

    The text of the rule, until the next heading.

Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from advisories.projects.enums import LeadsTo

_SECTION = re.compile(r"## +(?P<heading>\S.*)")
_RULE = re.compile(r"### +(?P<heading>\S.*?) *\{(?P<code>[^{}:]*):(?P<leads_to>[^{}:]*)\} *")
_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
CODE_MOST = 40
HEADING_MOST = 200


class PolicyTextError(ValueError):
    """The text is no policy; each sentence names its line."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass
class RuleText:
    """One rule as it is written."""

    heading: str
    code: str
    leads_to: LeadsTo
    text: str = ""


@dataclass
class SectionText:
    """One section: words for everybody, then its rules."""

    heading: str
    text: str = ""
    rules: list[RuleText] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Return its name in the address of the page."""
        return "-".join(re.findall(r"[a-z0-9]+", self.heading.lower())) or "section"


def read(text: str) -> list[SectionText]:
    """Return the sections of a policy with their rules; raises PolicyTextError with all faults."""
    reader = _Reader()
    for number, line in enumerate(text.splitlines(), start=1):
        reader.take(number, line.rstrip())
    return reader.whole()


def shown(text: str) -> list[SectionText]:
    """Return the sections of a text that is stored; one that was written to other rules than today's is one section."""
    try:
        return read(text)
    except PolicyTextError:
        return [SectionText("The policy", text)]


def rules(text: str) -> list[RuleText]:
    """Return every rule of a policy in its order; raises PolicyTextError."""
    return [rule for section in read(text) for rule in section.rules]


class _Reader:
    def __init__(self) -> None:
        self.sections: list[SectionText] = []
        self.faults: list[str] = []
        self.lines: dict[str, int] = {}
        self.is_code = False

    def take(self, number: int, line: str) -> None:
        if line.lstrip().startswith("```"):
            self.is_code = not self.is_code
        if self.is_code or not line.startswith("#"):
            self._text(number, line)
        elif match := _SECTION.fullmatch(line):
            self.sections.append(SectionText(match["heading"]))
        elif match := _RULE.fullmatch(line):
            self._rule(number, match)
        elif line.startswith("# "):
            self.faults.append(f"Line {number}: the page has its heading already; a section begins with ##.")
        elif re.match(r"###? *$|###? +\S", line):
            self.faults.append(
                f"Line {number}: a rule is written “### Heading {{code: outcome}}”, a section “## Heading”."
            )
        else:
            self._text(number, line)

    def _text(self, number: int, line: str) -> None:
        if not self.sections:
            if line:
                self.faults.append(f"Line {number}: the text begins with a section, “## Heading”.")
                self.sections.append(SectionText("Policy"))
            return
        section = self.sections[-1]
        part: SectionText | RuleText = section.rules[-1] if section.rules else section
        part.text += f"{line}\n"

    def _rule(self, number: int, match: re.Match[str]) -> None:
        code, leads_to = match["code"].strip(), match["leads_to"].strip()
        if len(code) > CODE_MOST or not _CODE.fullmatch(code):
            self.faults.append(
                f"Line {number}: a code has lower-case letters, digits and hyphens, at most {CODE_MOST}."
            )
        elif code in self.lines:
            self.faults.append(f"Line {number}: the code {code} is that of line {self.lines[code]} as well.")
        if leads_to not in LeadsTo.values:
            self.faults.append(f"Line {number}: after the code comes one of {', '.join(LeadsTo.values)}.")
        if len(match["heading"]) > HEADING_MOST:
            self.faults.append(f"Line {number}: a heading has at most {HEADING_MOST} characters.")
        if not self.sections:
            self.faults.append(f"Line {number}: the text begins with a section, “## Heading”.")
            self.sections.append(SectionText("Policy"))
        elif not self.faults:
            self.sections[-1].rules.append(RuleText(match["heading"], code, LeadsTo(leads_to)))
        self.lines.setdefault(code, number)

    def whole(self) -> list[SectionText]:
        for section in self.sections:
            section.text = section.text.strip()
            for rule in section.rules:
                rule.text = rule.text.strip()
                if not rule.text:
                    self.faults.append(f"Line {self.lines[rule.code]}: the rule {rule.code} has no text.")
        anchors = [section.anchor for section in self.sections]
        twice = next((anchor for anchor in anchors if anchors.count(anchor) > 1), "")
        if twice:
            self.faults.append(f"Two sections have the same heading ({twice}).")
        if not self.faults and not any(section.rules for section in self.sections):
            self.faults.append("There is no rule in it, “### Heading {code: outcome}”, that a closing could cite.")
        if self.faults:
            raise PolicyTextError(self.faults)
        return self.sections
