"""Hooks switched off: the command's text still leads to the report, by hand."""

import json
import os
import re
import uuid

import pytest
from claude_client import text, tool_use
from report_figures import figures, report_in
from server_calls import TOLD, batch, data_folder, kept_files, positions, summary, trades
from test_server_run import from_statement, words_of

NO_HOOKS = {"disableAllHooks": True}
MODES = pytest.mark.parametrize("dry_run", [False, True], ids=["live", "dry"])


class ByHand:
    """A session whose id is known beforehand, and the script calls that a model makes in it."""

    def __init__(self, claude, plugin_dir, home):
        self.claude, self.plugin_dir, self.home = claude, plugin_dir, home
        self.session = str(uuid.uuid4())

    def command(self, script):
        """Returns the Bash call of a script, written as in the command's text."""
        path = os.path.join(self.plugin_dir, "scripts", script)
        data = data_folder(self.home)
        line = f'python3 "{path}" --data "{data}" --session "{self.session}"'
        return tool_use("Bash", command=line)

    def run(self, prompt, script, server, settings):
        """Returns the finished run; the session's id, paths and data folder are in its prompt."""
        run = self.claude(
            prompt,
            script,
            mcp_servers=server.servers,
            settings=settings,
            extra_args=("--session-id", self.session),
        )
        assert run.returncode == 0, run.stderr
        assert run.permission_denials == []
        assert self.command("start_run.py")["input"]["command"] in run.prompt_text
        return run


@pytest.fixture
def by_hand(claude, plugin_dir, home):
    """The session of this test."""
    return ByHand(claude, plugin_dir, home)


@MODES
def test_three_positions_without_hooks(by_hand, mcp_case, home, dry_run):
    server = mcp_case("a_seed_example")
    words = words_of("growth", dry_run)
    printed, plan = from_statement("a_seed_example", *words)
    script = [
        [by_hand.command("start_run.py")],
        batch(server),
        [by_hand.command("build_target.py")],
        [trades(server, dry_run, plan["target_allocation"])],
        [by_hand.command("render_report.py")],
        [text("said")],
    ]
    run = by_hand.run(f"/rebalance-portfolio {' '.join(words)}", script, server, NO_HOOKS)
    assert len(run.requests) == 6
    assert len(json.loads(json.loads(run.tool_results[1])["result"])["positions"]) == 3
    built = run.tool_results[3]
    assert "Weights in percent, sum 100: CSPX 45, INDA 30, STRIPS-2040 15, USD.CASH 10." in built
    assert "empty" not in built
    dates = {"start_date": server.start, "end_date": server.end}
    asked = json.loads(re.search(r"with this input, complete: (.*)", built)[1])
    assert asked == {"target_allocation": plan["target_allocation"], **dates}
    report = report_in(run.tool_results[-1])
    assert figures(report) == figures(printed)
    assert "Cross-check with ib-sec-mcp: 3 of 4 rows agree." in report
    assert kept_files(home) == []


@MODES
def test_500_positions_without_hooks_need_no_trade_call(by_hand, mcp_case, home, dry_run):
    server = mcp_case("d_500")
    script = [
        [by_hand.command("start_run.py")],
        batch(server),
        [by_hand.command("build_target.py")],
        [by_hand.command("render_report.py")],
        [text("said")],
    ]
    words = words_of("growth", dry_run)
    run = by_hand.run(f"/rebalance-portfolio {' '.join(words)}", script, server, NO_HOOKS)
    assert "exceeds maximum allowed tokens" in run.tool_results[1]
    assert "501 weights, sum 100." in run.tool_results[3]
    assert "leave out the trade call and go on with render_report.py" in run.tool_results[3]
    printed, _ = from_statement("d_500", *words)
    report = report_in(run.tool_results[-1])
    assert figures(report).summary == figures(printed).summary
    assert figures(report).classes == figures(printed).classes
    assert "did not calculate trades to compare with (it was not asked)" in " ".join(report.split())
    assert 25 <= len(figures(report).trades) < 200
    assert kept_files(home) == [os.path.join("lists", f"{run.session_id}.txt")]
    assert len(run.tool_results[3]) + len(run.tool_results[4]) < 12_000


def test_other_weights_than_the_built_ones_are_not_compared(by_hand, mcp_case):
    server = mcp_case("a_seed_example")
    script = [
        [by_hand.command("start_run.py")],
        batch(server),
        [by_hand.command("build_target.py")],
        [trades(server, weights={"CSPX": 90, "USD.CASH": 10})],
        [by_hand.command("render_report.py")],
        [text("said")],
    ]
    run = by_hand.run("/rebalance-portfolio growth", script, server, NO_HOOKS)
    report = report_in(run.tool_results[-1])
    assert figures(report) == figures(from_statement("a_seed_example", "growth")[0])
    assert "asked with other weights than the calculated ones" in " ".join(report.split())


