"""The command's text, held to what the client and the specification ask of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ib_portfolio.claude_code.commands import COMMANDS, TYPED_ONLY

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ROOT / "commands" / "rebalance-portfolio.md"
SERVER = "mcp__ib-sec-mcp__"
SCRIPTS = {"start_run.py", "build_target.py", "correct_sum.py", "render_report.py"}
TOOLS = (
    "get_positions",
    "get_account_summary",
    "generate_rebalancing_trades",
    "simulate_rebalancing",
)
READ_TOOLS = set(TOOLS)
CONNECTOR_TOOLS = (
    "get_account_summary",
    "get_account_balances",
    "get_account_positions",
    "get_account_orders",
    "get_order_instructions",
    "create_order_instruction",
)
# Every tool of the server that can touch an order, write local state or fetch from IBKR.
DANGEROUS_TOOLS = {
    "place_order",
    "modify_order",
    "cancel_order",
    "cancel_all_orders",
    "add_limit_order",
    "update_limit_order",
    "sync_limit_orders",
    "sync_daily_snapshot",
    "fetch_ib_data",
}


WORDS = '--data "${CLAUDE_PLUGIN_DATA}" --session *'


def rule(script: str) -> str:
    words = "*" if script == "correct_sum.py" else WORDS
    return f'Bash(python3 "${{CLAUDE_PLUGIN_ROOT}}/scripts/{script}" {words})'


def library(name: str) -> dict:
    return json.loads((ROOT / "scripts" / "ib_portfolio" / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def text() -> str:
    return COMMAND.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def head(text: str) -> dict:
    return yaml.safe_load(text.split("---\n")[1])


@pytest.fixture(scope="module")
def body(text: str) -> str:
    return text.split("---\n", 2)[2]


def test_the_bare_name_works(head: dict) -> None:
    assert head["name"] == "rebalance-portfolio"
    assert isinstance(head["argument-hint"], str)


def test_the_description_names_the_profiles(head: dict) -> None:
    assert f"({'/'.join(library('core/profiles.json')['profiles'])})" in head["description"]


def test_the_always_on_text_stays_short(head: dict) -> None:
    assert len(head["description"]) + len(head["argument-hint"]) < 250


def test_the_text_stays_small(text: str) -> None:
    assert len(text.encode()) < 5500


def test_lf_and_nothing_machine_specific(text: str) -> None:
    raw = COMMAND.read_bytes()
    assert b"\r" not in raw and raw.endswith(b"\n") and not raw.startswith(b"\xef\xbb\xbf")
    assert not re.search(r"/(home|root|Users|tmp|work)/", text)


def test_exactly_these_tools_are_allowed(head: dict) -> None:
    allowed = {rule(script) for script in SCRIPTS}
    allowed |= {SERVER + tool for tool in READ_TOOLS} | {"ReadMcpResourceTool"}
    assert set(head["allowed-tools"]) == allowed
    assert len(head["allowed-tools"]) == len(allowed)


def test_every_tool_that_could_do_harm_is_disallowed(head: dict) -> None:
    anywhere = {"mcp__*__delete_order_instruction"}
    refused = {SERVER + tool for tool in DANGEROUS_TOOLS} | anywhere
    assert set(head["disallowed-tools"]) == refused
    assert not set(head["disallowed-tools"]) & set(head["allowed-tools"])


def test_every_script_named_is_allowed_and_every_allowed_one_named(body: str) -> None:
    assert set(re.findall(r"\b\w+\.py\b", body)) == SCRIPTS


def test_no_shell_block_and_nothing_typed_in_the_text(text: str) -> None:
    assert "```!" not in text and not re.search(r"(^|\s)!`", text)
    assert not re.search(r"\$(ARGUMENTS|\d)", text) and "user_config" not in text


def test_each_command_line_is_exactly_what_is_granted(body: str) -> None:
    lines = [line for line in re.findall(r"python3 [^`]*", body) if "correct_sum" not in line]
    assert lines
    granted = tuple(rule(script)[len("Bash(") : -len("*)")] for script in SCRIPTS)
    assert all(line.startswith(granted) for line in lines)
    assert all(line.endswith('--session "${CLAUDE_SESSION_ID}"') for line in lines)


def test_the_profile_table_is_the_data(body: str) -> None:
    data = library("core/profiles.json")
    rows = {
        cells[0].strip("`"): cells[1:]
        for cells in (
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in body.splitlines()
            if re.match(r"\| `", line)
        )
    }
    assert list(rows) == list(data["profiles"]) and rows
    for name, profile in data["profiles"].items():
        shares = [f"{profile[key]}%" for key in ("STK", "BOND", "CASH")]
        assert rows[name][:3] == shares and profile["focus"] in rows[name]
    assert f"`{data['default']}`" in body


def test_the_phrases_shown_are_understood(body: str) -> None:
    known = library("request/phrases.json")
    shown = json.loads((ROOT / "templates/command.json").read_text(encoding="utf-8"))["said"]
    assert set(shown) == {*library("core/profiles.json")["profiles"], "dry-run"}
    for name, phrases in shown.items():
        understood = known["options"] if name == "dry-run" else known["profiles"]
        assert phrases and set(phrases) <= set(understood[name])
        assert all(phrase in body for phrase in phrases)


def test_the_hint_names_the_options_marked_so_and_no_other(head: dict) -> None:
    named = re.findall(r"--([a-z-]+)", head["argument-hint"])
    hinted = [
        name for name, option in library("request/options.json").items() if option.get("hint")
    ]
    assert named == hinted and hinted
    assert all(library("request/options.json")[name]["scope"] == "both" for name in hinted)


def test_the_hooks_are_of_this_command_and_its_calls_only() -> None:
    hooks = json.loads((ROOT / "hooks" / "hooks.json").read_text("utf-8"))["hooks"]
    calls = "|".join([*(SERVER + tool for tool in TOOLS), "ReadMcpResourceTool"])
    theirs = f"^mcp__(?!ib-sec-mcp__).+__({'|'.join(CONNECTOR_TOOLS)})$"
    quick, fetching = (
        "|".join(f"{name}|rebalance-portfolio:{name}" for name in names)
        for names in (
            ["rebalance-portfolio", *(name for name in COMMANDS if name not in TYPED_ONLY)],
            sorted(TYPED_ONLY),
        )
    )
    matchers = {event: [row["matcher"] for row in rows] for event, rows in hooks.items()}
    assert matchers == {
        "UserPromptExpansion": [quick, fetching],
        "PreToolUse": [calls, theirs, "Skill"],
        "PostToolUse": [calls, theirs, "Skill"],
        "PostToolUseFailure": [calls, theirs],
    }
    for row in (row for rows in hooks.values() for row in rows):
        (hook,) = row["hooks"]
        assert hook["command"] == "python3" and hook["args"][1] == "${CLAUDE_PLUGIN_DATA}"
        script = hook["args"][0].rpartition("/")[2]
        assert (ROOT / "scripts" / script).is_file()
        assert (script == "on_tool_use.py") == (row["matcher"] in (calls, theirs))


@pytest.mark.parametrize(
    "line",
    [
        "Unknown profile. Available profiles: `balanced`, `growth`, `conservative`, `income`. "
        "Please retry with one of these.",
        "No portfolio positions found. Run `/fetch-latest` to load trading data first.",
        "Rebalancing to this profile requires adding {BOND} positions. "
        "Currently no {BOND} holdings exist.",
        "/mcp-status",
    ],
)
def test_the_specified_error_lines_are_there(body: str, line: str) -> None:
    assert line in body


@pytest.mark.parametrize("kind", ["[shown]", "[answer]", "[report]", "[fetch]"])
def test_each_kind_of_output_is_explained(body: str, kind: str) -> None:
    assert f"- `{kind}`: " in body


@pytest.mark.parametrize(
    "example",
    [
        "",
        " --profile growth",
        " --profile conservative --dry-run",
        " --profile income",
        " 積極的に",
        " 守りのポートフォリオにしたい",
        " 税金への影響を先に確認したい",
    ],
)
def test_the_specified_examples_are_there(body: str, example: str) -> None:
    assert f"/rebalance-portfolio{example}\n" in body


@pytest.mark.parametrize(
    "name", ["optimize-portfolio", "investment-strategy", "wash-sale-check", "tax-report"]
)
def test_the_related_commands_are_there(body: str, name: str) -> None:
    assert f"`/{name}`" in body


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What the generator reads and writes, in a folder with a space in its name."""
    root = tmp_path / "a copy"
    for folder in ("commands", "templates", "scripts", "tools", ".claude-plugin"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, root / folder, ignore=ignored)
    return root


