"""The command's hook: what is shown on the screen, what the model is told, what stays private."""

from __future__ import annotations

import json
import os
import re
from typing import Any, Dict, Optional

import pytest
from called_script import call_script
from server_session import TESTS, TOLD

ROOT = os.path.dirname(TESTS)
SAMPLE = os.path.join(ROOT, "samples", "statement.xml")
NAME = "rebalance-portfolio:rebalance-portfolio"
ESCAPE = re.compile("\x1b\\[\\d+m")
FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+")
# What the holdings of the sample are called or worth: none of it may reach the model.
HOLDINGS = ("VTI", "AAPL", "12,902.50", "248,988.86", "U***0001")


def typed(words: str, **more: Any) -> Dict[str, Any]:
    return {
        "hook_event_name": "UserPromptExpansion",
        "command_name": NAME,
        "command_args": words,
        "session_id": "s-1",
        **more,
    }


def by_model(event: str, args: object, skill: str = NAME, **more: Any) -> Dict[str, Any]:
    sent = {"skill": skill, "args": args}
    return {
        "hook_event_name": event,
        "tool_name": "Skill",
        "tool_input": sent,
        "session_id": "s-1",
        **more,
    }


@pytest.fixture
def hook(tmp_path: Any) -> Any:
    """hook(payload) -> what the script prints, called as the client starts it; {} for nothing."""

    def call(payload: Any, entry: str = "cli", cwd: Optional[str] = None, **settings: str) -> Any:
        environ = {
            "PATH": os.environ["PATH"],
            "CLAUDE_CODE_ENTRYPOINT": entry,
            **{f"CLAUDE_PLUGIN_OPTION_{name}": value for name, value in settings.items()},
        }
        stdin = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        done = call_script("on_prompt.py", [str(tmp_path / "data")], stdin, environ, cwd)
        assert (done.returncode, done.stderr) == (0, b"")
        return json.loads(done.stdout) if done.stdout else {}

    return call


def told(output: Dict[str, Any]) -> str:
    text = str(output["hookSpecificOutput"]["additionalContext"])
    assert text.startswith(TOLD)
    assert len(text) < 10_000
    return text[len(TOLD) :]


def terminal(*words: str) -> str:
    done = call_script("rebalance.py", words)
    assert done.returncode == 0
    return done.stdout.decode()


def test_the_report_is_on_the_screen_and_the_model_has_facts(hook: Any) -> None:
    output = hook(typed("growth --sample"))
    opening, _, shown = output["systemMessage"].partition("\n\n")
    assert opening == "rebalance-portfolio"
    assert ESCAPE.sub("", shown) == terminal("--sample", "growth")
    assert ESCAPE.search(shown)
    assert len(output["systemMessage"]) < 10_000
    facts = told(output)
    assert facts.startswith("[shown]\n")
    assert "=== " not in facts and "| SELL" not in facts


def test_every_figure_that_the_model_is_told_is_in_the_plan(hook: Any) -> None:
    facts = told(hook(typed("growth --sample --dry-run")))
    plan = json.loads(terminal("--sample", "growth", "--dry-run", "--json"))
    for trade in plan["trades"]:
        amount = f"{float(trade['amount']):,.2f}"
        assert f"{trade['action']} " in facts and f" {trade['symbol']}: {amount}, " in facts
    whole = ESCAPE.sub("", hook(typed("growth --sample --dry-run"))["systemMessage"])
    figures = FIGURE.findall(facts.partition("What the user can type")[0])
    assert len(figures) > 20
    assert [figure for figure in figures if figure not in whole] == []


def test_the_model_is_told_every_option_in_a_line_each(hook: Any) -> None:
    listed = told(hook(typed("--sample"))).partition("What the user can type")[2].splitlines()
    names = [line.split()[0].rstrip(":") for line in listed if line.startswith("--")]
    with open(os.path.join(ROOT, "scripts/ib_portfolio/request/options.json"), "rb") as file:
        rows = json.load(file)
    assert names == [f"--{n}" for n, row in rows.items() if row["scope"] in ("both", "command")]


@pytest.mark.parametrize("entry", ["sdk-cli", "sdk-ts", "claude-vscode", "", "CLI"])
def test_where_nothing_can_be_shown_the_model_relays(hook: Any, entry: str) -> None:
    output = hook(typed("growth --sample"), entry=entry)
    assert set(output) == {"hookSpecificOutput"}
    expected = terminal("--sample", "growth")
    assert told(output) == f"[report]\n```text\n{expected}```\n"


