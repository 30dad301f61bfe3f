"""The tags, filters and templates that all pages share."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django import forms
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string

from psrt_portal import styleguide
from tests.architecture.markup import Page
from tests.architecture.source import templates
from web import charts

NOON = datetime(2099, 9, 3, 12, 0, tzinfo=UTC)


def rendered(source: str, **context: Any) -> str:
    return Template(source).render(Context(context)).strip()


# -- time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("away", "wording"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=-30), "just now"),
        (timedelta(days=-2, hours=-5), "2\xa0days ago"),
        (timedelta(days=-40), "on 25 July 2099"),
    ],
)
@time_machine.travel(NOON, tick=False)
def test_a_moment_that_is_over_has_its_exact_time_in_a_tooltip(away: timedelta, wording: str) -> None:
    when = NOON + away
    exact = f"{when.day} {when:%B} 2099, {when:%H:%M} UTC"
    assert rendered("{% moment when %}", when=when) == (
        f'<time datetime="{when.isoformat()}" title="{exact}" data-moment>{wording}</time>'
    )


@pytest.mark.parametrize(
    ("away", "wording"),
    [
        (timedelta(seconds=30), "within a minute"),
        (timedelta(hours=9, minutes=40), "in 10\xa0hours"),
        (timedelta(days=7, seconds=-3), "in 7\xa0days"),
    ],
)
@time_machine.travel(NOON, tick=False)
def test_a_moment_to_come_is_exact_and_says_how_far_away_it_is(away: timedelta, wording: str) -> None:
    when = NOON + away
    assert rendered("{% moment when %}", when=when) == (
        f'<time datetime="{when.isoformat()}" data-moment>{when.day} September 2099, {when:%H:%M} UTC</time>'
        f'<span class="distance">, {wording}</span>'
    )


#: The last part of what a template calls a moment that is still to come.
TO_COME = {"closes_at", "due_at", "expires_at", "veto_until", "embargo_until", "more_from"}


def test_no_template_puts_a_preposition_before_a_moment_that_is_over() -> None:
    """ "On 2 hours ago" is no English: leave the word out, or show the exact time by `relative=False`."""
    pattern = re.compile(r"\b(?:on|of|from|since|at|to|before|after) \{% moment ([\w.]+) %\}", re.IGNORECASE)
    found = {
        f"{path.name}: {match[0]}"
        for path in templates()
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
        if match[1].rpartition(".")[2] not in TO_COME
    }
    assert found == set()


def test_a_moment_can_leave_out_how_far_away_it_is() -> None:
    assert rendered("{% moment when relative=False %}", when=NOON).endswith("3 September 2099, 12:00 UTC</time>")


@pytest.mark.parametrize("when", [date(2099, 9, 3), NOON])
def test_a_day_is_written_out(when: date) -> None:
    assert rendered("{% day when %}", when=when) == '<time datetime="2099-09-03">3 September 2099</time>'


@pytest.mark.parametrize("tag", ["moment", "day"])
def test_a_missing_time_renders_nothing(tag: str) -> None:
    assert rendered(f"{{% {tag} when %}}", when=None) == ""


# -- parts of pages -----------------------------------------------------------------------------------


def test_an_element_without_content_is_not_there() -> None:
    assert rendered('{% filled "aside" class="x" %}  {% if False %}x{% endif %} {% endfilled %}') == ""


def test_an_element_with_content_has_its_class_its_name_and_its_inner_part() -> None:
    source = '{% filled "section" class="strip" label=name inner="bar" %}Private{% endfilled %}'
    assert rendered(source, name='Embargo "now"') == (
        '<section aria-label="Embargo &quot;now&quot;" class="strip"><div class="bar">Private</div></section>'
    )


def test_a_card_escapes_its_title_and_keeps_its_content() -> None:
    assert rendered('{% card title=title tone="private" %}<p>x</p>{% endcard %}', title="<b>") == (
        '<section class="card card-private"><h2>&lt;b&gt;</h2><p>x</p></section>'
    )
    assert rendered("{% card %}x{% endcard %}") == '<section class="card">x</section>'


@pytest.mark.parametrize(
    ("arguments", "role"),
    [('tone="now"', "note"), ('tone="danger"', "alert"), ('tone="success" role="status"', "status")],
)
def test_an_alert_has_a_sign_and_the_role_that_fits(arguments: str, role: str) -> None:
    html = rendered(f"{{% alert {arguments} title=title %}}<p>x</p>{{% endalert %}}", title="A & B")
    assert f'role="{role}"' in html
    assert '<p class="alert-title">A &amp; B</p><p>x</p>' in html
    assert "images/icons.svg#" in html


@pytest.mark.parametrize(
    ("level", "tone"),
    [
        (messages.INFO, "info"),
        (messages.SUCCESS, "success"),
        (messages.WARNING, "now"),
        (messages.ERROR, "danger"),
    ],
)
def test_a_message_is_an_alert_of_its_level_and_escaped(level: int, tone: str) -> None:
    html = render_to_string("components/messages.html", {"messages": [Message(level, "Saved <b>")]})
    assert f"alert-{tone}" in html
    assert "Saved &lt;b&gt;" in html


def test_a_link_of_the_navigation_is_marked_below_its_address_only() -> None:
    source = '{% nav_link "/reports/" "Reports" path %}'
    assert rendered(source, path="/reports/R-7KQ2/") == '<a href="/reports/" aria-current="page">Reports</a>'
    assert rendered(source, path="/report/") == '<a href="/reports/">Reports</a>'


@pytest.mark.parametrize(
    ("text", "forbidden"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("<img src=x onerror=alert(1)>", "<img"),
        ("![x](https://example.org/a.png)", "<img"),
        ("[x](javascript:alert(1))", "href"),
        ("[x](data:text/html,x)", "href"),
        ("<a href='x' style='x'>x</a>", "<a"),
        ("<svg><style>*{}</style></svg>", "<style"),
    ],
)
def test_text_from_people_is_rendered_as_safe_html(text: str, forbidden: str) -> None:
    assert forbidden not in rendered("{{ text|markdown }}", text=text)


def test_text_from_people_keeps_its_emphasis_and_headings() -> None:
    assert rendered("{{ text|markdown }}", text="a **b**\n\n# c") == "<p>a <strong>b</strong></p>\n<h3>c</h3>"


def test_a_list_of_one_page_has_no_pagination() -> None:
    assert render_to_string("components/pagination.html", {"page": Paginator([1], 30).page(1)}).strip() == ""


def test_pages_keep_the_filter() -> None:
    html = render_to_string(
        "components/pagination.html", {"page": Paginator(range(90), 30).page(2), "query": "year=2099"}
    )
    assert [link["href"] for link in Page(html).all("a")] == ["?year=2099&page=1", "?year=2099&page=3"]


@pytest.mark.parametrize(("value", "wording"), [(78, "Day 78 of 90"), (97, "Day 97 of 90")])
def test_progress_says_in_words_what_it_draws(value: int, wording: str) -> None:
    assert wording in render_to_string("components/progress.html", {"value": value, "most": 90, "label": "Day"})


# -- forms ----------------------------------------------------------------------------------------------


def form_page(form: Any) -> Page:
    return Page(rendered("{% load crispy_forms_tags %}{{ form|crispy }}", form=form))


@pytest.mark.parametrize("data", [None, {"choice": "perhaps"}])
def test_every_control_has_a_label_and_every_reference_a_target(data: dict[str, str] | None) -> None:
    page = form_page(styleguide.ExampleForm(data))
    assert (page.nameless, page.dangling) == ([], [])
    assert len(page.ids) == len(set(page.ids))


def test_choices_are_a_group_with_a_name_and_each_is_tied_to_its_note() -> None:
    page = form_page(styleguide.ExampleForm())
    assert len(page.all("fieldset")) == len(page.all("legend")) == 2
    assert {one["aria-describedby"] for one in page.all("input") if one["type"] == "radio"} == {
        "id_choice_0_note",
        "id_choice_1_note",
        "id_choice_2_note",
    }


def test_a_field_with_an_error_says_so_to_everybody() -> None:
    page = form_page(styleguide.ExampleForm({"choice": "perhaps"}))
    summary = next(one for one in page.all("input") if one["name"] == "summary")
    assert (summary["aria-invalid"], summary["aria-describedby"]) == ("true", "id_summary_helptext id_summary_error")
    assert page.all("fieldset")[0]["aria-describedby"] == "id_choice_helptext id_choice_error"


def test_the_summary_leads_to_every_field_with_an_error() -> None:
    page = form_page(styleguide.ExampleForm({}))
    wanted = ["#id_summary", "#id_description", "#id_decided_on", "#id_choice_0", "#id_agreed"]
    assert [link["href"] for link in page.all("a")] == wanted


class UploadForm(forms.Form):
    """One field, which may stay empty."""

    upload = forms.CharField(required=False)


def test_optional_fields_are_marked_and_explained_only_where_there_are_any() -> None:
    html = rendered("{% load crispy_forms_tags %}{{ form|crispy }}", form=styleguide.ExampleForm())
    assert html.count("(optional)") == 3
    assert "required unless it says" in html
    plain = rendered("{% load crispy_forms_tags %}{{ form|crispy }}", form=styleguide.CrispyForm())
    assert ("optional" in plain, "required" in plain.replace("required ", "")) == (False, False)


def test_a_form_of_optional_fields_does_not_say_that_everything_is_required() -> None:
    html = rendered("{% load crispy_forms_tags %}{{ form|crispy }}", form=UploadForm())
    assert (html.count("(optional)"), "required unless" in html) == (1, False)


def test_an_error_never_repeats_what_was_typed_as_markup() -> None:
    html = rendered("{% load crispy_forms_tags %}{{ form|crispy }}", form=styleguide.ExampleForm({"choice": "<b>"}))
    assert "<b>" not in html


# -- drawings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 9, 19, 40])
def test_the_bars_stand_inside_the_drawing_and_the_last_year_is_named(count: int) -> None:
    chart = charts.bar_chart([styleguide.Year(2000 + index, index % 7) for index in range(count)])
    assert max(bar.x + bar.width for bar in chart.bars) <= chart.width + 0.01
    assert min(bar.y for bar in chart.bars) >= 0
    assert chart.bars[-1].shows_year
    named = [bar.middle for bar in chart.bars if bar.shows_year]
    assert all(right - left >= 41 for left, right in pairwise(named))


def test_bars_are_as_high_as_their_numbers() -> None:
    chart = charts.bar_chart([styleguide.Year(2098, 4), styleguide.Year(2099, 2)])
    assert [bar.height for bar in chart.bars] == [94, 47]
    assert chart.description == "4 in 2098, 2 in 2099, most in 2098: 4"
    assert charts.bar_chart([]).bars == []
    assert charts.bar_chart([styleguide.Year(2099, 0)]).bars[0].height == 0


def test_no_address_is_used_in_a_block_that_another_block_has_named() -> None:
    """A name given by ``{% url ... as name %}`` exists in its own block only; elsewhere a link would be empty."""
    wrong = []
    for path in templates():
        parts = re.split(r"{% block (\w+) %}", path.read_text(encoding="utf-8"))
        named = {name for part in parts for name in re.findall(r"{% url [^%]* as (\w+) %}", part)}
        for block, body in zip(parts[1::2], parts[2::2], strict=True):
            own = set(re.findall(r"{% url [^%]* as (\w+) %}", body))
            used = set(re.findall(r"url=(\w+)\b(?!\.)", body)) | set(re.findall(r"{{ (\w+)\b", body))
            wrong += [f"{path.name}: {block} uses {name}" for name in sorted((used & named) - own)]
    assert wrong == []


def test_every_button_is_a_link_or_says_what_kind_of_button_it_is() -> None:
    """A button without a kind would send the form around it."""
    included = [
        (path.name, wording)
        for path in templates()
        for wording in re.findall(r'include "components/button.html" with ([^%]*)%}', path.read_text(encoding="utf-8"))
    ]
    assert len(included) > 100
    assert [one for one in included if "url=" not in one[1] and "type=" not in one[1]] == []
    assert rendered('{% include "components/button.html" with label="Not now" url=missing only %}').strip() == ""
