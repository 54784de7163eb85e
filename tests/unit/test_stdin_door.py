"""The door on stdin: what the client hands to its hooks, however long, in pieces, or cut."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Iterable

import pytest
from called_script import SCRIPTS, Done, call_script, start_script
from hook_door import files_below
from server_session import PREFIX, START, ServerSession, shaped
from test_command_hook import ESCAPE, typed

PIPE = 65_536  # what a pipe holds before its reader has read anything
TOOL = "get_positions"


@pytest.fixture
def session(tmp_path: Path) -> ServerSession:
    """A run on 500 positions that has asked for them."""
    return ServerSession(tmp_path, "d_500")


@pytest.fixture
def answer(session: ServerSession) -> bytes:
    """The payload with the answer, longer than a pipe holds."""
    call, sent, _ = session.before(TOOL, start_date=START)
    response = shaped(session.server.call(TOOL, sent), "result", session.place)
    payload = {
        "session_id": session.session,
        "hook_event_name": "PostToolUse",
        "tool_use_id": call,
        "tool_name": PREFIX + TOOL,
        "tool_input": sent,
        "tool_response": response,
    }
    found = json.dumps(payload).encode()
    assert len(found) > 3 * PIPE
    return found


def in_pieces(name: str, data: str, pieces: Iterable[bytes]) -> Done:
    """What a script answers to stdin that comes little by little."""
    command = [sys.executable, os.path.join(SCRIPTS, name), data]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(command, **pipes) as process:
        for piece in pieces:
            process.stdin.write(piece)
            process.stdin.flush()
        out, err = process.communicate()
    return Done(process.returncode, out, err)


def kept(done: Done) -> bool:
    """Whether the answer was kept for the report; the door never fails."""
    assert (done.returncode, done.stderr) == (0, b"")
    return b"Kept for the report: 500 positions." in done.stdout


def test_an_answer_longer_than_a_pipe_is_read_to_its_end(
    session: ServerSession, answer: bytes
) -> None:
    assert kept(start_script("on_tool_use.py", [session.data], answer))
    assert any(name.endswith("get_positions.json") for name in session.files())


def test_an_answer_may_come_in_pieces(session: ServerSession, answer: bytes) -> None:
    sizes = (0, 1, 7, 4_096, PIPE, PIPE + 1, len(answer))
    pieces = [answer[start:end] for start, end in zip(sizes, sizes[1:])]
    assert b"".join(pieces) == answer
    assert kept(in_pieces("on_tool_use.py", session.data, pieces))


@pytest.mark.parametrize("most", [0, 1, PIPE, -2, -1])
def test_an_answer_that_is_cut_is_met_with_silence(
    session: ServerSession, answer: bytes, most: int
) -> None:
    before = files_below(session.data)
    done = call_script("on_tool_use.py", [session.data], answer[:most])
    assert done == (0, b"", b"")
    assert files_below(session.data) == before
    assert kept(call_script("on_tool_use.py", [session.data], answer + b"\n"))


@pytest.mark.parametrize("more", [b"{}", b"\0", b"x"])
def test_an_answer_with_something_behind_it_is_none(
    session: ServerSession, answer: bytes, more: bytes
) -> None:
    assert call_script("on_tool_use.py", [session.data], answer + more) == (0, b"", b"")


def command(words: bytes, **more: Any) -> bytes:
    """The payload of a typed command, its words put in as bytes."""
    return json.dumps(typed("WORDS", **more)).encode().replace(b"WORDS", words)


def shown(data: Path, stdin: bytes) -> str:
    environ: Dict[str, str] = {"PATH": os.environ["PATH"], "CLAUDE_CODE_ENTRYPOINT": "cli"}
    done = call_script("on_prompt.py", [str(data)], stdin, environ)
    assert (done.returncode, done.stderr) == (0, b"")
    return ESCAPE.sub("", json.loads(done.stdout)["systemMessage"]) if done.stdout else ""


@pytest.mark.parametrize("broken", [b"\xff", "積".encode()[:2], b"\xed\xa0\x80"])
def test_bytes_that_are_no_text_break_their_word_and_no_other(
    tmp_path: Path, broken: bytes
) -> None:
    beside = shown(tmp_path, command(broken + b" income --sample"))
    assert "Profile: income" in beside and "REQUIRED TRADES" in beside
    within = shown(tmp_path, command(b"inc" + broken + b"ome --sample"))
    assert within.startswith("Unknown profile.")


def test_a_command_longer_than_a_pipe_is_answered(tmp_path: Path) -> None:
    stdin = command(b"growth --sample", prompt="x" * 3 * PIPE)
    assert "REQUIRED TRADES" in shown(tmp_path, stdin)
    for most in (0, PIPE, -1):
        assert shown(tmp_path, stdin[:most]) == ""
