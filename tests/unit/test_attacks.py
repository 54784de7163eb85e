"""Attacks that worked once, from outside: scripts that the client grants, files, servers, names."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from typing import Dict, List, Tuple

import pytest
from called_script import Done, call_script, start_script
from portfolios import Rows, statement_xml
from server_session import SESSION, START, ServerSession
from terminal import SAMPLE, run

from ib_portfolio.claude_code.server_run import PREFIX
from ib_portfolio.core.private.data_folder import MARKER, mark_data_folder
from ib_portfolio.core.private.redaction import redact

RUN_SCRIPTS = ("start_run.py", "build_target.py", "render_report.py")
INPUT = b"---\ngrowth --sample\n"
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff\x1b]"
)
DAY = "2026-11-20"


def granted(script: str, words: List[str], folder: Path) -> Done:
    """A script called as the client starts it, its home in `folder`; never a traceback."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    done = call_script(script, words, INPUT, environment, str(folder))
    assert b"Traceback" not in done.stderr + done.stdout
    return done


def seen(folder: Path) -> Dict[str, Tuple[int, float, bytes]]:
    """Mode, time and content of everything below a folder, and of itself."""
    found = {}
    for path in (folder, *folder.rglob("*")):
        state = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[str(path)] = (state.st_mode, state.st_mtime, content)
    return found


def filled(folder: Path) -> Path:
    """Other people's files under the names of a run's own, long untouched."""
    files = [f"runs/{SESSION}/run.json", f"runs/{SESSION}/notes.txt", f"lists/{SESSION}.txt",
             "runs/other/thesis.json", "lists/recipes.txt", "runs/readme", "mine.txt"]  # fmt: skip
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine, and nobody else's", encoding="utf-8")
    for path in (*folder.rglob("*"), folder):
        if path.is_dir():
            path.chmod(0o755)
        os.utime(path, (time.time() - 90_000,) * 2)
    return folder


def client_folder(tmp_path: Path) -> Path:
    """The plugin's data folder, marked, in a client's folder whose record has a command."""
    command = "rebalance-portfolio:rebalance-portfolio"
    typed = f"<command-name>/{command}</command-name>\n<command-args>growth</command-args>"
    call = {"command": " ".join(RUN_SCRIPTS)}  # each script waits until its own call is the last
    asked = [{"type": "tool_use", "id": "b", "name": "Bash", "input": call}]
    record = tmp_path / "projects" / "p" / f"{SESSION}.jsonl"
    record.parent.mkdir(parents=True)
    with record.open("w", encoding="utf-8") as file:
        for role, content in (("user", typed), ("assistant", asked)):
            entry = {"type": role, "message": {"role": role, "content": content}}
            file.write(json.dumps(entry) + "\n")
    return Path(mark_data_folder(str(tmp_path / "plugins" / "data" / "x")))


@pytest.mark.parametrize("script", RUN_SCRIPTS)
def test_a_granted_script_leaves_other_folders_alone(tmp_path: Path, script: str) -> None:
    """`start_run.py --data FOLDER` deleted other people's files under FOLDER and set its mode."""
    folder = filled(tmp_path / "documents")
    before = seen(folder)
    for data in (folder, f"{folder}/", folder / "runs" / "..", "documents"):
        granted(script, ["--session", SESSION, "--data", str(data)], tmp_path)
    assert seen(folder) == before


@pytest.mark.parametrize("script", RUN_SCRIPTS)
def test_a_marker_that_came_with_a_repository_is_none(tmp_path: Path, script: str) -> None:
    folder = filled(tmp_path / "repository")
    mark_data_folder(str(tmp_path / "real"))
    (folder / MARKER).write_bytes((tmp_path / "real" / MARKER).read_bytes())
    (folder / MARKER).chmod(0o644)
    before = seen(folder)
    granted(script, ["--session", SESSION, "--data", str(folder)], tmp_path)
    assert seen(folder) == before


@pytest.mark.parametrize("script", RUN_SCRIPTS)
def test_a_link_leads_no_script_elsewhere(tmp_path: Path, script: str) -> None:
    folder = filled(tmp_path / "documents")
    data = client_folder(tmp_path)
    (data / "runs").symlink_to(folder / "runs")
    (data / "lists").symlink_to(folder / "lists")
    (tmp_path / "link").symlink_to(folder)
    before = seen(folder)
    for place in (data, tmp_path / "link"):
        granted(script, ["--session", SESSION, "--data", str(place)], tmp_path)
    assert seen(folder) == before


