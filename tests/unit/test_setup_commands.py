"""/fetch-latest and /mcp-status through hook and terminal, and plans on what was fetched."""

from __future__ import annotations

import json
import os
import time
from typing import Any, Dict, Optional

import pytest
from called_script import call_script
from flex_stand_in import AUTHORITY, HOSTS, QUERY_ID, TOKEN, StandIn
from server_session import TOLD, ServerSession
from terminal import FLEX, SAMPLE
from test_command_hook import ESCAPE, by_model, typed

from ib_portfolio.core.private.data_folder import mark_data_folder
from ib_portfolio.request.fetch_settings import FetchSettings
from ib_portfolio.sources.flex_web_service.connection import Line
from ib_portfolio.sources.flex_web_service.service import Clock
from ib_portfolio.statement_fetch import fetch_statement

SECRETS = {"FLEX_TOKEN": TOKEN, "FLEX_QUERY_ID": QUERY_ID}


def called(script: str, *words: str, stdin: bytes = b"", **environ: str) -> Any:
    """A script as the client or a terminal starts it, in an environment of its own."""
    own = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environ}
    done = call_script(script, words, stdin, own)
    for secret in SECRETS.values():
        assert secret.encode() not in done.stdout + done.stderr
    return done


@pytest.fixture
def data(tmp_path: Any) -> str:
    return str(tmp_path / "data")


@pytest.fixture
def hook(data: str) -> Any:
    """hook(payload) -> what the hook's script prints; {} for nothing."""

    def call(payload: Dict[str, Any], entry: str = "cli", **settings: str) -> Any:
        environ = {f"CLAUDE_PLUGIN_OPTION_{name}": value for name, value in settings.items()}
        stdin = json.dumps(payload).encode()
        environ["CLAUDE_CODE_ENTRYPOINT"] = entry
        done = called("on_prompt.py", data, stdin=stdin, **environ)
        assert (done.returncode, done.stderr) == (0, b"")
        return json.loads(done.stdout) if done.stdout else {}

    return call


def command(name: str, words: str = "", **more: Any) -> Dict[str, Any]:
    return {**typed(words), "command_name": f"rebalance-portfolio:{name}", **more}


@pytest.fixture
def fetched(data: str) -> str:
    """The path of the sample, fetched just now."""
    with open(SAMPLE, "rb") as file:
        return fetch(data, file.read())


def fetch(data: str, statement: bytes) -> str:
    """The path of a statement that is fetched without the pause between the two requests."""
    mark_data_folder(data)
    with StandIn(statement) as service:
        line = Line(dict.fromkeys(HOSTS, service.address), AUTHORITY)
        clock = Clock(sleep=lambda _: None)
        return fetch_statement({}, data, FetchSettings(TOKEN, QUERY_ID), line, clock).path


def told(output: Dict[str, Any]) -> str:
    text = str(output["hookSpecificOutput"]["additionalContext"])
    assert text.startswith(TOLD) and len(text) < 10_000
    return text[len(TOLD) :]


def shown(output: Dict[str, Any]) -> str:
    return ESCAPE.sub("", output["systemMessage"])


def test_the_page_is_on_the_screen_and_the_model_gets_no_figure(hook: Any) -> None:
    output = hook(command("mcp-status", "--sample"), **SECRETS)
    assert "=== Setup of rebalance-portfolio ===" in shown(output)
    assert "Hooks: they run in this session" in shown(output)
    assert "250,615.62" in shown(output) and "U***0001" in shown(output)
    facts = told(output)
    assert facts.startswith("[shown]\n") and "ok: Ledger" in facts
    assert "250,615.62" not in facts and "=== " not in facts


def test_where_nothing_can_be_shown_the_page_is_relayed(hook: Any) -> None:
    output = hook(command("mcp-status", "--sample"), entry="sdk-cli")
    assert set(output) == {"hookSpecificOutput"}
    assert told(output).startswith("[report]\n```text\n=== Setup of")
    assert told(output).endswith("wrong.\n```\n")


