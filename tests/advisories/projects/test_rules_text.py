"""The text of the policy and its rules."""

from __future__ import annotations

import pytest

from advisories.projects import rules_text
from advisories.projects.enums import LeadsTo
from advisories.projects.rules_text import PolicyTextError, RuleText, SectionText
from advisories.projects.texts import first_policy

TEXT = """\
## What is one?

Words.

### A kettle {kettle: not-a-vulnerability}

It whistles.

```
# no heading
### neither {this: one}
```

#### A small heading

### A teapot {tea-pot: public-issue}
It pours.
## The rest
More words.
"""


def test_sections_and_rules_are_read_with_their_texts() -> None:
    first, second = rules_text.read(TEXT)

    code = "```\n# no heading\n### neither {this: one}\n```"
    assert first == SectionText(
        "What is one?",
        "Words.",
        [
            RuleText(
                "A kettle", "kettle", LeadsTo.NOT_A_VULNERABILITY, f"It whistles.\n\n{code}\n\n#### A small heading"
            ),
            RuleText("A teapot", "tea-pot", LeadsTo.PUBLIC_ISSUE, "It pours."),
        ],
    )
    assert (first.anchor, second) == ("what-is-one", SectionText("The rest", "More words."))
    assert SectionText("Über").anchor == "ber"
    assert SectionText("§").anchor == "section"


def test_a_stored_text_without_sections_is_shown_as_one() -> None:
    assert rules_text.shown("Words.") == [SectionText("The policy", "Words.")]
    assert rules_text.shown(TEXT) == rules_text.read(TEXT)


RULE = "### K {k: discard}\nText.\n"
AFTER = f"## S\n{RULE}"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", ["There is no rule in it, “### Heading {code: outcome}”, that a closing could cite."]),
        ("## S\nWords.", ["There is no rule in it, “### Heading {code: outcome}”, that a closing could cite."]),
        (f"Words.\n{AFTER}", ["Line 1: the text begins with a section, “## Heading”."]),
        (RULE, ["Line 1: the text begins with a section, “## Heading”."]),
        (f"# T\n{AFTER}", ["Line 1: the page has its heading already; a section begins with ##."]),
        (
            f"{AFTER}### No code\n",
            ["Line 4: a rule is written “### Heading {code: outcome}”, a section “## Heading”."],
        ),
        (f"{AFTER}##\n", ["Line 4: a rule is written “### Heading {code: outcome}”, a section “## Heading”."]),
        (f"{AFTER}{RULE}", ["Line 4: the code k is that of line 2 as well."]),
        (
            f"{AFTER}### K {{K K: discard}}\nText.",
            ["Line 4: a code has lower-case letters, digits and hyphens, at most 40."],
        ),
        (
            f"{AFTER}### K {{k2: burn}}\nText.",
            [f"Line 4: after the code comes one of {', '.join(LeadsTo.values)}."],
        ),
        (f"{AFTER}### {'K' * 201} {{k2: discard}}\nText.", ["Line 4: a heading has at most 200 characters."]),
        (f"{AFTER}### K {{k2: discard}}\n\n", ["Line 4: the rule k2 has no text."]),
        (f"{AFTER}## S\n", ["Two sections have the same heading (s)."]),
    ],
)
def test_a_fault_is_named_by_its_line(text: str, sentences: list[str]) -> None:
    with pytest.raises(PolicyTextError) as error:
        rules_text.read(text)
    assert error.value.sentences == sentences


CODES = {
    "real-world": "not-a-vulnerability",
    "documented-behaviour": "not-a-vulnerability",
    "no-sandbox": "other-project",
    "launch-conditions": "not-a-vulnerability",
    "dos-input-size": "not-a-vulnerability",
    "dos-gain": "not-a-vulnerability",
    "exceptions": "not-a-vulnerability",
    "dependencies": "other-project",
    "prerelease": "public-issue",
    "experimental": "public-issue",
    "end-of-life": "not-a-vulnerability",
    "fixed-on-main": "sent-back",
    "unsupported-platform": "other-project",
    "silent-maintainers": "other-project",
    "checked-by-person": "sent-back",
    "plain-text": "sent-back",
    "nothing-in-it": "discard",
    "disregard": "refusal",
}


def test_the_first_policy_has_a_rule_for_each_criterion_of_the_source() -> None:
    assert {rule.code: rule.leads_to for rule in rules_text.rules(first_policy())} == CODES
