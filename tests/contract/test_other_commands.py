"""The texts of the commands beside /rebalance-portfolio, held to what the client asks of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Dict

import pytest
import yaml

from ib_portfolio.claude_code.commands import COMMANDS, TYPED_ONLY
from ib_portfolio.request.setup_words import read_setup_words, setup_options
from ib_portfolio.request.tax_request import load_tax_options, parse_tax_text

ROOT = Path(__file__).resolve().parents[2]
FIRST = ROOT / "commands" / "rebalance-portfolio.md"
TEXTS: Dict[str, str] = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "commands").glob("*.md"))
    if path != FIRST
}


def head(text: str) -> dict:
    return yaml.safe_load(text.split("---\n")[1])


def test_each_command_has_its_text_and_its_function() -> None:
    assert set(TEXTS) == set(COMMANDS) and {"fetch-latest", "mcp-status"} <= set(TEXTS)


@pytest.mark.parametrize("name", TEXTS)
def test_the_frontmatter(name: str) -> None:
    found = head(TEXTS[name])
    assert found["name"] == name
    assert len(found["description"]) + len(found["argument-hint"]) < 250
    assert found["disallowed-tools"] == head(FIRST.read_text("utf-8"))["disallowed-tools"]
    assert found.get("disable-model-invocation", False) == (name in TYPED_ONLY)


@pytest.mark.parametrize("name", TEXTS)
def test_no_shell_block_and_nothing_typed_in_the_text(name: str) -> None:
    text = TEXTS[name]
    assert "```!" not in text and not re.search(r"(^|\s)!`", text)
    assert not re.search(r"\$(ARGUMENTS|\d)", text) and "user_config" not in text
    assert not re.search(r"/(home|root|Users|tmp)/", text)
    assert len(text.encode()) < 5_500


@pytest.mark.parametrize("name", TEXTS)
def test_each_kind_of_output_is_explained(name: str) -> None:
    for kind in ("[shown]", "[report]", "[answer]"):
        assert f"- `{kind}`: " in TEXTS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_granted_is_what_the_text_says_to_run(name: str) -> None:
    rules = [rule for rule in head(TEXTS[name])["allowed-tools"] if rule.startswith("Bash(")]
    lines = re.findall(r'`(python3 "\$\{CLAUDE_PLUGIN_ROOT\}[^`]*)`', TEXTS[name])
    assert len(lines) == len(rules)
    for line, rule in zip(lines, rules):
        assert line.startswith(rule[len("Bash(") : -len("*)")])
        script = re.search(r"scripts/\w+\.py", line)
        assert script and (ROOT / script[0]).is_file()


@pytest.mark.parametrize("name", ["fetch-latest", "mcp-status"])
def test_the_hint_and_the_examples_are_understood(name: str) -> None:
    rows = setup_options(name, terminal=False)
    hinted = re.findall(r"--([a-z-]+)", head(TEXTS[name])["argument-hint"])
    assert hinted == [option for option, row in rows.items() if row.get("hint")] and hinted
    for option, row in rows.items():
        assert option in read_setup_words(name, f" {row['example']}")


@pytest.mark.parametrize("name", ["wash-sale-check", "tax-report"])
def test_the_tax_hints_and_examples_are_understood(name: str) -> None:
    rows = load_tax_options(name, terminal=False)
    hinted = re.findall(r"--([a-z-]+)", head(TEXTS[name])["argument-hint"])
    assert hinted == [option for option, row in rows.items() if row.get("hint")] and hinted
    for row in rows.values():
        assert parse_tax_text(name, row["example"]).not_understood == ""
    examples = re.findall(rf"^/{name}(.*)$", TEXTS[name], re.MULTILINE)
    assert len(examples) >= 5
    for example in examples:
        assert parse_tax_text(name, example).not_understood == ""


def test_what_is_fetched_has_time_enough() -> None:
    from ib_portfolio.statement_fetch import PATIENCE

    hooks = json.loads((ROOT / "hooks" / "hooks.json").read_text("utf-8"))["hooks"]
    (row,) = [row for row in hooks["UserPromptExpansion"] if "fetch-latest" in row["matcher"]]
    (hook,) = row["hooks"]
    assert hook["timeout"] >= PATIENCE + 60 and hook["statusMessage"]