@pytest.mark.parametrize("name", ["mcp-status", "fetch-latest"])
@pytest.mark.parametrize(
    ("words", "settings"), [("--private", {}), ("", {"PRIVATE": "true"}), ("x --private", {})]
)
def test_private_tells_the_model_nothing(
    hook: Any, name: str, words: str, settings: Dict[str, str]
) -> None:
    output = hook(command(name, words), **settings)
    assert output["decision"] == "block" and output["suppressOriginalPrompt"] is True
    assert "additionalContext" not in output["hookSpecificOutput"]


@pytest.mark.parametrize("name", ["mcp-status", "fetch-latest"])
def test_a_command_of_another_plugin_or_project_is_not_ours(
    hook: Any, data: str, name: str
) -> None:
    for called in (name, f"other:{name}", f"rebalance-portfolio:{name}x"):
        payload = {**command(name), "command_name": called, "cwd": "/x/rebalance-portfolio"}
        assert hook(payload) == {}
    assert not os.path.exists(data)


def test_the_model_cannot_make_the_plugin_open_a_connection(hook: Any) -> None:
    skill = "rebalance-portfolio:fetch-latest"
    for settings in ({}, {"PRIVATE": "true"}):
        output = hook(by_model("PreToolUse", "", skill), **settings, **SECRETS)
        assert output["hookSpecificOutput"]["permissionDecision"] == "deny"
        assert "the user can type /fetch-latest" in str(output)
        assert hook(by_model("PostToolUse", "", skill), **settings, **SECRETS) == {}


def test_the_model_may_look_at_the_setup(hook: Any) -> None:
    skill = "rebalance-portfolio:mcp-status"
    assert hook(by_model("PreToolUse", "", skill)) == {}
    assert "=== Setup" in shown(hook(by_model("PostToolUse", "", skill)))
    output = hook(by_model("PreToolUse", "--sample", skill), PRIVATE="true")
    assert output["hookSpecificOutput"]["permissionDecision"] == "deny"
    assert "250,615.62" in output["systemMessage"]
    assert "250,615.62" not in json.dumps(output["hookSpecificOutput"])


def test_without_a_token_fetching_says_how_to_get_one(hook: Any) -> None:
    output = hook(command("fetch-latest"))
    for words in ("flex_token and flex_query_id", "FLEX_TOKEN", "fetch_ib_data"):
        assert words in output["systemMessage"]
    assert told(output).startswith("[shown]\n")


def test_a_token_typed_by_mistake_is_not_repeated(hook: Any) -> None:
    for name in ("fetch-latest", "mcp-status"):
        output = hook(command(name, f"token is {TOKEN}"))
        assert "takes no other words" in output["systemMessage"]
        assert TOKEN not in json.dumps(output)


@pytest.mark.parametrize("words", ["--year", "--yaer 2025", "--again=1", "2025", "--json"])
def test_words_that_are_not_understood_fetch_nothing(hook: Any, words: str) -> None:
    output = hook(command("fetch-latest", words), **SECRETS)
    assert "systemMessage" in output and "IBKR" not in output["systemMessage"]


def test_help_lists_the_options(hook: Any) -> None:
    assert "--year YEAR" in hook(command("fetch-latest", "--help"))["systemMessage"]
    assert "--statement FILE" in hook(command("mcp-status", "-h"))["systemMessage"]


def test_a_plan_without_a_statement_is_made_of_what_was_fetched(
    hook: Any, fetched: str, data: str
) -> None:
    report = shown(hook(command("rebalance-portfolio", "growth")))
    assert "Source: Flex statement fetched 2" in " ".join(report.split())
    named = called("rebalance.py", "growth", "--statement", fetched).stdout.decode()
    from_table = "Asset Class"
    assert report.partition(from_table)[2] == named.partition(from_table)[2]
    bare = called("rebalance.py", "growth", "--json", CLAUDE_PLUGIN_DATA=data)
    plan = json.loads(bare.stdout)
    assert plan["source"] == "statement" and len(plan["fetched"]) == 16
    private = hook(command("rebalance-portfolio", "growth"), PRIVATE="true")
    assert private["decision"] == "block" and "fetched" in private["reason"]


def test_what_is_named_or_set_comes_before_what_was_fetched(hook: Any, fetched: str) -> None:
    other = os.path.join(FLEX, "base_eur.xml")
    for output in (
        hook(command("rebalance-portfolio", f"growth --statement {other}")),
        hook(command("rebalance-portfolio", "growth"), STATEMENT=other),
    ):
        report = " ".join(shown(output).split())
        assert "Source: Flex statement" in report and "statement fetched" not in report


