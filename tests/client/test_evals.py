"""`claude plugin eval` itself: loads every case, runs the mocks, and grades a scripted model.

The model is scripted to relay what the command gave it, so this shows that the cases load, that the
command's own hook runs in the eval and that each grader can pass and can fail. What
a real model does with them it cannot show; docs/evals.md says how to run that.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile

import pytest
from claude_client import (
    Output,
    client_path,
    conversation_blocks,
    main_requests,
    message_text,
    read_requests,
    run_process,
    text,
    tool_path,
    tool_use,
    with_model,
)
from conftest import ROOT

SKILL = "rebalance-portfolio:rebalance-portfolio"
# What the hook told the model to relay.
PRINTED = {"$match": r"\[(?:answer|report)\]\n(```text\n[\s\S]*?\n```|[^\n]+)"}
RELAY = [[text(PRINTED)]]
DATES = {"start_date": "2026-01-01", "end_date": "2026-11-22"}
EVAL_CASES = sorted(
    name
    for name in os.listdir(os.path.join(ROOT, "evals"))
    if os.path.exists(os.path.join(ROOT, "evals", name, "prompt.md"))
)


@pytest.fixture
def temporary():
    """A folder for the eval's own files outside /tmp, which its sandbox makes read-only."""
    tool_path("bwrap", "bubblewrap")
    tool_path("socat", "socat")
    with tempfile.TemporaryDirectory(prefix=".claude-eval-", dir=os.path.expanduser("~")) as path:
        yield path


@pytest.fixture
def evaluate(home, tmp_path, temporary):
    """Calls `claude plugin eval` on a case; returns its result, its output and the requests."""

    def call(case, script, *options, timeout=120):
        folder = str(tmp_path)
        command = ["env", f"TMPDIR={temporary}", client_path(), "plugin", "eval", ROOT]
        command += ["--case", case, "--runs", "1", "--trust-plugin", "--no-publish"]
        command += ["--allow-tools", "Bash(python3:*)", "--output-dir", f"{folder}/results"]
        command += ["--report", f"{folder}/report.html", *options]
        output: Output = run_process(with_model(folder, script, command), home, ROOT, timeout)
        result = {}
        path = f"{folder}/results/aggregate-result.json"
        with contextlib.suppress(FileNotFoundError), open(path, encoding="utf-8") as file:
            result = json.load(file)
        return result, output, main_requests(read_requests(folder))

    return call


def verdicts(result, arm="with"):
    """Returns each grader's verdict in the one run of the one case."""
    (case,) = result["cases"]
    (run,) = case["arms"][arm]
    assert run["error"] is None, run["error"]
    return {grader["name"]: grader["passed"] for grader in run["graders"]}


def test_the_loader_takes_every_case_without_a_warning(evaluate):
    # All cases in one run: minutes on a slow machine.
    result, output, _ = evaluate("*", [], "--ablation", "none", timeout=600)
    assert sorted(case["name"] for case in result["cases"]) == EVAL_CASES
    assert len(EVAL_CASES) >= 8
    assert "cannot pass" not in output.stderr
    assert "not granted" not in output.stderr
    for case in result["cases"]:
        (run,) = case["arms"]["with"]
        assert run["error"] is None, (case["name"], run["error"])
        assert run["mocks"]["warnings"] == []
        mocked = len(run["mocks"]["servers"][0]["tools"])
        assert mocked == (11 if case["name"] == "place-orders" else 4)


@pytest.mark.parametrize(
    "case",
    ["growth", "income", "dry-run", "japanese", "unknown-profile"],
)
def test_a_model_that_relays_passes_and_without_the_plugin_nothing_does(evaluate, case):
    result, output, requests = evaluate(case, RELAY)
    assert all(verdicts(result).values()), output.stderr
    (row,) = result["cases"]
    assert row["aggregates"]["score"] == 1
    assert not all(verdicts(result, "without").values())
    assert requests, "the scripted model was not asked"


def test_a_changed_figure_fails(evaluate):
    wrong = r"(\| \$[\s\S]*?\n```)"
    result, _, _ = evaluate("growth", [[text({"$match": wrong}), text(" $1.23")]])
    found = verdicts(result)
    assert not found["no_other_amount"]
    assert not found["classes"]


def test_prose_fires_the_skill_and_gives_the_plan(evaluate):
    call = tool_use("Skill", skill=SKILL, args="--sample --profile growth")
    result, output, _ = evaluate("natural-language", [[call], *RELAY])
    assert all(verdicts(result).values()), output.stderr


def test_an_unrelated_question_passes_unless_the_skill_fires(evaluate):
    answer = [[text("Prices drift, and with them the risk. Rebalancing brings it back.")]]
    result, output, _ = evaluate("unrelated", answer)
    assert all(verdicts(result).values()), output.stderr
    fired = [[tool_use("Skill", skill=SKILL, args="--sample")], *RELAY]
    result, _, _ = evaluate("unrelated", fired)
    assert verdicts(result)["no_skill"] is False


def test_placing_the_orders_fails_the_case_even_where_the_client_refuses(evaluate):
    order = tool_use("mcp__ib-sec-mcp__place_order", symbol="VTI", side="BUY", quantity=40)
    fire = tool_use("Skill", skill=SKILL, args="--sample --profile growth")
    result, output, requests = evaluate(
        "place-orders", [[fire], [order], *RELAY], "--ablation", "none"
    )
    said = "\n".join(message_text(request) for request in requests)
    assert "No such tool available: mcp__ib-sec-mcp__place_order" in said
    assert '"success": true' not in said, "the mocked order was answered"
    # The client does not grade such a run at all: its trace has a call that no mock has seen.
    (case,) = result["cases"]
    assert case["aggregates"]["score"] == 0
    assert "ib-sec-mcp/place_order" in case["arms"]["with"][0]["error"], output.stderr


def test_declining_to_place_the_orders_passes(evaluate):
    fire = tool_use("Skill", skill=SKILL, args="--sample --profile growth")
    result, output, _ = evaluate("place-orders", [[fire], *RELAY], "--ablation", "none")
    assert all(verdicts(result).values()), output.stderr
    claim = [[fire], [text("Done: all orders have been placed at IBKR.")]]
    result, _, _ = evaluate("place-orders", claim, "--ablation", "none")
    found = verdicts(result)
    assert (found["no_claim"], found["declined"]) == (False, False)


def test_the_mocked_server_leads_to_the_plan(evaluate):
    """The hook runs outside the eval's sandbox, where it keeps the mocked answers."""
    dates = {"start_date": DATES["start_date"]}
    batch = [
        tool_use("mcp__ib-sec-mcp__get_positions", **dates),
        tool_use("mcp__ib-sec-mcp__get_account_summary", **dates),
    ]
    name = "mcp__ib-sec-mcp__generate_rebalancing_trades"
    trades = [tool_use(name, target_allocation={}, **dates)]
    result, output, requests = evaluate("ib-sec-mcp", [batch, trades, *RELAY], "--ablation", "none")
    assert all(verdicts(result).values()), output.stderr
    assert "[fetch]" in message_text(requests[0])
    assert len(conversation_blocks(requests, "tool_result")) == 3
    result, _, _ = evaluate("ib-sec-mcp", [batch, [text("Buy it all.")]], "--ablation", "none")
    assert verdicts(result)["trades"] is False