@pytest.mark.parametrize("words", ["--sample --private", "--private growth --sample"])
def test_private_makes_no_request_and_tells_the_model_nothing(hook: Any, words: str) -> None:
    for entry in ("cli", "sdk-cli"):
        output = hook(typed(words), entry=entry)
        assert output["decision"] == "block" and output["suppressOriginalPrompt"] is True
        assert output["hookSpecificOutput"] == {
            "hookEventName": "UserPromptExpansion",
            "suppressOriginalPrompt": True,
        }
        assert output["reason"].startswith("private: your holdings stay on this machine\n\n")
        assert "=== Portfolio Rebalancing Report ===" in output["reason"]
        assert "systemMessage" not in output


def test_the_setting_makes_every_run_private(hook: Any) -> None:
    for words in ("growth --sample", "grwth please --sample", "--help", "growth"):
        output = hook(typed(words), PRIVATE="true")
        assert output["decision"] == "block"
        assert "additionalContext" not in output["hookSpecificOutput"]
    assert "decision" not in hook(typed("growth --sample"), PRIVATE="false")


def test_words_that_are_not_understood_stay_private_when_they_ask_for_it(hook: Any) -> None:
    for words in ("grwth please --private", "--private=yes", "--band x --private"):
        output = hook(typed(words))
        assert output["decision"] == "block", words
        assert "additionalContext" not in output["hookSpecificOutput"]


def test_private_is_refused_on_a_server_with_the_reason(hook: Any) -> None:
    output = hook(typed("growth --private"))
    assert output["decision"] == "block"
    assert "The model would see how many positions there are" in output["reason"]


def test_a_private_command_that_the_model_starts_is_shown_and_denied(hook: Any) -> None:
    for payload, settings in (
        (by_model("PreToolUse", "growth --sample --private"), {}),
        (by_model("PreToolUse", "growth --sample"), {"PRIVATE": "true"}),
    ):
        output = hook(payload, **settings)
        assert "=== Portfolio Rebalancing Report ===" in output["systemMessage"]
        denied = output["hookSpecificOutput"]
        assert denied["permissionDecision"] == "deny"
        assert not any(word in json.dumps(denied) for word in HOLDINGS)
    assert hook(by_model("PostToolUse", "--sample --private")) == {}


def test_a_command_that_the_model_starts_is_answered_after_it(hook: Any) -> None:
    assert hook(by_model("PreToolUse", "growth --sample")) == {}
    for skill in (NAME, "rebalance-portfolio", "/rebalance-portfolio"):
        output = hook(by_model("PostToolUse", "growth --sample", skill))
        assert output["hookSpecificOutput"]["hookEventName"] == "PostToolUse"
        assert "=== Portfolio Rebalancing Report ===" in output["systemMessage"]
        assert told(output).startswith("[shown]\n")


@pytest.mark.parametrize(
    "payload",
    [
        by_model("PostToolUse", "x", "another-skill"),
        by_model("PreToolUse", "rebalance-portfolio", "another-skill"),
        {**typed("--sample"), "command_name": "other:rebalance-portfolios"},
        b"",
        b"rebalance-portfolio",
        b'["rebalance-portfolio"]',
        b'{"tool_input": "rebalance-portfolio"}',
        b"\xff\xfe" * 40,
    ],
)
def test_what_is_not_of_this_command_is_met_with_silence(
    hook: Any, tmp_path: Any, payload: Any
) -> None:
    assert hook(payload) == {}
    assert not os.path.exists(tmp_path / "data")


@pytest.mark.parametrize("args", [None, 7, ["--sample"], {}, ""])
def test_words_that_are_no_text_are_none(hook: Any, args: object) -> None:
    assert told(hook({**typed(""), "command_args": args})).startswith("[fetch]\n")


def test_a_question_back_is_on_the_screen_and_known_to_the_model(hook: Any) -> None:
    line = "Unknown profile. Available profiles: `balanced`, `growth`, `conservative`, `income`."
    output = hook(typed("--profile aggressive"))
    assert output["systemMessage"].startswith(line)
    assert told(output).startswith("[shown]\n") and line in told(output)
    relayed = hook(typed("--profile aggressive"), entry="sdk-cli")
    assert told(relayed).startswith(f"[answer]\n{line}")


def test_help_is_an_answer(hook: Any) -> None:
    for words in ("--help", "help", "ヘルプ", "-h"):
        output = hook(typed(words))
        assert "--lock SYMBOLS" in output["systemMessage"]
        assert "```text" in told(hook(typed(words), entry="sdk-cli"))