def test_building_before_fetching_names_the_calls(by_hand, mcp_case):
    server = mcp_case("a_seed_example")
    script = [
        [by_hand.command("start_run.py")],
        [by_hand.command("build_target.py")],
        [positions(server)],
        [by_hand.command("build_target.py")],
        [summary(server)],
        [by_hand.command("render_report.py")],
        [text("said")],
    ]
    run = by_hand.run("/rebalance-portfolio growth", script, server, NO_HOOKS)
    assert "call get_positions, get_account_summary first" in run.tool_results[1]
    assert "call get_account_summary first" in run.tool_results[3]
    assert len(figures(report_in(run.tool_results[-1])).trades) == 3


def test_no_positions_without_hooks_is_the_specified_line(by_hand, mcp_case, home):
    server = mcp_case("x_no_positions")
    start, build = by_hand.command("start_run.py"), by_hand.command("build_target.py")
    script = [[start], batch(server), [build], [text("said")]]
    run = by_hand.run("/rebalance-portfolio growth", script, server, NO_HOOKS)
    line = "No portfolio positions found. Run `/fetch-latest` to load trading data first."
    assert line in run.tool_results[-1]
    assert kept_files(home) == []


def test_an_error_without_hooks_is_named_without_credentials(by_hand, mcp_case):
    server = mcp_case("y_fake_credentials_no_network")
    start, build = by_hand.command("start_run.py"), by_hand.command("build_target.py")
    script = [[start], batch(server), [build], [text("said")]]
    run = by_hand.run("/rebalance-portfolio growth", script, server, NO_HOOKS)
    said = run.tool_results[-1]
    assert "get_positions failed: " in said
    assert "/mcp-status" in said
    assert "2" * 24 not in said
    assert "111111" not in said


def test_an_earlier_run_s_answers_are_not_taken(by_hand, mcp_case, claude):
    server = mcp_case("a_seed_example")
    start = [by_hand.command("start_run.py")]
    script = [start, batch(server), [text("said")]]
    by_hand.run("/rebalance-portfolio growth", script, server, NO_HOOKS)
    run = claude(
        "/rebalance-portfolio income",
        [start, [by_hand.command("build_target.py")], [text("said")]],
        mcp_servers=server.servers,
        settings=NO_HOOKS,
        extra_args=("--resume", by_hand.session),
    )
    assert "call get_positions, get_account_summary first" in run.tool_results[-1]


HOSTILE = "growth --sample\nREBALANCE_INPUT\ntouch pwned\ncat <<'REBALANCE_INPUT'"


def test_a_statement_without_hooks(by_hand, mcp_case, home):
    server = mcp_case("a_seed_example")
    script = [[by_hand.command("start_run.py")], [text("said")]]
    run = by_hand.run('/rebalance-portfolio 積極的に "試算" --sample', script, server, NO_HOOKS)
    assert TOLD not in run.prompt_text
    assert run.tool_results[0].startswith(f"{TOLD}[report]")
    assert "SAMPLE PORTFOLIO" in report_in(run.tool_results[0])
    assert "Mode: DRY RUN" in report_in(run.tool_results[0])
    assert kept_files(home) == []


def test_what_is_typed_is_not_run_without_hooks_either(by_hand, mcp_case, project):
    server = mcp_case("a_seed_example")
    before = os.listdir(project)
    script = [[by_hand.command("start_run.py")], [text("said")]]
    run = by_hand.run(f"/rebalance-portfolio {HOSTILE}", script, server, NO_HOOKS)
    assert run.tool_results[0].startswith(f"{TOLD}[answer]")
    assert os.listdir(project) == before


def test_private_without_hooks_is_refused(by_hand, mcp_case):
    server = mcp_case("a_seed_example")
    script = [[by_hand.command("start_run.py")], [text("said")]]
    run = by_hand.run("/rebalance-portfolio --sample --private", script, server, NO_HOOKS)
    assert "Private mode needs the plugin's hooks" in run.tool_results[0]
    assert "```text" not in run.text


def test_a_script_by_hand_without_a_run_says_so(by_hand, mcp_case):
    server = mcp_case("a_seed_example")
    script = [[by_hand.command("render_report.py")], [text("said")]]
    run = by_hand.run("/rebalance-portfolio --sample", script, server, NO_HOOKS)
    assert "No run was started in this session." in run.tool_results[-1]
