"""What a run keeps to itself: order tools, other sessions, calls before and after it."""

import json
import os
import threading

from claude_client import text, tool_use
from report_figures import figures, report_in
from server_calls import (
    PREFIX,
    batch,
    hook_texts,
    kept_files,
    positions,
    trades,
    whole_run,
)
from test_server_run import COMMAND, assert_three_requests, from_statement

SAID = [text("said")]


def test_no_order_tool_can_be_called(claude, mcp_case):
    server = mcp_case("a_seed_example")
    order = {"symbol": "CSPX", "side": "BUY", "quantity": 25, "order_type": "MKT"}
    names = ["place_order", "modify_order", "cancel_order", "cancel_all_orders", "fetch_ib_data"]
    attempts = [tool_use(PREFIX + name, **order) for name in names]
    script = [*whole_run(server)[:2], attempts, SAID]
    run = claude(f"{COMMAND} growth", script, mcp_servers=server.servers)
    assert len(run.requests) == 4
    refused = run.tool_results[-len(names) :]
    assert all("No such tool available" in answer for answer in refused), refused
    assert not set(names) & set(server.tools)


def test_outside_a_run_the_server_is_left_alone(claude, mcp_case, home):
    server = mcp_case("a_seed_example")
    script = [[*batch(server), trades(server, weights={"CSPX": 90, "USD.CASH": 10})], SAID]
    allowed = ("--allowedTools", "mcp__ib-sec-mcp ReadMcpResourceTool")
    run = claude("show my positions", script, mcp_servers=server.servers, extra_args=allowed)
    assert run.permission_denials == []
    answer = json.loads(json.loads(run.tool_results[0])["result"])
    assert len(answer["positions"]) == 3
    generated = json.loads(json.loads(run.tool_results[2])["result"])
    assert generated["rebalancing_trades"]
    assert server.calls[0]["arguments"] == {"start_date": server.start}
    assert hook_texts(run) == ""
    assert kept_files(home) == []


def test_after_its_report_a_session_s_calls_are_left_alone(claude, mcp_case):
    server = mcp_case("a_seed_example")
    script = [*whole_run(server)[:2], [positions(server)], SAID]
    run = claude(f"{COMMAND} growth", script, mcp_servers=server.servers)
    answer = json.loads(json.loads(run.tool_results[-1])["result"])
    assert answer["position_count"] == 3


def test_two_runs_in_one_session_do_not_mix(claude, mcp_case):
    server = mcp_case("a_seed_example")
    first = claude(f"{COMMAND} growth", [batch(server), SAID], mcp_servers=server.servers)
    again = ("--resume", first.session_id)
    script = whole_run(server, True)
    run = claude(
        f"{COMMAND} income --dry-run", script, mcp_servers=server.servers, extra_args=again
    )
    assert "The target allocation of profile growth" in first.tool_results[-1]
    report = report_in(run.tool_results[-1])
    assert "Profile: income (" in report
    assert "DRY RUN" in report
    printed, _ = from_statement("a_seed_example", "income", "--dry-run")
    assert figures(report) == figures(printed)


def test_sessions_at_the_same_time_keep_apart(claude, mcp_case, home, tmp_path):
    cases = {"a_seed_example": "growth", "b_all_stocks": "conservative", "d_500": "income"}
    runs = {}

    def start(case, server, folder):
        runs[case] = claude(
            f"{COMMAND} {cases[case]}",
            whole_run(server),
            mcp_servers=server.servers,
            cwd=folder,
        )

    threads = []
    for case in cases:
        folder = tmp_path / case
        folder.mkdir()
        server = mcp_case(case, folder=str(folder))
        threads.append(threading.Thread(target=start, args=(case, server, str(folder))))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for case, profile in cases.items():
        assert_three_requests(runs[case])
        report = figures(report_in(runs[case].tool_results[-1]))
        printed = figures(from_statement(case, profile)[0])
        assert (report.classes, report.summary) == (printed.classes, printed.summary)
    assert kept_files(home) == [os.path.join("lists", f"{runs['d_500'].session_id}.txt")]
