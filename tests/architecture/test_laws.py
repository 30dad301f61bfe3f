"""Lint: the laws of docs/architecture.md that the source itself can break."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from tests.architecture.source import ROOT, Module, app_modules, templates

pytestmark = pytest.mark.lint

#: Which fields hold the state of a thing. They are written in workflow.py and nowhere else.
STATE = {
    "Membership": {
        "since", "since_precision", "until", "until_precision", "ended_on_unknown_day", "recorded_on", "began", "ended",
        "authority", "end_authority",
    },
    "Role": {
        "since", "since_precision", "until", "until_precision", "ended_on_unknown_day", "recorded_on", "kind",
        "authority", "end_authority",
    },
    "FormerGitHubName": {"name", "until"},
    "GitHubLookup": {"answered_at", "is_stale", "number", "account_since", "failed_at"},
    "Acceptance": {"version", "accepted_at"},
    "Checklist": {
        "direction", "membership", "began", "ending", "authority", "reason", "begun_at", "begun_by", "accepted_at",
        "completed_at", "completed_by", "cancelled_at", "cancelled_by", "reminded_at",
    },
    "ChecklistStep": {
        "done_at", "done_by", "not_needed", "checked_at", "check_run", "check_result", "confirmed_at",
        "applied_at", "applied_by",
    },
    "Memorial": {
        "recorded_at", "recorded_by", "confirmed_at", "confirmed_by", "ended_before", "ended_roles", "undone_at",
        "undone_by", "undo_reason", "login_was_open",
    },
    "Suspension": {"begun_at", "begun_by", "ended_at", "ended_by", "end_reason"},
    "Invitation": {"expires_at", "confirmed_at", "confirmed_by", "accepted_at", "revoked_at", "refused_by"},
    "LoginReset": {
        "asked_at", "proposed_at", "proposed_by", "confirmed_at", "confirmed_by", "refused_at", "refused_by",
        "stopped_at", "expires_at", "invitation",
    },
    "User": {"is_active", "is_unconfirmed"},
    "CalendarLink": {"nonce", "made_at"},
    "DocumentVersion": {"number", "change", "published_at", "published_by"},
    "Preferences": {"time_zone", "away_until", "may_be_assigned"},
    "Nomination": {
        "link_nonce", "consent_until", "consented_at", "declined_at", "withdrawn_at", "withdrawn_by", "cancelled_at",
        "annulled_at", "onboarding", "ended_at",
    },
    "Comment": {"taken_back_at"},
    "Interest": {"taken_back_at"},
    "RefusedAnnulment": {"asked_by", "asked_at", "refused_by", "refused_at"},
    "Extension": {"closed_before", "extended_at"},
    "Reminder": {"reminded_at"},
    "Stop": {"asked_by", "asked_at", "confirmed_by", "confirmed_at"},
    "Vote": {
        "closes_at", "rules", "key_destroyed_at", "closed_at", "yes", "no", "abstain", "board_hash", "veto_until",
        "passed", "council_told_at", "confirmed_at", "confirmed_by", "turnout_note", "turnout_noted_by",
        "turnout_noted_at", "entitled", "officer", "acknowledged_at", "acknowledged_by",
    },
    "CouncilTold": {"told_at"},
    "RollEntry": {"has_voted"},
    "SealedBallot": {"ciphertext", "revision"},
    "Ballot": {"choice", "receipt"},
    "KeyOffice": {"asked_by", "asked_at", "accepted_at", "public_key"},
    "CouncilDecision": {"decided_on", "recorded_by", "recorded_at", "confirmed_by", "confirmed_at"},
    "RefusedVeto": {"recorded_by", "recorded_at", "refused_by", "refused_at", "objection"},
    "Resolution": {
        "decided_on", "in_favour", "against", "abstained", "recorded_by", "recorded_at", "corrects", "due_at",
        "confirmed_by", "objected_by", "objected_at", "objection", "blocked_at", "obstacle", "effective_at",
    },
    "Channel": {"name", "to_let_in", "to_let_out", "position", "retired_at"},
    "ChannelAccount": {"identifier"},
    "DriftCheck": {"requested_at", "requested_by", "started_at", "finished_at"},
    "Reading": {"entries", "error"},
    "Change": {"act", "confirmed_by", "confirmed_at", "was_looked_at", "done_at", "failed_at", "error"},
    "InactivityReview": {
        "announced_at", "announced_by", "due_at", "generated_at", "generated_by", "sent_at", "sent_by",
        "recorded_from", "credits_read_at",
    },
    "CreditSource": {"asked_at", "read_at", "failed_at", "error"},
    "CoordinatorCredit": {"account", "advisory"},
    "ActivityNote": {"written_by", "written_at", "withdrawn_by", "withdrawn_at"},
    "ReviewEntry": {
        "noticed", "reminded_at", "group", "because", "answer", "answer_text", "answered_at", "answer_taken_by",
    },
    "ReviewDecision": {"verdict", "decided_on", "in_favour", "against", "abstained", "recorded_by", "recorded_at"},
    "Report": {
        "coordinator", "coordinated_at", "determination", "determined_at", "determined_by", "duplicate_of",
        "forwarded_to", "embargo_until", "published_at", "offered_to", "offered_by", "offered_at", "public_issue",
        "forward_outcome", "forward_ended_at", "undo_until", "told_at", "released_at", "split_from", "summary",
        "versions_tested", "versions_affected", "fixed_on_main", "fix_public_since", "public_elsewhere_since",
        "exploited_since", "origin_id", "origin_link", "received_at", "facts_revision",
    },
    "IncomingMail": {
        "handling", "handled_at", "handled_by", "batch", "settles_at", "settled_at", "tells_sender", "report", "answer",
    },
    "Message": {"is_held", "edited_at"},
    "Advisory": {"psf_id", "credits_settled", "approved_by", "approved_at", "published_at", "withdrawn_at"},
    "Project": {"is_covered", "cna_name", "cna_url", "is_offered"},
    "Branch": {"end_of_life"},
    "PolicyVersion": {"published_at", "in_force_from"},
    "Delivery": {"claimed_until", "sent_at", "dropped_at", "failed_at"},
    "Notice": {"expanded_at"},
    "MailPause": {"begun_at", "ended_at"},
    "MailChoice": {"rhythm"},
    "Mute": {"muted_at"},
}  # fmt: skip
#: What else may write them: history that was made elsewhere, or never happened.
ALSO_WRITES_STATE = (
    "advisories/projects/texts/",
    "members/channels/first_channels.py",
    "members/documents/texts/",
    "psrt_portal/demo/",
)
#: Makes history for the demo. Tests may do the same.
MAY_PRETEND = ("psrt_portal/demo/", "psrt_portal/management/commands/seed_demo.py")


def writes_state(module: Module) -> bool:
    return module.layer == "workflow" or module.name.startswith(ALSO_WRITES_STATE)


# -- law 1: state fields are written in workflow.py only --------------------------------------------


def assigned(module: Module) -> Iterator[tuple[int, str]]:
    """Yield the attributes of other things than self that are assigned, with their lines."""
    written = [(node.lineno, target) for node in module.nodes(ast.Assign) for target in node.targets]
    written += [(node.lineno, node.target) for node in module.nodes(ast.AugAssign)]
    written += [(node.lineno, node.target) for node in module.nodes(ast.AnnAssign)]
    for line, target in written:
        if isinstance(target, ast.Attribute) and ast.unparse(target.value) not in {"self", "cls"}:
            yield line, target.attr


def saved(module: Module) -> Iterator[tuple[int, str, set[str]]]:
    """Calls that write rows by keyword: line, name of the model if the call shows it, and the keywords."""
    for call in module.nodes(ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr in WRITERS:
            root: ast.expr = call.func
            while isinstance(root, ast.Attribute | ast.Call):
                root = root.value if isinstance(root, ast.Attribute) else root.func
            name = root.id if isinstance(root, ast.Name) and root.id[:1].isupper() else ""
            yield call.lineno, name, {keyword.arg for keyword in call.keywords if keyword.arg}
        elif isinstance(call.func, ast.Name) and call.func.id in STATE:
            yield call.lineno, call.func.id, {keyword.arg for keyword in call.keywords if keyword.arg}


WRITERS = {"update", "create", "acreate", "aupdate", "get_or_create", "update_or_create"}


def test_state_is_written_in_workflow_only() -> None:
    every = set().union(*STATE.values())
    faults = []
    for module in app_modules():
        if writes_state(module):
            continue
        faults += [f"{module.name}:{line} .{name} =" for line, name in assigned(module) if name in every]
        for line, model, names in saved(module):
            fields = STATE.get(model, set()) if model else every
            faults += [f"{module.name}:{line} {model}({name}=)" for name in sorted(names & fields)]
    assert faults == []


def test_the_check_finds_every_way_to_write(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text(
        "report.coordinator = person\n"
        "Report.objects.filter(pk=1).update(coordinator=None)\n"
        "Invitation.objects.create(expires_at=now)\n"
        "report.children.create(published_at=now)\n"
        "Ballot(choice='yes')\n"
        "self.coordinator = None\n",
        encoding="utf-8",
    )
    module = Module(tmp_path / "views.py")
    assert list(assigned(module)) == [(1, "coordinator")]
    assert [(line, model, names) for line, model, names in saved(module)] == [
        (2, "Report", {"coordinator"}),
        (3, "Invitation", {"expires_at"}),
        (4, "", {"published_at"}),
        (5, "Ballot", {"choice"}),
    ]


def test_the_list_of_state_fields_names_real_ones() -> None:
    models = {model.__name__: model for model in apps.get_models()}
    for name, fields in STATE.items():
        assert fields <= {field.name for field in models[name]._meta.get_fields()}, name


def test_the_list_of_exceptions_names_real_modules() -> None:
    assert [name for name in ALSO_WRITES_STATE if not (ROOT / name).exists()] == []


# -- one way out: a membership ends as removed by the effect of a council resolution only ----------------------

#: Verbs that end memberships name how; this one waits for a second seat (ADR 88, 103).
REMOVES = {"nominations/workflow/resolving.py"}


def test_only_a_council_resolution_removes_a_member() -> None:
    names = {
        module.name
        for module in app_modules()
        if module.layer in {"workflow", "tasks", "views", "management"}
        for node in module.nodes(ast.Attribute)
        if ast.unparse(node) == "MembershipEnded.REMOVED"
    }
    assert names == REMOVES


# -- law 3: a verb records in its own transaction ------------------------------------------------------


def test_verbs_that_record_are_atomic() -> None:
    loose = [
        (module.name, function.name)
        for module in app_modules()
        if module.layer == "workflow"
        for function in module.functions
        if not function.name.startswith("_") and calls(function, "record") and not is_atomic(function)
    ]
    assert loose == []


def calls(function: ast.AST, name: str) -> bool:
    called = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(
        (isinstance(one, ast.Name) and one.id == name) or (isinstance(one, ast.Attribute) and one.attr == name)
        for one in called
    )


def is_atomic(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("atomic" in ast.unparse(decorator) for decorator in function.decorator_list)


# -- law 5: nothing that varies by person is kept by a cache -----------------------------------------------


def test_no_view_is_cached() -> None:
    caching = {"cache_page", "UpdateCacheMiddleware", "FetchFromCacheMiddleware"}
    faults = []
    for module in app_modules():
        names = {node.attr for node in module.nodes(ast.Attribute)} | {node.id for node in module.nodes(ast.Name)}
        faults += [(module.name, name) for name in sorted(names & caching)]
    assert faults == []


def test_no_cache_middleware_is_installed() -> None:
    assert [name for name in settings.MIDDLEWARE if name.startswith("django.middleware.cache")] == []


def test_no_template_caches_fragments() -> None:
    assert [path.name for path in templates() if re.search(r"{%\s*cache\b", path.read_text(encoding="utf-8"))] == []


# -- law 6: nothing waits for the broker -----------------------------------------------------------------


def test_hints_to_the_worker_do_not_block() -> None:
    """With the broker down, ``delay()`` held a request for 19.5 seconds."""
    faults = []
    for module in app_modules():
        for call in module.nodes(ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg}
            retries = name in {"apply_async", "apply_async_on_commit", "send_task"} and options.get("retry") != "False"
            if name in {"delay", "delay_on_commit"} or retries:
                faults.append((module.name, call.lineno))
    assert faults == []


# -- one signal, one receiver; one clock -------------------------------------------------------------------


def test_there_is_one_signal() -> None:
    made = [
        module.name
        for module in app_modules()
        for call in module.nodes(ast.Call)
        if ast.unparse(call.func).split(".")[-1] in {"Signal", "ModelSignal"}
    ]
    assert made == ["audit/signals.py"]


def test_there_is_one_receiver() -> None:
    connected = [
        module.name
        for module in app_modules()
        for call in module.nodes(ast.Call)
        if isinstance(call.func, ast.Name | ast.Attribute)
        and (ast.unparse(call.func) == "receiver" or ast.unparse(call.func).endswith("event_recorded.connect"))
    ]
    assert len(connected) == 1
    assert connected[0].startswith("notifications/")


def test_only_the_demo_pretends_another_time() -> None:
    faults = []
    for module in app_modules():
        names = {node.attr for node in module.nodes(ast.Attribute)}
        names |= {alias.name for node in module.nodes(ast.ImportFrom) for alias in node.names}
        if "pretend" in names and not module.name.startswith(MAY_PRETEND):
            faults.append(module.name)
    assert faults == []


# -- what a page may hold ------------------------------------------------------------------------------------


def test_no_page_has_inline_script_or_style() -> None:
    """The content security policy would block it, silently for us and visibly for the visitor."""
    inline = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\ssrc=)")
    faults = []
    for path in templates():
        if path.is_relative_to(ROOT / "templates/emails"):
            continue
        text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.S)
        faults += [(path.relative_to(ROOT).as_posix(), match) for match in inline.findall(text)]
    assert faults == []
