"""The way without hooks: three scripts, and the server's answers from the client's own record."""

from __future__ import annotations

import datetime
import json
import os
import re
from pathlib import Path
from typing import Any, Dict, List

import pytest
from called_script import Done, call_script
from server_session import PREFIX, SESSION, TODAY, TOLD, ServerSession, server_for

from ib_portfolio.core.private.data_folder import MARKER, mark_data_folder

NAME = "rebalance-portfolio:rebalance-portfolio"
READS = ("get_positions", "get_account_summary")
TRADES = "generate_rebalancing_trades"
WORDS = ["--session", SESSION]


class ByHand:
    """A session of a client whose hooks are off: its record, its scripts and its server."""

    def __init__(
        self, tmp_path: Path, case: str = "a_seed_example", words: str = "growth", end: str = TODAY
    ) -> None:
        self.data = mark_data_folder(str(tmp_path / "client" / "plugins" / "data" / "x"))
        self.record = tmp_path / "client" / "projects" / "p" / f"{SESSION}.jsonl"
        self.record.parent.mkdir(parents=True)
        self.server = server_for(case, str(tmp_path / "server"), end)
        self.dates = {"start_date": f"{end[:4]}-01-01", "end_date": end}
        typed = f"<command-name>/{NAME}</command-name>\n<command-args>{words}</command-args>"
        self.write("user", typed)

    def write(self, role: str, content: Any, seconds: int = 1) -> None:
        """Adds an entry to the record, as of that many seconds from now."""
        then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
        entry = {"timestamp": then.isoformat(), "message": {"role": role, "content": content}}
        with self.record.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def script(self, name: str) -> Done:
        """What a script answers to a model that calls it, and the record with both in it."""
        use = {"type": "tool_use", "id": f"b-{name}", "name": "Bash", "input": {"command": name}}
        self.write("assistant", [use])
        done = call_script(name, [*WORDS, "--data", self.data])
        self.note(f"b-{name}", done.stdout.decode())
        return done

    def note(self, call: str, content: Any, seconds: int = 1, **more: Any) -> None:
        result = {"type": "tool_result", "tool_use_id": call, "content": content, **more}
        self.write("user", [result], seconds)

    def call(self, tool: str, seconds: int = 1, **sent: Any) -> None:
        """A call of the server's tool and its answer in the record."""
        sent = {**self.dates, **sent}
        use = {"type": "tool_use", "id": f"t-{tool}", "name": PREFIX + tool, "input": sent}
        self.write("assistant", [use], seconds)
        try:
            text = json.dumps({"result": self.server.call(tool, sent)})
            self.note(f"t-{tool}", [{"type": "text", "text": text}], seconds)
        except Exception as error:
            self.note(f"t-{tool}", str(error), seconds, is_error=True)

    def fetched(self) -> ByHand:
        """The same, started, and with both answers in its record."""
        assert f"{TOLD}[fetch]\n" in self.script("start_run.py").stdout.decode()
        for tool in READS:
            self.call(tool)
        return self

    def built(self) -> Dict[str, Any]:
        """What build_target.py says to call the trade tool with."""
        done = self.script("build_target.py")
        assert (done.returncode, done.stderr) == (0, b"")
        return json.loads(re.findall(r"with this input, complete: (.*)", done.stdout.decode())[0])

    def report(self) -> str:
        """The report, and the run is over."""
        done = self.script("render_report.py")
        assert (done.returncode, done.stderr) == (0, b"")
        text = done.stdout.decode()
        assert text.startswith("[report]\n```text\n")
        return text

    def files(self) -> List[str]:
        """The files of runs in the data folder."""
        found = [os.path.join(at, name) for at, _, names in os.walk(self.data) for name in names]
        names = (os.path.relpath(path, self.data) for path in found)
        return sorted(name for name in names if name not in (MARKER, "servers.json"))


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("words", ["growth", "growth --dry-run"])
def test_the_report_by_hand_is_the_one_with_hooks(tmp_path: Path, words: str) -> None:
    run = ByHand(tmp_path, words=words).fetched()
    sent = run.built()
    weights = {"CSPX": 45, "INDA": 30, "STRIPS-2040": 15, "USD.CASH": 10}
    assert sent == {"target_allocation": weights, **run.dates}
    tool = "simulate_rebalancing" if "dry-run" in words else TRADES
    run.call(tool, **sent)
    text = run.report()
    assert "Cross-check with ib-sec-mcp: 3 of 4 rows agree." in text
    hooks = ServerSession(tmp_path / "hooks", words=words).report(tool)
    assert text == hooks[hooks.index("[report]") :]
    assert run.files() == []


