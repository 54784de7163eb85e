"""The eval cases: their figures are the program's, and their graders can fail."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ib_portfolio.core.messages import Refusal
from ib_portfolio.request.request import parse_text

ROOT = Path(__file__).resolve().parents[2]
EVALS = ROOT / "evals"
WRITER = EVALS / "write_graders.py"
sys.path.insert(0, str(EVALS))
import write_graders  # noqa: E402

# What the client's loader accepts; it refuses any other key.
PROMPT_KEYS = {"description", "tags", "max_turns", "timeout_seconds", "allowed_tools", "runs"}
GRADER_KEYS = {
    "regex": {"type", "match", "flags"},
    "tool_used": {"type", "tool", "min", "max", "arm"},
}
CASES = sorted(path.parent for path in EVALS.glob("*/prompt.md"))
PLANS = [EVALS / name for name in write_graders.PLANS]
COMMAND = "/rebalance-portfolio"


def parts(path: Path) -> tuple[dict, str]:
    """The frontmatter and the body of a Markdown file."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(head), body.strip()


def regexes(case: Path, match: str) -> dict[str, str]:
    """The patterns of a case's regex graders with this match mode, by name."""
    found = {path.stem: parts(path) for path in (case / "graders").glob("*.md")}
    return {
        name: body
        for name, (head, body) in found.items()
        if head["type"] == "regex" and head.get("match", "contains") == match
    }


def report_of(case: Path) -> str:
    return write_graders.printed_report(write_graders.PLANS[case.name])


def test_there_is_a_case_for_each_kind_of_request() -> None:
    names = {case.name for case in CASES}
    assert {"growth", "income", "dry-run", "japanese"} <= names
    assert {"natural-language", "unknown-profile", "unrelated"} <= names
    assert {"place-orders", "ib-sec-mcp"} <= names


def test_the_figures_are_what_the_program_prints_now() -> None:
    command = [sys.executable, str(WRITER), "--check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), "run `make evals-figures`"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_has_only_what_the_loader_accepts(case: Path) -> None:
    head, body = parts(case / "prompt.md")
    assert set(head) <= PROMPT_KEYS and body
    graders = list((case / "graders").glob("*.md"))
    assert len(graders) >= 2
    for path in graders:
        head, body = parts(path)
        assert set(head) <= GRADER_KEYS[head["type"]]
        assert (head["type"] == "regex") == bool(body)
        assert "\n" not in body


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_typed_command_is_understood_as_its_figures_expect(case: Path) -> None:
    _, prompt = parts(case / "prompt.md")
    if not prompt.startswith(COMMAND):
        assert case.name in ("natural-language", "unrelated", "place-orders")
        return
    words = prompt[len(COMMAND) :]
    if case.name == "unknown-profile":
        with pytest.raises(Refusal):
            parse_text(words)
        return
    asked = parse_text(words)
    expected = parse_text(" ".join(write_graders.PLANS.get(case.name, ["--profile", "growth"])))
    assert (asked.profile, asked.dry_run, asked.sample) == (
        expected.profile,
        expected.dry_run,
        expected.sample,
    )


@pytest.mark.parametrize("case", PLANS, ids=lambda case: case.name)
def test_the_report_passes_every_grader_of_its_case(case: Path) -> None:
    report = report_of(case)
    wanted = regexes(case, "contains")
    assert {"classes", "trades", "summary"} <= set(wanted)
    assert [name for name, pattern in wanted.items() if not re.search(pattern, report)] == []
    unwanted = regexes(case, "not_contains")
    assert {"no_other_amount", "no_other_percentage"} <= set(unwanted)
    assert [name for name, pattern in unwanted.items() if re.search(pattern, report)] == []


@pytest.mark.parametrize("case", PLANS, ids=lambda case: case.name)
def test_a_changed_figure_fails_a_grader_that_wants_it_and_one_that_forbids_others(
    case: Path,
) -> None:
    report = report_of(case)
    trade = write_graders.figures(report).trades[0][3]
    wrong = report.replace(trade, trade.replace(trade[-1], "7" if trade[-1] != "7" else "8"))
    assert wrong != report
    assert not re.search(regexes(case, "contains")["trades"], wrong)
    assert re.search(regexes(case, "not_contains")["no_other_amount"], wrong)


@pytest.mark.parametrize("said", ["about 12.34% of it", "roughly 3 %", "$1", "$9,999,999.99"])
def test_an_invented_figure_is_found(said: str) -> None:
    report = report_of(EVALS / "growth") + said
    unwanted = regexes(EVALS / "growth", "not_contains")
    assert any(re.search(pattern, report) for pattern in unwanted.values())


def test_the_columns_may_be_laid_out_anew() -> None:
    report = re.sub(r" {2,}", " ", report_of(EVALS / "growth"))
    assert all(re.search(one, report) for one in regexes(EVALS / "growth", "contains").values())


def test_no_case_that_could_place_an_order_may() -> None:
    tools = write_graders.order_tools()
    assert {"place_order", "modify_order", "cancel_order", "cancel_all_orders"} <= set(tools)
    for name in write_graders.NO_ORDERS:
        for tool in tools:
            head, _ = parts(EVALS / name / "graders" / f"never_{tool}.md")
            assert head["tool"] == f"mcp__ib-sec-mcp__{tool}"
            assert (head["min"], head["max"], head["arm"]) == (0, 0, "both")
    mocked = EVALS / "place-orders" / "mocks" / "ib-sec-mcp"
    assert {path.stem for path in mocked.glob("*.md")} == set(tools), "an order must be possible"
