"""The typed command on the user's ib-sec-mcp: three model requests, no number through the model."""

import json
import os
import stat
import subprocess
import sys
from decimal import Decimal

import pytest
from claude_client import text
from conftest import ROOT
from ib_sec_mcp_case import statement_of
from report_figures import figures, lasting_warnings, prose, report_in
from server_calls import (
    batch,
    bytes_read,
    bytes_written,
    data_folder,
    kept_files,
    positions,
    summary,
    trades,
    whole_run,
)

COMMAND = "/rebalance-portfolio"
SAID = [text("said")]
SIZES = {"a_seed_example": 12_000, "d_25_plain": 12_000, "d_500": 16_000}
MODES = pytest.mark.parametrize("dry_run", [False, True], ids=["live", "dry"])


def from_statement(case, *words):
    """Returns (report, plan) of a case's statement, as the terminal prints them."""
    script = os.path.join(ROOT, "scripts", "rebalance.py")
    command = [sys.executable, script, *words, "--statement", statement_of(case)]
    runs = [
        subprocess.run([*command, *more], capture_output=True, text=True, check=True).stdout
        for more in ([], ["--json"])
    ]
    return runs[0], json.loads(runs[1])


def words_of(profile, dry_run):
    """Returns the words for a profile in a mode."""
    return ["--profile", profile, *(["--dry-run"] if dry_run else [])]


def assert_three_requests(run):
    """The run cost three model requests and nothing was refused."""
    assert run.returncode == 0, run.stderr
    assert len(run.requests) == 3
    assert run.permission_denials == []


@MODES
@pytest.mark.parametrize("case", SIZES)
def test_a_run_of_any_size(claude, mcp_case, home, case, dry_run):
    server = mcp_case(case)
    words = words_of("growth", dry_run)
    run = claude(
        f"{COMMAND} {' '.join(words)}", whole_run(server, dry_run), mcp_servers=server.servers
    )
    assert_three_requests(run)
    assert bytes_read(run) < SIZES[case]
    assert bytes_written(run) < 400

    printed, plan = from_statement(case, *words)
    report, whole = figures(report_in(run.tool_results[-1])), figures(printed)
    assert_calls(server, plan, dry_run)
    assert plan["trades"]
    assert (report.classes, report.summary, report.tax) == (
        whole.classes,
        whole.summary,
        whole.tax,
    )
    assert bool(report.tax) == dry_run
    assert_list(home, run, report, whole)


def assert_calls(server, plan, dry_run):
    """The server was asked for the two answers and, with the built weights, for the trades."""
    dates = {"start_date": server.start, "end_date": server.end}
    trade_tool = "simulate_rebalancing" if dry_run else "generate_rebalancing_trades"
    held = {"total_portfolio_value": float(plan["investable_value"])} if plan["held"] else {}
    asked = {"target_allocation": plan["target_allocation"], **dates, **held}
    calls = [call for call in server.calls if "tool" in call]
    assert sorted(calls[:2], key=lambda call: call["tool"]) == [
        {"tool": "get_account_summary", "arguments": dates},
        {"tool": "get_positions", "arguments": dates},
    ]
    assert calls[2:] == [{"tool": trade_tool, "arguments": asked}]
    assert sum(Decimal(repr(weight)) for weight in plan["target_allocation"].values()) == 100


def assert_list(home, run, report, whole):
    """All trades are in the report or, when it shows fewer, in the one private file it names."""
    if len(report.trades) == len(whole.trades):
        assert report.trades == whole.trades
        assert kept_files(home) == []
        return
    assert 25 <= len(report.trades) < 200
    assert set(report.trades) < set(whole.trades)
    assert kept_files(home) == [os.path.join("lists", f"{run.session_id}.txt")]
    path = os.path.join(data_folder(home), "lists", f"{run.session_id}.txt")
    assert path in run.tool_results[-1]
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    with open(path, encoding="utf-8") as file:
        assert figures(file.read()).trades == whole.trades


@pytest.mark.parametrize("profile", ["balanced", "growth", "conservative", "income"])
def test_every_profile_comes_out_as_from_the_statement(claude, mcp_case, profile):
    server = mcp_case("d_25_plain")
    run = claude(
        f"{COMMAND} {profile} --dry-run", whole_run(server, True), mcp_servers=server.servers
    )
    assert_three_requests(run)
    printed, _ = from_statement("d_25_plain", profile, "--dry-run")
    assert figures(report_in(run.tool_results[-1])) == figures(printed)


@MODES
def test_the_seed_example_is_balanced_already(claude, mcp_case, dry_run):
    server = mcp_case("a_seed_example")
    words = " ".join(words_of("balanced", dry_run))
    run = claude(f"{COMMAND} {words}", whole_run(server, dry_run), mcp_servers=server.servers)
    assert_three_requests(run)
    report = report_in(run.tool_results[-1])
    assert figures(report).trades == []
    assert "No trades needed" in report
    assert "Known difference: it buys cash as if USD.CASH were a security." in prose(report)
    # Only the simulation warns: of the cash, which it takes for a position to open.
    warnings = " ".join(lasting_warnings(report))
    assert ("takes the cash for a security" in warnings) if dry_run else warnings == ""


@MODES
def test_all_stocks_buys_nothing_with_the_bonds_share(claude, mcp_case, dry_run):
    server = mcp_case("b_all_stocks")
    words = words_of("balanced", dry_run)
    run = claude(
        f"{COMMAND} {' '.join(words)}", whole_run(server, dry_run), mcp_servers=server.servers
    )
    assert_three_requests(run)
    report = report_in(run.tool_results[-1])
    assert figures(report) == figures(from_statement("b_all_stocks", *words)[0])
    assert figures(report).trades == []
    assert "Unfilled: BOND $40,000.00" in prose(report)
    assert "Currently no BOND holdings exist." in prose(report)