def test_a_fetched_statement_that_was_changed_makes_no_plan(hook: Any, fetched: str) -> None:
    with open(fetched, "ab") as file:
        file.write(b"\n")
    assert "--again" in hook(command("rebalance-portfolio", "growth"))["systemMessage"]
    page = shown(hook(command("mcp-status")))
    assert "wrong    Source" in page


def aged(data: str, days: float) -> None:
    """Makes what was fetched that many days old."""
    path = os.path.join(data, "statements", "kept.json")
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)
    rows[0]["fetched"] = int(time.time() - days * 86_400)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(rows, file)


def test_an_old_statement_is_removed_by_the_next_command(
    hook: Any, fetched: str, data: str
) -> None:
    aged(data, 6.9)
    assert "Source: Flex" in shown(hook(command("rebalance-portfolio", "growth")))
    aged(data, 7.1)
    hook(command("rebalance-portfolio", "growth"), KEEP_DAYS="30")
    assert os.path.exists(fetched)
    assert told(hook(command("rebalance-portfolio", "growth"))).startswith("[fetch]\n")
    assert not os.path.exists(fetched)


def test_the_page_names_what_was_fetched_and_what_is_set(hook: Any, fetched: str) -> None:
    page = shown(hook(command("mcp-status"), **SECRETS))
    assert "ok       Flex token: set" in page and "ok       Fetched: 2" in page
    assert "ok       Source: Flex statement fetched 2" in page
    page = shown(hook(command("mcp-status"), FLEX_TOKEN="a b", KEEP_DAYS="x", MIN_TRADE="y"))
    assert "wrong    Flex token" in page and "wrong    Kept for" in page
    assert "missing  Flex query id" in page and "wrong    Plan settings" in page


def page_of(*words: str, **environ: str) -> Dict[str, Dict[str, Any]]:
    """The page of the terminal as JSON, its lines by subject."""
    done = called("check_setup.py", *words, "--json", **environ)
    assert done.returncode == 0, done.stderr
    lines = json.loads(done.stdout)["lines"]
    assert all(line["state"] in ("ok", "missing", "wrong") for line in lines)
    return {line["subject"]: line for line in lines}


@pytest.mark.parametrize(
    ("file", "subject", "state"),
    [
        ("current_query.xml", "Plan", "ok"),
        ("no_nav.xml", "Net Asset Value (NAV) in Base", "missing"),
        ("no_nav.xml", "Ledger", "missing"),
        ("nav_gap_row.xml", "Account U***4567", "wrong"),
        ("cash_missing.xml", "Account U***4567", "wrong"),
        ("cash_missing.xml", "Cash Report", "missing"),
        ("no_account_information.xml", "Account Information", "missing"),
        ("total_negative.xml", "Plan", "wrong"),
        ("truncated.xml", "Statement", "wrong"),
        ("answer_1015.xml", "Statement", "wrong"),
        ("doctype.xml", "Statement", "wrong"),
        ("several_accounts.xml", "Accounts", "ok"),
    ],
)
def test_a_statement_s_line_says_what_is_wrong(file: str, subject: str, state: str) -> None:
    page = page_of("--statement", os.path.join(FLEX, file))
    if subject.startswith("Account U"):
        (subject,) = [name for name in page if name.startswith("Account U")]
    assert page[subject]["state"] == state, page
    if state == "wrong" and file != "several_accounts.xml":
        assert len(page[subject]["said"]) > 30


def test_every_refusal_of_a_plan_is_on_the_page() -> None:
    """What the command would say of a statement, the page says too."""
    refused = 0
    for name in sorted(os.listdir(FLEX))[::6]:
        path = os.path.join(FLEX, name)
        done = called("rebalance.py", "--statement", path)
        if done.returncode != 1 or "Choose one with --account" in done.stderr.decode():
            continue
        refused += 1
        said = " ".join(line["said"] for line in page_of("--statement", path).values())
        assert done.stderr.decode().strip() in said, name
    assert refused > 3


