"""/wash-sale-check and /tax-report through the hook: screen, model, private mode, plan mode."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import pytest
from tax_statements import run_door
from test_command_hook import ESCAPE, SAMPLE, by_model, hook, told  # noqa: F401  (a fixture)

PLUGIN = "rebalance-portfolio"
CASES = [
    ("wash-sale-check", "wash", "=== Wash Sale Check ===", "$1,935.00"),
    ("tax-report", "tax", "=== Tax Report 2026 ===", "$1,470.99"),
]


def typed(command: str, words: str, **more: Any) -> Dict[str, Any]:
    return {
        "hook_event_name": "UserPromptExpansion",
        "command_name": f"{PLUGIN}:{command}",
        "command_args": words,
        "session_id": "s-1",
        **more,
    }


@pytest.mark.parametrize(("command", "door", "heading", "figure"), CASES)
def test_the_report_is_shown_and_the_model_told_facts(
    hook: Any,  # noqa: F811
    command: str,
    door: str,
    heading: str,
    figure: str,
) -> None:
    output = hook(typed(command, "--sample"))
    shown = ESCAPE.sub("", output["systemMessage"])
    assert shown.split("\n\n", 1)[1].rstrip() == run_door(door, ["--sample"]).out.rstrip()
    text = told(output)
    assert text.startswith("[shown]") and figure in text and heading not in text


@pytest.mark.parametrize(("command", "door", "heading", "figure"), CASES)
def test_private_blocks_the_prompt(hook, command, door, heading, figure) -> None:  # noqa: F811
    output = hook(typed(command, "--sample --private"))
    assert output["decision"] == "block" and heading in ESCAPE.sub("", output["reason"])
    assert "additionalContext" not in output["hookSpecificOutput"]
    by_setting = hook(typed(command, "--sample"), PRIVATE="true")
    assert by_setting["decision"] == "block"
    name = f"{PLUGIN}:{command}"
    denied = hook(by_model("PreToolUse", "--sample --private", skill=name))
    assert denied["hookSpecificOutput"]["permissionDecision"] == "deny"
    assert figure not in str(denied["hookSpecificOutput"])
    assert hook(by_model("PostToolUse", "--sample --private", skill=name)) == {}


@pytest.mark.parametrize(("command", "door", "heading", "figure"), CASES)
def test_without_a_screen_the_report_is_relayed(
    hook,  # noqa: F811
    command,
    door,
    heading,
    figure,
) -> None:
    text = told(hook(typed(command, "--sample"), entry="sdk-cli"))
    assert text.startswith("[report]\n```text\n") and heading in text


def test_the_setting_s_statement_counts_where_none_is_typed(hook: Any) -> None:  # noqa: F811
    output = hook(typed("tax-report", "this year"), STATEMENT=SAMPLE)
    # What this year is depends on the day; the statement is read either way.
    said = output["systemMessage"]
    assert "Tax Report" in said or "The statement does not cover" in said


def test_plan_mode_writes_nothing(hook: Any, tmp_path: Path) -> None:  # noqa: F811
    words = "--sample --save"
    output = hook(typed("tax-report", words, permission_mode="plan"), cwd=str(tmp_path))
    assert "plan mode" in output["systemMessage"]
    assert [path.name for path in tmp_path.glob("tax-report*")] == []
    hook(typed("tax-report", words), cwd=str(tmp_path))
    assert len(list(tmp_path.glob("tax-report*"))) == 2


@pytest.mark.parametrize("command", ["wash-sale-check", "tax-report"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "--sample"),
        ("--help", "The days"),
        ("--sample --year soon", "--year does not take soon"),
        ("--sample sell 5 AAPL", "cannot be told what to do about 5, AAPL"),
        ("--statement /no/such.xml", "/no/such.xml"),
    ],
)
def test_what_is_no_report_is_one_sentence(hook, command, words, said) -> None:  # noqa: F811
    output = hook(typed(command, words))
    assert said in output["systemMessage"] and "Traceback" not in str(output)


@pytest.mark.parametrize("door", ["tax", "wash"])
def test_the_policy_file_names_accounts(tmp_path: Path, door: str) -> None:
    policy = tmp_path / "policy.ini"
    policy.write_text("[accounts]\nU0000001 = taxable\n", encoding="utf-8")
    words = ["--sample", "--policy", str(policy)]
    done = run_door(door, [*words, "--account", "Taxable"])
    assert done.code == 0
    assert "Account U***0001 is “taxable” in your policy." in " ".join(done.out.split())
    policy.write_text("[accounts]\nU9999999 = ira\n", encoding="utf-8")
    refused = run_door(door, words)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("policy.ini, line 2: the account U***9999 is not in this")


@pytest.mark.parametrize(("command", "door", "heading", "figure"), CASES)
def test_the_setting_policy_counts_for_taxes(
    hook: Any,  # noqa: F811
    tmp_path: Path,
    command: str,
    door: str,
    heading: str,
    figure: str,
) -> None:
    policy = tmp_path / "policy.ini"
    policy.write_text("[accounts]\nU0000001 = ours\n", encoding="utf-8")
    output = hook(typed(command, "--account ours"), STATEMENT=SAMPLE, POLICY=str(policy))
    assert heading in ESCAPE.sub("", output["systemMessage"])