def generate(root: Path, *arguments: str) -> subprocess.CompletedProcess:
    script = root / "tools" / "generate_commands.py"
    return subprocess.run(
        [sys.executable, str(script), *arguments], capture_output=True, text=True, cwd=root.parent
    )


def test_the_committed_command_is_what_the_generator_writes() -> None:
    done = generate(ROOT, "--check")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_stale_command_is_named_and_repaired(copy: Path) -> None:
    command = copy / "commands" / COMMAND.name
    command.write_text("edited by hand", encoding="utf-8")
    done = generate(copy, "--check")
    assert done.returncode == 1
    assert f"commands/{COMMAND.name}" in done.stdout
    assert command.read_text(encoding="utf-8") == "edited by hand"
    assert generate(copy).returncode == 0
    assert command.read_bytes() == COMMAND.read_bytes()


def test_a_missing_command_is_stale(copy: Path) -> None:
    (copy / "commands" / COMMAND.name).unlink()
    assert generate(copy, "--check").returncode == 1


def test_changed_data_makes_the_command_stale(copy: Path) -> None:
    path = copy / "scripts" / "ib_portfolio" / "core" / "profiles.json"
    path.write_text(path.read_text(encoding="utf-8").replace("75", "74"), encoding="utf-8")
    assert generate(copy, "--check").returncode == 1


def test_an_unknown_word_in_a_template_is_an_error(copy: Path) -> None:
    template = copy / "templates" / f"{COMMAND.name}.j2"
    template.write_text("{{ nothing_of_this_name }}", encoding="utf-8")
    assert generate(copy).returncode != 0


def test_a_wrong_option_is_usage(copy: Path) -> None:
    assert generate(copy, "--chek").returncode == 2
