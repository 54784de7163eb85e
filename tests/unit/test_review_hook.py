"""/optimize-portfolio and /investment-strategy through the hook, as the client calls it."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import pytest
import test_command_hook
from household_statement import household, write_household
from review_statement import rows, write_statement
from test_command_hook import by_model, told
from test_review import ask

COMMANDS = ("optimize-portfolio", "investment-strategy")
hook = test_command_hook.hook  # the fixture
ESCAPE = re.compile("\x1b\\[\\d+m")
HOLDINGS = ("VTI", "AAPL", "12,902.50", "250,615.62", "U***0001")


def typed(name: str, words: str, **more: Any) -> Any:
    return {
        "hook_event_name": "UserPromptExpansion",
        "command_name": f"rebalance-portfolio:{name}",
        "command_args": words,
        "session_id": "s-1",
        **more,
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_the_report_is_on_the_screen_and_the_model_has_facts(hook: Any, name: str) -> None:
    output = hook(typed(name, "growth --sample"))
    shown = ESCAPE.sub("", output["systemMessage"])
    assert shown.endswith(ask(name, "growth", "--sample").out)
    facts = told(output)
    assert facts.startswith("[shown]\n") and f"/{name}: account U***0001" in facts
    figures = re.findall(r"\d{1,3}(?:,\d{3})+\.\d\d", facts)
    flat = " ".join(shown.split())
    assert len(figures) > 5 and [figure for figure in figures if figure not in flat] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_private_reaches_no_model(hook: Any, name: str) -> None:
    output = hook(typed(name, "growth --sample --private"))
    assert output["decision"] == "block" and "VTI" in output["reason"]
    assert "VTI" not in json.dumps(output["hookSpecificOutput"])
    skill = f"rebalance-portfolio:{name}"
    output = hook(by_model("PreToolUse", "--sample --private", skill))
    sent = json.dumps(output["hookSpecificOutput"])
    assert output["hookSpecificOutput"]["permissionDecision"] == "deny"
    assert [word for word in HOLDINGS if word in sent] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_where_nothing_can_be_shown_the_model_relays(hook: Any, name: str) -> None:
    output = hook(typed(name, "growth --sample"), entry="sdk-cli")
    text = told(output)
    assert set(output) == {"hookSpecificOutput"} and text.startswith("[report]\n```text\n")
    assert ask(name, "growth", "--sample").out.strip() in text


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("growth", "name one with --statement FILE"),
        ("grwth --sample", "Unknown profile"),
        ("--help", "What"),
        ("--sample --html page.html", "plan mode"),
    ],
)
def test_a_sentence_in_place_of_a_report(hook: Any, name: str, words: str, part: str) -> None:
    assert part in hook(typed(name, words, permission_mode="plan"))["systemMessage"]


def test_the_setting_names_the_statement(hook: Any, tmp_path: Any) -> None:
    path = write_statement(str(tmp_path), rows())
    output = hook(typed("optimize-portfolio", ""), STATEMENT=path)
    assert "ACME" in output["systemMessage"]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_long_report_keeps_every_section_and_names_the_whole(
    hook: Any,
    tmp_path: Any,
    name: str,
) -> None:
    content = rows()
    base = content["OpenPosition"]
    for place in range(120):
        row = {**base[0], "symbol": f"S{place:03}", "conid": str(100 + place),
               "cusip": f"{place:09}"}  # fmt: skip
        base += [row, {**row, "levelOfDetail": "LOT", "openDateTime": "20260301"}]
    path = write_statement(str(tmp_path), content)
    output = hook(typed(name, f"growth --statement {path}"))
    text = ESCAPE.sub("", output["systemMessage"])
    assert len(output["systemMessage"]) <= 9_500
    whole = text.rstrip().splitlines()[-1]
    assert os.path.isfile(whole) and oct(os.stat(whole).st_mode)[-3:] == "600"
    with open(whole, encoding="utf-8") as file:
        full = file.read()
    headings = re.findall(r"^(?:📋|📊|💰|🧾|💱|🎯|⚠️|===) .*$", full, re.MULTILINE)
    assert len(headings) > 6 and [one for one in headings if one not in text] == []
    assert "S119" in full


@pytest.fixture
def household_words(tmp_path: Any) -> str:
    folder = tmp_path / "statements"
    folder.mkdir()
    return f"conservative --account all --statement {write_household(str(folder), household())}"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_household_is_on_the_screen_and_whole_in_a_private_file(
    hook: Any, household_words: str, name: str
) -> None:
    output = hook(typed(name, household_words))
    shown = ESCAPE.sub("", output["systemMessage"])
    assert len(output["systemMessage"]) <= 9_500
    whole = shown.rstrip().splitlines()[-1]
    with open(whole, encoding="utf-8") as file:
        full = file.read()
    assert oct(os.stat(whole).st_mode)[-3:] == "600"
    assert full.endswith("\n" + ask(name, *household_words.split()).out)
    # The household's own part is on the screen with all that it warns of.
    titles = re.findall(r"^(?:📋|📊|💰|🧾|💱|🎯|⚠️|===) .*$", full.split("=== Account")[0], re.M)
    assert len(titles) > 8 and [one for one in titles if one not in shown] == []
    assert "The accounts one by one are in the file." in shown and "→ " in shown
    facts = told(output)
    for account in ("U***1111", "U***2222", "U***3333", "U***5555"):
        assert account in shown and f"/{name}: account {account}" in facts
    assert "U1111111" not in json.dumps(output)
    assert ("ACME" in facts) and ("U***2222 is a retirement account" in facts)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_private_household_reaches_no_model(hook: Any, household_words: str, name: str) -> None:
    output = hook(typed(name, f"{household_words} --private"))
    assert output["decision"] == "block" and "U***2222" in output["reason"]
    sent = json.dumps({**output, "reason": ""})
    assert [word for word in ("ACME", "U***", "140,940") if word in sent] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_where_nothing_can_be_shown_the_model_relays_a_household(
    hook: Any, household_words: str, name: str
) -> None:
    text = told(hook(typed(name, household_words), entry="sdk-cli"))
    assert text.startswith("[report]\n```text\n") and "=== Household" in text
    assert len(text) <= 10_000


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    "text", ["全口座で 守り --account all", "all accounts please --account all"]
)
def test_a_household_is_asked_for_in_words_too(hook: Any, name: str, text: str) -> None:
    output = hook(typed(name, f"{text} --sample"))
    assert "=== Household" in ESCAPE.sub("", output["systemMessage"])


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    ("more", "part"), [("--html page.html", "plan mode"), ("--lock NOTHELD", "NOTHELD")]
)
def test_a_household_that_cannot_be_made_is_a_sentence(
    hook: Any, household_words: str, name: str, more: str, part: str
) -> None:
    output = hook(typed(name, f"{household_words} {more}", permission_mode="plan"))
    assert part in output["systemMessage"]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_household_of_many_accounts_fits_the_screen(hook: Any, tmp_path: Any, name: str) -> None:
    accounts = []
    for place in range(30):
        content = household()[place % 2][1]
        content["AccountInformation"][0]["accountId"] = f"U77{place:05}"
        accounts.append((f"U77{place:05}", content))
    path = write_household(str(tmp_path), accounts)
    output = hook(typed(name, f"conservative --account all --statement {path}"))
    shown = ESCAPE.sub("", output["systemMessage"])
    assert len(output["systemMessage"]) <= 9_500 and "=== NEXT STEPS ===" in shown
    with open(shown.rstrip().splitlines()[-1], encoding="utf-8") as file:
        full = file.read()
    assert full.count("=== Account U***") == 30
    assert len(told(output)) <= 9_500