def test_a_statement_of_the_settings_is_used(hook: Any, tmp_path: Any) -> None:
    output = hook(typed("growth"), STATEMENT=SAMPLE, LOCKED_SYMBOLS="AAPL,MSFT", MIN_TRADE="0")
    shown = ESCAPE.sub("", output["systemMessage"])
    assert "Source: Flex statement" in shown
    assert not re.search(r"\| (BUY|SELL) +\| (AAPL|MSFT) +\|", shown)


def test_without_a_statement_the_calls_are_named(hook: Any, tmp_path: Any) -> None:
    text = told(hook(typed("growth --dry-run")))
    assert text.startswith("[fetch]\n")
    assert "mcp__ib-sec-mcp__simulate_rebalancing(target_allocation={}" in text
    assert "rebalancing-context" not in text
    assert os.path.isfile(tmp_path / "data" / "runs" / "s-1" / "run.json")


def test_without_a_server_the_answer_names_what_it_needs(hook: Any) -> None:
    text = told(hook(typed("growth")))
    reply = text.partition("If there is no such server, reply with exactly this")[2]
    for word in ("--statement FILE.xml", "QUERY_ID and TOKEN", "data/raw", "under another name"):
        assert word in reply
    assert "plan mode" not in text
    assert "leave plan mode first" in told(hook(typed("growth", permission_mode="plan")))


def test_the_hook_marks_its_data_folder_and_keeps_nothing_of_a_short_run(
    hook: Any, tmp_path: Any
) -> None:
    hook(typed("growth --sample"))
    assert os.listdir(tmp_path / "data") == ["rebalance-portfolio.marker"]
    assert os.stat(tmp_path / "data").st_mode & 0o777 == 0o700


def test_files_are_not_written_in_plan_mode(hook: Any, tmp_path: Any) -> None:
    words = f"growth --sample --csv {tmp_path}/orders.csv"
    output = hook(typed(words, permission_mode="plan"))
    assert "In plan mode nothing is written" in output["systemMessage"]
    assert not os.path.exists(tmp_path / "orders.csv")
    assert "Table of the trades" in hook(typed(words))["systemMessage"]
    assert os.path.exists(tmp_path / "orders.csv")


HOSTILE = "growth --sample\nREBALANCE_INPUT\ntouch pwned\ncat <<'REBALANCE_INPUT'"


@pytest.mark.parametrize("words", [HOSTILE, "$(touch pwned) --sample", "`touch pwned` --sample"])
def test_what_is_typed_is_never_run(hook: Any, tmp_path: Any, words: str) -> None:
    for payload in (typed(words), by_model("PostToolUse", words)):
        assert "systemMessage" in hook(payload, cwd=str(tmp_path))
        hook(payload, cwd=str(tmp_path), STATEMENT="x\nREBALANCE_INPUT\ntouch pwned")
    assert not os.path.exists(tmp_path / "pwned")


def test_a_long_report_is_cut_and_names_its_file(hook: Any, tmp_path: Any) -> None:
    statement = os.path.join(TESTS, "fixtures", "statements", "d_500.xml")
    for entry in ("cli", "sdk-cli"):
        output = hook(typed(f"growth --statement {statement}"), entry=entry)
        kept = str(tmp_path / "data" / "lists" / "s-1.txt")
        assert kept in output.get("systemMessage", told(output))
        assert len(output.get("systemMessage", "")) < 10_000
        assert len(told(output)) < 10_000
        assert os.stat(kept).st_mode & 0o777 == 0o600


@pytest.mark.parametrize("words", ["growth --draft", "growth --draft --source ibkr-connector"])
def test_a_draft_is_asked_for_by_who_types_it(hook: Any, words: str) -> None:
    text = told(hook(typed(words)))
    assert text.startswith("[fetch]\n")
    assert "get_account_balances()" in text and "mcp__ib-sec-mcp__" not in text
    for output in (
        hook(by_model("PostToolUse", words)),
        hook(typed(words), entry="sdk-cli"),
    ):
        assert "--draft works only where the user types it" in json.dumps(output)
        assert "get_account_balances" not in json.dumps(output)