def test_before_the_answers_are_there_their_calls_are_named(tmp_path: Path) -> None:
    run = ByHand(tmp_path)
    run.script("start_run.py")
    done = run.script("build_target.py")
    assert (done.returncode, done.stdout) == (1, b"")
    assert "call get_positions, get_account_summary first" in done.stderr.decode()
    run.call("get_positions")
    for script in ("build_target.py", "render_report.py"):
        done = run.script(script)
        assert (done.returncode, done.stdout) == (1, b"")
        assert "call get_account_summary first" in done.stderr.decode()
    run.call("get_account_summary")
    assert "REQUIRED TRADES" in run.report()


def test_answers_of_before_the_run_are_not_taken(tmp_path: Path) -> None:
    run = ByHand(tmp_path)
    for tool in READS:
        run.call(tool, seconds=-60)
    run.script("start_run.py")
    assert "call get_positions, get" in run.script("build_target.py").stderr.decode()


def test_an_answer_that_is_kept_stays_whatever_is_called_later(tmp_path: Path) -> None:
    run = ByHand(tmp_path).fetched()
    run.built()
    run.write("assistant", [{"type": "tool_use", "id": "x", "name": f"{PREFIX}{READS[0]}"}])
    run.note("x", "the server is gone", is_error=True)
    assert "REQUIRED TRADES" in run.report()


@pytest.mark.parametrize("script", ["build_target.py", "render_report.py"])
def test_without_a_run_there_is_nothing_to_go_on_with(tmp_path: Path, script: str) -> None:
    run = ByHand(tmp_path)
    done = run.script(script)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().startswith("No run was started in this session.")
    for words in (["--data", run.data], ["--session", "../x", "--data", run.data]):
        assert call_script(script, words) == done
    for words in ([], WORDS):
        assert b"not this plugin's data folder" in call_script(script, words).stderr
    for words in ([*WORDS, "--data"], [*WORDS, "--data", run.data, "--more", "x"], ["growth"]):
        assert call_script(script, words).returncode == 2
    assert run.files() == []


def test_no_positions_are_the_specified_line_and_the_end(tmp_path: Path) -> None:
    run = ByHand(tmp_path, "x_no_positions").fetched()
    done = run.script("build_target.py")
    line = "No portfolio positions found. Run `/fetch-latest` to load trading data first."
    assert done.returncode == 1 and done.stderr.decode().startswith(line)
    assert run.files() == []


def test_a_failed_call_is_named_in_our_words_without_credentials(tmp_path: Path) -> None:
    run = ByHand(tmp_path, "y_fake_credentials_no_network").fetched()
    assert "2" * 24 in run.record.read_text("utf-8")
    done = run.script("build_target.py")
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (1, b"") and said.count("\n") == 1
    assert "get_positions failed" in said
    assert "2" * 8 not in said and "111111" not in said and "HTTPSConnection" not in said


@pytest.mark.parametrize("content", ["garbage", [], [{"type": "image"}], '{"error": "x"}', None])
def test_an_answer_that_cannot_be_read_is_a_sentence(tmp_path: Path, content: Any) -> None:
    run = ByHand(tmp_path).fetched()
    use = {"type": "tool_use", "id": "again", "name": f"{PREFIX}get_positions", "input": {}}
    run.write("assistant", [use])
    run.note("again", content)
    done = run.script("build_target.py")
    assert (done.returncode, done.stdout) == (1, b"")
    assert len(done.stderr.decode().splitlines()) == 1


def test_the_dates_of_the_answers_are_those_of_the_run(tmp_path: Path) -> None:
    run = ByHand(tmp_path, end="2026-01-02").fetched()
    assert {key: run.built()[key] for key in run.dates} == run.dates


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (None, "(it was not asked)"),
        ({"target_allocation": {"CSPX": 90, "USD.CASH": 10}}, "asked with other weights"),
        ({"target_allocation": {}}, "did not calculate trades to compare with"),
    ],
)
def test_without_trades_of_these_weights_the_report_says_so(
    tmp_path: Path, call: Any, said: str
) -> None:
    run = ByHand(tmp_path).fetched()
    run.built()
    if call is not None:
        run.call(TRADES, **call)
    text = run.report()
    assert said in flat(text) and "rows agree" not in text
    assert "| BUY    | CSPX" in text


@pytest.mark.parametrize("more", [0, 1])
def test_of_more_than_50_weights_the_trade_call_is_left_out(
    tmp_path: Path, monkeypatch: Any, more: int
) -> None:
    monkeypatch.setattr("ib_portfolio.claude_code.by_hand._MOST_WEIGHTS", 4 - more)
    run = ByHand(tmp_path).fetched()
    said = run.script("build_target.py").stdout.decode()
    assert ("leave out the trade call and go on with render_report.py" in said) == bool(more)
    assert ("with this input, complete: " in said) != bool(more)