@pytest.mark.parametrize("script", RUN_SCRIPTS)
def test_files_that_others_put_into_the_data_folder_stay(tmp_path: Path, script: str) -> None:
    data = filled(client_folder(tmp_path))
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert len(before) == 8  # the seven files of others and the marker
    granted(script, ["--session", SESSION, "--data", str(data)], tmp_path)
    assert {path: path.read_bytes() for path in before if path.is_file()} == before


@pytest.mark.parametrize("session", ["..", "../..", "../documents", "/", "a/../..", ".", "a\nb"])
def test_a_session_that_is_a_path_leads_nowhere(tmp_path: Path, session: str) -> None:
    folder = filled(tmp_path / "plugins" / "data" / "documents")
    data = client_folder(tmp_path)
    before = seen(folder)
    for script in RUN_SCRIPTS:
        done = granted(script, ["--session", session, "--data", str(data)], tmp_path)
        assert done.returncode == 1 and done.stderr
    assert seen(folder) == before and os.listdir(data) == [MARKER]


def test_the_hook_leaves_other_folders_alone(tmp_path: Path) -> None:
    folder = filled(tmp_path / "documents")
    before = seen(folder)
    payload = {"session_id": SESSION, "hook_event_name": "PreToolUse", "tool_use_id": "t",
               "tool_name": f"{PREFIX}get_positions", "tool_input": {}}  # fmt: skip
    done = start_script("on_tool_use.py", [str(folder)], json.dumps(payload).encode())
    assert done == (0, b"", b"")
    assert seen(folder) == before


def test_the_sum_s_script_shows_no_file(tmp_path: Path) -> None:
    """`correct_sum.py --file` named the keys of any JSON file."""
    secret = tmp_path / "credentials.json"
    secret.write_text('{"aws_secret_key_of_mine": "abc"}', encoding="utf-8")
    for words in (["--file", str(secret)], [str(secret)], [f"A={secret}"], [f"@{secret}"]):
        done = granted("correct_sum.py", words, tmp_path)
        assert done.returncode and b"aws_secret" not in done.stdout + done.stderr


def holding(symbol: str, conid: str, quantity: str, price: str, **more: str) -> Dict[str, str]:
    value = format(float(quantity) * float(price), ".2f")
    return {"symbol": symbol, "assetCategory": "STK", "currency": "USD", "fxRateToBase": "1",
            "position": quantity, "markPrice": price, "positionValue": value, "conid": conid,
            "fifoPnlUnrealized": "0", "reportDate": DAY, "levelOfDetail": "SUMMARY",
            **more}  # fmt: skip


def statement(tmp_path: Path, *rows: Dict[str, str], cash: str = "100") -> List[str]:
    """The words that plan on a statement of these positions."""
    found: Rows = {
        "AccountInformation": [{"accountId": "U1234567", "currency": "USD"}],
        "CashReportCurrency": [{"currency": "BASE_SUMMARY", "endingCash": cash}],
        "OpenPosition": list(rows),
    }
    path = tmp_path / "flex.xml"
    path.write_text(statement_xml(found), encoding="utf-8")
    return ["--statement", str(path)]


PROFILES = (".bash_profile", ".zshrc", ".ssh/authorized_keys", ".git/hooks/post-checkout",
            ".config/autostart/x.desktop", "Makefile", "run.sh", ".vscode/tasks.json",
            ".plan.csv", ".config/plan.csv", "plan.csv.sh", ".csv")  # fmt: skip