def test_lots_and_trades_are_told_apart() -> None:
    page = page_of("--sample")
    assert page["Open Positions: Lots"]["state"] == page["Trades"]["state"] == "ok"
    bare = page_of("--statement", os.path.join(FLEX, "older_query.xml"))
    missing = {subject for subject, line in bare.items() if line["state"] == "missing"}
    assert {"Open Positions: Lots", "Trades"} & missing
    assert all("Flex query" in bare[one]["step"] for one in missing if one in ("Trades",))


def test_old_prices_are_wrong_with_the_step_that_cures_them(
    hook: Any, data: str, tmp_path: Any
) -> None:
    with open(SAMPLE, "rb") as file:
        old = file.read().replace(b"2026", b"2020")
    (tmp_path / "old.xml").write_bytes(old)
    age = page_of("--statement", str(tmp_path / "old.xml"))["Age"]
    assert age["state"] == "wrong" and "Prices are of 2020-11-20" in age["said"]
    assert age["step"].startswith("Save the statement again")
    fetch(data, old)
    page = shown(hook(command("mcp-status")))
    assert "wrong    Age" in page and "→ /fetch-latest --again" in page


def test_without_a_statement_the_source_is_missing_and_nothing_is_refused() -> None:
    page = page_of()
    assert page["Source"]["state"] == "missing" and "/fetch-latest" in page["Source"]["step"]


def test_the_page_s_width_is_75_columns(hook: Any, fetched: str) -> None:
    for page in (
        called("check_setup.py", "--sample").stdout.decode(),
        shown(hook(command("mcp-status"), **SECRETS)),
    ):
        assert max(map(len, page.splitlines())) <= 75


def test_the_terminal_s_exit_codes() -> None:
    assert called("check_setup.py", "--nothing").returncode == 2
    assert called("check_setup.py", "--sample", "--statement", "x.xml").returncode == 2
    assert called("fetch_statement.py").returncode == 1
    assert called("fetch_statement.py", "--year", "x", **SECRETS).returncode == 2
    for script in ("check_setup.py", "fetch_statement.py"):
        assert called(script, "--help").returncode == 0


def test_without_hooks_the_script_says_that_they_are_off(data: str) -> None:
    mark_data_folder(data)
    words = ("--data", data, "--session", "s-1")
    out = called("check_setup.py", *words).stdout.decode()
    assert out.startswith("[report]\n```text\n=== Setup") and "wrong    Hooks" in out
    with open(os.path.join(data, "private-is-set"), "w") as file:
        file.write("rebalance-portfolio\n")
    done = called("check_setup.py", *words)
    assert done.returncode == 1 and b"Private mode needs" in done.stderr
    assert called("check_setup.py", *words, "--sample", "x").returncode == 2


def test_a_server_s_last_answer_is_on_the_page(hook: Any, tmp_path: Any, data: str) -> None:
    assert "missing  Servers" in shown(hook(command("mcp-status")))
    session = ServerSession(tmp_path)
    assert session.data == data
    session.report()
    with open(os.path.join(data, "servers.json"), encoding="utf-8") as file:
        (row,) = json.load(file)
    assert set(row) == {"server", "answered", "failed"} and not row["failed"]
    assert "ok       ib-sec-mcp: answered last at 2" in shown(hook(command("mcp-status")))
    ServerSession(tmp_path, "x_no_data_dir", session="s-2").call("get_positions")
    assert "wrong    ib-sec-mcp: failed last at 2" in shown(hook(command("mcp-status")))


@pytest.mark.parametrize("config", [None, "config"])
def test_a_terminal_finds_the_client_s_data_folder(tmp_path: Any, config: Optional[str]) -> None:
    base = tmp_path / config if config else tmp_path / ".claude"
    folder = base / "plugins" / "data" / "rebalance-portfolio-inline"
    folder.mkdir(parents=True)
    with open(SAMPLE, "rb") as file:
        fetch(str(folder), file.read())
    environ = {"HOME": str(tmp_path)}
    if config:
        environ["CLAUDE_CONFIG_DIR"] = str(base)
    done = called("rebalance.py", "growth", **environ)
    assert done.returncode == 0 and b"Flex statement fetched" in done.stdout
    assert called("rebalance.py", "growth").returncode == 2
