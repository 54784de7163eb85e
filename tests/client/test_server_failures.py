"""A run on ib-sec-mcp that is abandoned, or whose server or trade call fails."""

import datetime
import json
import os
import stat
import time

from claude_client import text
from ib_sec_mcp_case import CREDENTIALS
from report_figures import figures, report_in
from server_calls import (
    FILE_LIST,
    PREFIX,
    TOLD,
    batch,
    data_folder,
    hook_texts,
    kept_files,
    positions,
    resource,
    summary,
    trades,
    whole_run,
)
from test_server_run import COMMAND, assert_three_requests, from_statement

SAID = [text("said")]


def test_an_abandoned_run_is_swept_by_any_later_run(claude, mcp_case, home):
    server = mcp_case("d_25_plain")
    run = claude(f"{COMMAND} growth", [batch(server), SAID], mcp_servers=server.servers)
    kept = kept_files(home)
    assert os.path.join("runs", run.session_id, "get_positions.json") in kept
    for name in kept:
        mode = os.stat(os.path.join(data_folder(home), name)).st_mode
        assert stat.S_IMODE(mode) == 0o600
    assert stat.S_IMODE(os.stat(os.path.join(data_folder(home), "runs")).st_mode) == 0o700

    claude(f"{COMMAND} --sample", [SAID])
    assert kept_files(home) == kept, "a run of this hour may still go on"
    ago = time.time() - 7200
    for place, folders, names in os.walk(data_folder(home)):
        for name in (*folders, *names):
            os.utime(os.path.join(place, name), (ago, ago))
    claude(f"{COMMAND} --sample", [SAID])
    assert kept_files(home) == []


def test_no_data_and_no_credentials_leads_to_the_saved_statements(claude, mcp_case):
    server = mcp_case("x_no_data_dir")
    script = [batch(server), [resource(FILE_LIST)], SAID]
    run = claude(f"{COMMAND} growth", script, mcp_servers=server.servers)
    assert_three_requests(run)
    told = hook_texts(run)
    assert f"no saved statement of exactly {server.start} to {server.end}" in told
    assert f"The resource {FILE_LIST} lists the saved ones" in told
    assert "ib-sec-mcp has no saved statement. The user has to run `/fetch-latest` first" in told


def test_yesterday_s_file_is_found_through_the_list(claude, mcp_case, home):
    yesterday = datetime.date.today() - datetime.timedelta(days=1)
    server = mcp_case("a_seed_example", start=f"{yesterday.year}-01-01", end=str(yesterday))
    again = [positions(server), summary(server)]
    script = [batch(server), [resource(FILE_LIST)], again, [trades(server)], SAID]
    run = claude(f"{COMMAND} growth", script, mcp_servers=server.servers)
    assert run.permission_denials == []
    assert f"of account U***4567, {server.start} to {yesterday}" in hook_texts(run)
    assert "U1234567" not in hook_texts(run)
    report = figures(report_in(run.tool_results[-1]))
    assert report == figures(from_statement("a_seed_example", "growth")[0])
    dates = {"start_date": server.start, "end_date": str(yesterday)}
    late = [call["arguments"] for call in server.calls if "tool" in call][-3:]
    assert all(dates.items() <= arguments.items() for arguments in late)
    assert kept_files(home) == []


def test_no_positions_is_the_specified_line(claude, mcp_case, home):
    server = mcp_case("x_no_positions")
    run = claude(f"{COMMAND} growth", [batch(server), SAID], mcp_servers=server.servers)
    line = "No portfolio positions found. Run `/fetch-latest` to load trading data first."
    assert run.tool_results[0] == f"{TOLD}[answer]\n{line}"
    assert kept_files(home) == []


def test_a_broken_file_leads_to_the_status_command(claude, mcp_case):
    server = mcp_case("x_not_xml")
    run = claude(f"{COMMAND} growth", [batch(server), SAID], mcp_servers=server.servers)
    assert "get_positions failed: the server answered with an error" in hook_texts(run)
    assert "`/mcp-status` checks the server" in hook_texts(run)


def test_without_a_server_both_ways_to_connect_are_named(claude):
    run = claude(f"{COMMAND} growth", [SAID])
    assert len(run.requests) == 1
    assert run.permission_denials == []
    prompt = run.text
    assert "If there is no such server, reply with exactly this instead:" in prompt
    assert "`/rebalance-portfolio --statement FILE.xml`" in prompt
    assert (
        "`claude mcp add ib-sec-mcp --env IB_READ_ONLY=1 --"
        ' uvx --from "ib-sec-mcp[mcp] @ git+https://github.com/knishioka/ib-sec-mcp" ib-sec-mcp`'
    ) in prompt


def test_our_words_never_hold_the_credentials_of_an_error(claude, mcp_case, home):
    server = mcp_case("y_fake_credentials_no_network")
    run = claude(f"{COMMAND} growth", [batch(server), SAID], mcp_servers=server.servers)
    token, query = CREDENTIALS["TOKEN"], CREDENTIALS["QUERY_ID"]
    # The client itself shows the model the server's raw error; that is not ours to change.
    assert token in run.tool_results[0]
    told = hook_texts(run)
    assert told.count("failed: the server answered with an error") == 2
    assert "SendRequest" not in told
    assert "`/mcp-status` checks the server" in told
    assert token not in told
    assert query not in told
    for name in kept_files(home):
        with open(os.path.join(data_folder(home), name), encoding="utf-8") as file:
            kept = file.read()
        assert token not in kept
        assert query not in kept


def test_a_trade_call_that_another_hook_empties_still_gives_the_report(claude, mcp_case, home):
    server = mcp_case("a_seed_example")
    emptied = {"target_allocation": {}, "start_date": server.start}
    output = {"hookEventName": "PreToolUse", "updatedInput": emptied}
    path = os.path.join(home, "other_hook.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"hookSpecificOutput": output}, file)
    hook = {"type": "command", "command": f"sleep 1; cat {path}"}
    other = [{"matcher": f"{PREFIX}generate_rebalancing_trades", "hooks": [hook]}]
    run = claude(
        f"{COMMAND} growth",
        whole_run(server),
        mcp_servers=server.servers,
        settings={"hooks": {"PreToolUse": other}},
    )
    assert_three_requests(run)
    told = hook_texts(run) + run.tool_results[-1]
    assert server.calls[-1]["arguments"]["target_allocation"] == {}
    assert figures(report_in(told)) == figures(from_statement("a_seed_example", "growth")[0])
    assert "did not calculate trades to compare with" in told
    assert kept_files(home) == []