@pytest.mark.parametrize("option", ["--csv", "--html", "--basket"])
@pytest.mark.parametrize("name", PROFILES)
def test_no_output_is_a_file_that_a_program_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, name: str
) -> None:
    """`--csv ~/.bash_profile` with a prepared symbol wrote a shell profile that ran."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    symbol = "x\ntouch pwned\n"
    words = statement(tmp_path, holding(symbol, "1", "10", "100"), holding("B", "2", "9", "7"))
    before = seen(tmp_path)
    answer = run(["growth", *words, option, f"~/{name}"])
    assert answer.code in (1, 2) and answer.err.count("\n") == 1
    assert seen(tmp_path) == before


@pytest.mark.parametrize("words", [
    "$(touch pwned)", "`touch pwned`", "growth; touch pwned", "growth | tee pwned",
    "growth\nREBALANCE_INPUT\ntouch pwned\ncat <<'REBALANCE_INPUT'",
    "--csv $(touch pwned).csv", "' touch pwned '",
])  # fmt: skip
def test_what_is_typed_is_data(tmp_path: Path, words: str) -> None:
    answer = run([words, "--sample"], str(tmp_path))
    assert answer.code in (0, 1, 2)
    assert [path.name for path in tmp_path.rglob("*") if path.name.startswith("pwned")] == []


HOSTILE = ("V\ufe0fT\u3164I\U000e0100", "A\u034fB\u2800C", "[VTI](https://evil.example)",
           "![x](http://evil.example/x.png)", "\x9b31mRED", "\u202eITV", "www.evil.example/x",
           "<b>x</b>", "```sh\nrm", "ＡＢ\u200bＣ")  # fmt: skip


@pytest.mark.parametrize("symbol", HOSTILE)
@pytest.mark.parametrize("words", [[], ["--json"], ["--explain"], ["--lock", "NOSUCH"]])
def test_no_symbol_brings_what_nobody_sees_or_a_link(
    tmp_path: Path, symbol: str, words: List[str]
) -> None:
    rows = (holding(symbol, "1", "10", "1000"), holding("BBB", "2", "30", "1000"))
    bond = holding("T 4", "3", "20000", "90", assetCategory="BOND", positionValue="18000")
    given = statement(tmp_path, *rows, bond, cash="5000")
    answer = run(["growth", *given, *words])
    said = answer.out + answer.err
    assert said and "did not pass its own check" not in said
    said = json.dumps(json.loads(said), ensure_ascii=False) if words == ["--json"] else said
    said = said.replace("\u26a0\ufe0f", "")  # the report's own sign before its warnings
    assert not INVISIBLE.search(said)
    assert not re.search(r"\]\(|<b>|```|https?://\S*evil|www\.evil", said)


def test_a_token_that_an_invisible_character_splits_is_masked() -> None:
    for mark in ("\u200b", "\u2060", "\u00ad", "\ufe0f", "\u3164", "\U000e0100"):
        token = mark.join("123456789012345678901234")
        said = redact(f"SendRequest failed for {token} and q={token}")
        assert not re.search("[0-9]{2}", INVISIBLE.sub("", said))


def test_a_server_s_saved_path_opens_no_other_file(tmp_path: Path) -> None:
    session = ServerSession(tmp_path)
    answer = session.server.call("get_positions", {"start_date": START})
    planted = tmp_path / "elsewhere" / "tool-results" / "x.txt"
    planted.parent.mkdir(parents=True)
    planted.write_text(json.dumps({"result": answer}), encoding="utf-8")
    notice = (
        "Error: result (428,001 characters) exceeds maximum allowed tokens. Output has been saved"
        f" to {planted}.\nFormat: JSON"
    )
    call, sent, _ = session.before("get_positions", start_date=START)
    output = session.hook("PostToolUse", f"{PREFIX}get_positions", sent, call, tool_response=notice)
    assert "Kept for the report" not in json.dumps(output)
    assert not [name for name in session.files() if "get_positions.json" in name]


@pytest.mark.parametrize("twin", ["VTI", "vti", "ＶＴＩ", "V\u200bTI", "VTI\u3164"])
def test_no_basket_sells_more_of_a_contract_than_is_held(tmp_path: Path, twin: str) -> None:
    """Two contracts of one symbol: a file sold 296 VTI where 140 of that contract were held."""
    rows = (holding("VTI", "101", "140", "300"), holding(twin, "202", "160", "300"))
    bond = holding("T 4", "3", "1000", "90", assetCategory="BOND", positionValue="900")
    given = statement(tmp_path, *rows, bond)
    answer = run(["conservative", *given, "--basket", "orders.csv"], str(tmp_path))
    assert answer.code == 0, answer.err
    assert list(tmp_path.glob("orders*")) == []
    said = " ".join(answer.out.split())
    assert "conid 101" in said and "conid 202" in said


def test_the_sample_file_of_this_repository_is_never_written_over(tmp_path: Path) -> None:
    before = Path(SAMPLE).read_bytes()
    for option in ("--csv", "--html", "--basket"):
        assert run(["growth", "--sample", option, SAMPLE]).code in (1, 2)
    assert Path(SAMPLE).read_bytes() == before