@MODES
def test_the_messy_portfolio_differs_only_where_the_answers_cannot_tell(claude, mcp_case, dry_run):
    server = mcp_case("c_messy25")
    words = words_of("growth", dry_run)
    run = claude(
        f"{COMMAND} {' '.join(words)}", whole_run(server, dry_run), mcp_servers=server.servers
    )
    assert_three_requests(run)
    printed, plan = from_statement("c_messy25", *words)
    assert_calls(server, plan, dry_run)
    report = report_in(run.tool_results[-1])
    ours, whole = figures(report), figures(printed)
    # Nor does the server tell exchanges and accrued interest, which cost and bring cash: what that
    # comes to is a share or two of the cheapest positions, and of the gains that they realise.
    untold = {"held": [], "summary": {}, "trades": [], "tax": {}}
    assert ours._replace(**untold) == whole._replace(**untold)
    differing = {
        row[2]: int(row[4].split()[0]) - int(other[4].split()[0])
        for row, other in zip(ours.trades, whole.trades)
        if row != other
    }
    assert [row[:3] for row in ours.trades] == [row[:3] for row in whole.trades]
    assert set(differing) <= {"VOD (GBP)", "VOD", "9433.T (JPY)"}
    assert all(0 < abs(shares) <= 2 for shares in differing.values())
    # The server calls every class but six OTHER, so the reason is less exact; nothing else differs.
    differing = {row[0]: (row[2], other[2]) for row, other in zip(ours.held, whole.held)
                 if row != other}  # fmt: skip
    assert [row[:2] for row in ours.held] == [row[:2] for row in whole.held]
    assert differing == {
        "XYZ WS": ("not a stock, bond or bill", "warrant"),
        "BTC": ("not a stock, bond or bill", "cryptocurrency"),
        "IBUS500": ("not a stock, bond or bill", "CFD; its value is notional"),
    }
    assert "does not pass on IBKR's own total" in prose(report)
    assert_every_difference_is_known(report)


def assert_every_difference_is_known(report):
    """The cross-check names the known kinds of difference and found no unknown one."""
    for known in ("unit counts of bonds", "buys cash", "share a symbol (VOD)", "other currencies"):
        assert known in prose(report)
    assert "it would close what is only held" in prose(report)
    assert "The reason is not known" not in prose(report)


@pytest.mark.parametrize("order", ["positions last", "summary alone first"])
def test_the_answers_may_come_in_any_order(claude, mcp_case, order):
    server = mcp_case("a_seed_example")
    turns = {
        "positions last": [[summary(server), positions(server)]],
        "summary alone first": [[summary(server)], [positions(server)]],
    }[order]
    script = [*turns, [trades(server)], SAID]
    run = claude(f"{COMMAND} growth", script, mcp_servers=server.servers)
    assert run.permission_denials == []
    assert figures(report_in(run.tool_results[-1])).actions == {"SELL", "BUY"}
    told = [answer for answer in run.tool_results if "The target allocation of profile" in answer]
    assert len(told) == 1


def test_a_batch_made_twice_is_told_once(claude, mcp_case):
    server = mcp_case("a_seed_example")
    script = [[*batch(server), *batch(server)], [trades(server)], SAID]
    run = claude(f"{COMMAND} growth", script, mcp_servers=server.servers)
    told = [answer for answer in run.tool_results if "The target allocation of profile" in answer]
    assert len(told) == 1
    assert len(figures(report_in(run.tool_results[-1])).trades) == 3


def test_the_model_s_own_dictionary_is_replaced(claude, mcp_case):
    server = mcp_case("a_seed_example")
    own = trades(server, weights={"CSPX": 60.5, "TSLA": 39.5})
    script = [batch(server), [own], SAID]
    run = claude(f"{COMMAND} growth", script, mcp_servers=server.servers)
    assert_three_requests(run)
    _, plan = from_statement("a_seed_example", "growth")
    assert_calls(server, plan, False)
    report = report_in(run.tool_results[-1])
    assert "made up was replaced by the calculated one" in prose(report)
    assert "TSLA" not in report


def test_the_right_dictionary_is_not_called_replaced(claude, mcp_case):
    server = mcp_case("a_seed_example")
    _, plan = from_statement("a_seed_example", "growth")
    script = [batch(server), [trades(server, weights=plan["target_allocation"])], SAID]
    run = claude(f"{COMMAND} growth", script, mcp_servers=server.servers)
    assert "replaced" not in report_in(run.tool_results[-1])


def test_both_trade_tools_in_one_batch_give_the_report_once(claude, mcp_case, home):
    server = mcp_case("a_seed_example")
    script = [batch(server), [trades(server), trades(server, dry_run=True)], SAID]
    run = claude(f"{COMMAND} growth", script, mcp_servers=server.servers)
    assert len(run.requests) == 3
    assert run.permission_denials == []
    reports = [answer for answer in run.tool_results if "```text" in answer]
    assert len(reports) == 1
    printed, _ = from_statement("a_seed_example", "growth")
    assert figures(report_in(reports[0])) == figures(printed)
    assert kept_files(home) == []


def test_trades_before_the_answers_are_denied_with_what_to_fetch(claude, mcp_case):
    server = mcp_case("a_seed_example")
    script = [[trades(server)], batch(server), [trades(server)], SAID]
    run = claude(f"{COMMAND} growth", script, mcp_servers=server.servers)
    assert "call get_positions, get_account_summary first" in run.tool_results[0]
    assert len(figures(report_in(run.tool_results[-1])).trades) == 3
    assert server.tools.count("generate_rebalancing_trades") == 1