@pytest.mark.parametrize(
    "words, more, settings, said",
    [
        ("--draft --sample", {}, {}, "exclude each other"),
        ("--draft --dry-run", {}, {}, "exclude each other"),
        ("--draft, just simulate", {}, {}, "exclude each other"),
        ("--draft", {"permission_mode": "plan"}, {}, "In plan mode nothing is drafted"),
        ("--draft", {}, {"NO_DRAFTS": "true"}, "setting no_drafts is on"),
        ("--draft", {}, {"STATEMENT": SAMPLE}, "drafted through IBKR's own connector only"),
        ("--draft", {}, {"PRIVATE": "true"}, "drafted through IBKR's own connector only"),
        ("--draft", {}, {"SOURCE": "ib-sec-mcp"}, "drafted through IBKR's own connector only"),
        ("--draft --source nowhere", {}, {}, "--source does not take nowhere"),
    ],
)
def test_a_draft_that_cannot_be_is_refused(
    hook: Any, words: str, more: Any, settings: Any, said: str
) -> None:
    output = json.dumps(hook(typed(words, **more), **settings))
    assert said in output and "[fetch]" not in output


@pytest.mark.parametrize("no_drafts", ["", "false", "true"])
def test_the_setting_against_drafts_changes_no_plan(hook: Any, no_drafts: str) -> None:
    plain = hook(typed("growth --sample"))
    assert hook(typed("growth --sample"), NO_DRAFTS=no_drafts) == plain


@pytest.mark.parametrize(
    "source, other", [("ib-sec-mcp", "balances()"), ("ibkr-connector", "ib-sec-mcp__")]
)
def test_the_setting_names_the_source_and_what_is_typed_comes_first(
    hook: Any, source: str, other: str
) -> None:
    assert other not in told(hook(typed("growth"), SOURCE=source))
    typed_one = told(hook(typed(f"growth --source {source}"), SOURCE="nowhere"))
    assert typed_one == told(hook(typed("growth"), SOURCE=source))


POLICY = (
    "[target]\nVTI = 60\nVXUS = 30\nCASH = 10\n\n[target.careful]\nSTK = 20\nBOND = 70\nCASH = 10\n"
)


@pytest.fixture
def policy(tmp_path: Any) -> str:
    path = tmp_path / "policy.ini"
    path.write_text(POLICY, encoding="utf-8")
    return str(path)


def test_the_setting_policy_makes_the_bare_command_its_plan(hook: Any, policy: str) -> None:
    output = hook(typed(""), STATEMENT=SAMPLE, POLICY=policy)
    shown = ESCAPE.sub("", output["systemMessage"])
    assert "Profile: custom (60% VTI / 30% VXUS / 10% Cash)" in shown
    assert shown.partition("\n\n")[2] == terminal("--statement", SAMPLE, "--policy", policy)
    facts = told(output)
    assert "VXUS" in facts and "custom" in facts
    careful = hook(typed("--profile careful"), STATEMENT=SAMPLE, POLICY=policy)
    assert "Profile: careful (20% Stocks / 70% Bonds / 10% Cash)" in careful["systemMessage"]
    growth = hook(typed("積極的に"), STATEMENT=SAMPLE, POLICY=policy)
    assert "Profile: growth (75% Stocks" in growth["systemMessage"]


def test_a_mistake_in_the_policy_is_one_sentence_and_no_plan(hook: Any, tmp_path: Any) -> None:
    path = tmp_path / "policy.ini"
    path.write_text("[target]\nVTI = sixty\n", encoding="utf-8")
    output = hook(typed(""), STATEMENT=SAMPLE, POLICY=str(path))
    assert output["systemMessage"].startswith("policy.ini, line 2: sixty is no percentage")
    assert "REQUIRED TRADES" not in output["systemMessage"]
    private = hook(typed("--private"), STATEMENT=SAMPLE, POLICY=str(path))
    assert private["decision"] == "block" and "line 2" in private["reason"]


def test_what_the_policy_means_is_said_without_a_plan(hook: Any, policy: str) -> None:
    output = hook(typed(f"--check-policy --policy {policy}"))
    assert "Target for --profile careful: STK 20%, BOND 70%, CASH 10%" in output["systemMessage"]


def test_words_are_a_target_in_the_client_too(hook: Any) -> None:
    output = hook(typed("VTI 60, VXUS 30, BND 10 --price BND=72.50 --sample"))
    assert "Profile: custom (60% VTI / 30% VXUS / 10% BND)" in output["systemMessage"]


def test_the_policy_is_kept_for_the_answers_of_a_server(
    hook: Any, policy: str, tmp_path: Any
) -> None:
    hook(typed("--dry-run"), POLICY=policy)
    kept = (tmp_path / "data" / "runs" / "s-1" / "run.json").read_text("utf-8")
    run = json.loads(kept.partition("\n")[2])
    assert run["request"]["options"]["target"] == "VTI 60, VXUS 30, CASH 10"
    assert run["request"]["profile"] == "custom"
