"""The typed command on a statement where nothing can be shown: one request, the whole report."""

import os
import re
import shutil
import stat
import subprocess
import sys

import pytest
from claude_client import text, tool_use
from conftest import ROOT
from ib_sec_mcp_case import statement_of
from report_figures import figures, prose, report_in
from server_calls import MARKER, TOLD

SAID = [[text("said")]]
UNKNOWN = (
    "Unknown profile. Available profiles: `balanced`, `growth`, `conservative`, `income`."
    " Please retry with one of these."
)


def in_terminal(*words):
    """Returns what rebalance.py prints in a terminal."""
    script = os.path.join(ROOT, "scripts", "rebalance.py")
    command = [sys.executable, script, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def assert_one_clean_request(run):
    """The run cost one model request, and nothing was refused or called."""
    assert run.returncode == 0, run.stderr
    assert len(run.requests) == 1
    assert run.permission_denials == []
    assert run.tool_uses == []


def files_below(folder):
    """Returns the paths of all files below a folder."""
    found = [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names]
    return [path for path in found if not path.endswith(MARKER)]


def test_the_sample_s_report_is_in_the_one_prompt(claude):
    run = claude("/rebalance-portfolio --sample --profile growth --dry-run", SAID)
    assert_one_clean_request(run)
    printed = in_terminal("--sample", "--profile", "growth", "--dry-run")
    assert "Mode: DRY RUN - Simulation" in printed
    assert f"{TOLD}[report]\n```text\n{printed}```\n" in run.text


def test_the_qualified_name_is_the_same_command(claude):
    run = claude("/rebalance-portfolio:rebalance-portfolio --sample income", SAID)
    assert_one_clean_request(run)
    assert report_in(run.text) == in_terminal("--sample", "income")


def test_an_unknown_profile_gets_the_specified_line(claude):
    run = claude("/rebalance-portfolio --sample --profile aggresive", SAID)
    assert_one_clean_request(run)
    assert f"{TOLD}[answer]\n{UNKNOWN}\n" in run.text + "\n"
    assert "```text" not in run.text


def test_japanese_with_quotes_arrives_whole(claude):
    run = claude('/rebalance-portfolio 積極的に "it\'s" 「試算」 --sample', SAID)
    assert_one_clean_request(run)
    report = report_in(run.text)
    assert "Profile: growth (" in report
    assert "Mode: DRY RUN - Simulation" in report


@pytest.mark.parametrize("words", ["$(touch pwned)", "`touch pwned`", "; touch pwned #", "$HOME"])
def test_shell_in_the_arguments_stays_text(claude, project, words):
    run = claude(f"/rebalance-portfolio --sample growth {words}", SAID)
    assert len(run.requests) <= 1
    assert run.permission_denials == []
    assert not os.path.exists(os.path.join(project, "pwned"))
    assert f"{TOLD}[report]" in run.text or f"{TOLD}[answer]" in run.text


HOSTILE = "growth --sample\nREBALANCE_INPUT\ntouch pwned\ncat <<'REBALANCE_INPUT'"
EDITS = ("--permission-mode", "acceptEdits")


def test_lines_that_close_a_heredoc_run_nothing(claude, project):
    typed = claude(f"/rebalance-portfolio {HOSTILE}", SAID, extra_args=EDITS)
    assert f"{TOLD}[answer]" in typed.text
    arguments = {"skill": "rebalance-portfolio:rebalance-portfolio", "args": HOSTILE}
    allowed = (*EDITS, "--allowedTools", "Skill(rebalance-portfolio:rebalance-portfolio)")
    script = [[tool_use("Skill", **arguments)], *SAID]
    by_model = claude("please", script, extra_args=allowed)
    assert f"{TOLD}[answer]" in by_model.text
    set_so = {"pluginConfigs": {"rebalance-portfolio@inline": {"options": {"min_trade": HOSTILE}}}}
    claude("/rebalance-portfolio --sample", SAID, extra_args=EDITS, settings=set_so)
    assert os.listdir(project) == []


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_path_with_a_space_and_a_quote_is_found(claude, project, quote):
    other = '"' if quote == "'" else "'"
    path = os.path.join(project, f"my {quote}flex{quote} 明細.xml")
    shutil.copyfile(statement_of("a_seed_example"), path)
    run = claude(f"/rebalance-portfolio growth --statement {other}{path}{other}", SAID)
    assert_one_clean_request(run)
    assert report_in(run.text) == in_terminal("growth", "--statement", path)


def test_a_path_relative_to_the_project_is_found(claude, project):
    shutil.copyfile(statement_of("b_all_stocks"), os.path.join(project, "flex.xml"))
    run = claude("/rebalance-portfolio --statement flex.xml", SAID)
    assert_one_clean_request(run)
    report = report_in(run.text)
    assert figures(report).trades == []
    assert "requires adding BOND positions. Currently no BOND" in prose(report)


def test_a_missing_file_is_one_sentence(claude):
    run = claude("/rebalance-portfolio --statement nowhere.xml", SAID)
    assert_one_clean_request(run)
    assert f"{TOLD}[answer]\nNo file at nowhere.xml." in run.text


def test_the_model_can_call_the_command_as_a_skill(claude):
    arguments = {"skill": "rebalance-portfolio:rebalance-portfolio", "args": "growth --sample"}
    # The client asks its user before any skill that has allowed-tools: that one rule, and no other.
    allowed = ("--allowedTools", "Skill(rebalance-portfolio:rebalance-portfolio)")
    script = [[tool_use("Skill", **arguments)], *SAID]
    run = claude("please rebalance the sample", script, extra_args=allowed)
    assert run.returncode == 0, run.stderr
    assert len(run.requests) == 2
    assert run.permission_denials == []
    assert report_in(run.text) == in_terminal("growth", "--sample")


def test_a_plugin_folder_with_a_space_in_its_path_works(claude, tmp_path):
    copy = tmp_path / "a plugin's copy"
    for folder in (".claude-plugin", "commands", "hooks", "samples", "scripts"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(os.path.join(ROOT, folder), copy / folder, ignore=ignored)
    run = claude("/rebalance-portfolio --sample", SAID, plugin_dir=copy)
    assert_one_clean_request(run)
    assert report_in(run.text) == in_terminal("--sample")


def test_a_long_list_is_cut_and_kept_private(claude, home):
    path = statement_of("d_500")
    run = claude(f"/rebalance-portfolio growth --statement {path}", SAID)
    assert_one_clean_request(run)
    shown = figures(report_in(run.text))
    whole = figures(in_terminal("growth", "--statement", path))
    assert 25 <= len(shown.trades) < 200
    assert len(whole.trades) > 450
    assert set(shown.trades) < set(whole.trades)
    assert shown.summary == whole.summary
    lists = [found for found in files_below(home) if os.sep + "lists" + os.sep in found]
    assert len(lists) == 1
    assert lists[0] in run.text
    assert stat.S_IMODE(os.stat(lists[0]).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(os.path.dirname(lists[0])).st_mode) == 0o700
    with open(lists[0], encoding="utf-8") as file:
        assert figures(file.read()) == whole


def test_the_next_run_forgets_the_list_of_the_last(claude, home):
    path = statement_of("d_500")
    first = claude(f"/rebalance-portfolio growth --statement {path}", SAID)
    resume = ("--resume", first.session_id)
    run = claude("/rebalance-portfolio --sample", SAID, extra_args=resume)
    assert "SAMPLE PORTFOLIO" in run.text
    assert not [found for found in files_below(home) if os.sep + "lists" + os.sep in found]


def test_nothing_of_a_statement_run_stays_behind(claude, home):
    run = claude(f"/rebalance-portfolio --statement {statement_of('d_25_plain')}", SAID)
    assert_one_clean_request(run)
    kept = [path for path in files_below(home) if os.sep + "plugins" + os.sep + "data" in path]
    assert kept == []


def test_the_report_s_lines_fit_100_columns(claude):
    run = claude(f"/rebalance-portfolio growth --statement {statement_of('c_messy25')}", SAID)
    lines = report_in(run.text).splitlines()
    assert len(lines) > 40
    too_long = [line for line in lines if len(line) > 100]
    assert too_long == []
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", "".join(lines))
