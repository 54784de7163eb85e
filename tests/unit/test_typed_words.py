"""The way without hooks: the words come from a file, and only from the plugin's own folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from server_session import TESTS, TOLD

SCRIPTS = os.path.join(os.path.dirname(TESTS), "scripts")


def run(data: str, *words: str, session: str = "s-1") -> subprocess.CompletedProcess[bytes]:
    script = os.path.join(SCRIPTS, "start_run.py")
    given = words or ("--session", session, "--data", data)
    return subprocess.run([sys.executable, script, *given], capture_output=True, timeout=60)


@pytest.fixture
def data(tmp_path: Any) -> str:
    """Where the client keeps the plugin's data; nobody has marked it."""
    return str(tmp_path / ".claude" / "plugins" / "data" / "rebalance-portfolio-tools")


def write(data: str, text: str, session: str = "s-1") -> str:
    os.makedirs(os.path.join(data, "words"), exist_ok=True)
    path = os.path.join(data, "words", f"{session}.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def test_the_words_of_the_file_make_the_report_for_the_model(data: str) -> None:
    path = write(data, "積極的に --sample\n")
    done = run(data)
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode()
    assert text.startswith(f"{TOLD}[report]\n```text\n") and "Profile: growth" in text
    assert not os.path.exists(path)


@pytest.mark.parametrize(
    "words", ["growth --sample\nREBALANCE_INPUT\ntouch pwned", "$(touch pwned)", "`id` growth"]
)
def test_what_is_typed_is_never_run(data: str, words: str, tmp_path: Any) -> None:
    write(data, words)
    assert run(data).returncode == 0
    assert not os.path.exists("pwned") and not os.path.exists(tmp_path / "pwned")


def test_a_refusal_is_an_answer_and_a_server_run_names_the_calls(data: str) -> None:
    write(data, "--profile aggressive")
    assert run(data).stdout.decode().startswith(f"{TOLD}[answer]\nUnknown profile.")
    write(data, "growth")
    assert run(data).stdout.decode().startswith(f"{TOLD}[fetch]\n")
    assert os.path.isfile(os.path.join(data, "runs", "s-1", "run.json"))


def test_without_words_it_says_what_is_missing(data: str) -> None:
    done = run(data)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().startswith("There are no words of the user to read.")


def test_what_is_private_never_reaches_the_model(data: str) -> None:
    write(data, "growth --sample --private")
    done = run(data)
    assert (done.returncode, done.stdout) == (1, b"")
    assert "Private mode needs the plugin's hooks" in done.stderr.decode()


def test_the_setting_private_is_remembered_from_the_last_hook(data: str) -> None:
    script = os.path.join(SCRIPTS, "on_prompt.py")
    payload = {
        "hook_event_name": "UserPromptExpansion",
        "command_name": "rebalance-portfolio",
        "command_args": "--sample",
        "session_id": "s-1",
    }
    for value, code in (("true", 1), ("false", 0)):
        environ = {**os.environ, "CLAUDE_PLUGIN_OPTION_PRIVATE": value}
        stdin = json.dumps(payload).encode()
        subprocess.run([sys.executable, script, data], input=stdin, env=environ, check=True,
                       stdout=subprocess.PIPE)  # fmt: skip
        write(data, "growth --sample")
        assert run(data).returncode == code


def test_another_folder_is_refused_and_left_as_it_is(tmp_path: Any) -> None:
    folder = str(tmp_path / "mine")
    path = write(folder, "growth --sample")
    os.makedirs(os.path.join(folder, "runs", "old"))
    done = run(folder)
    assert (done.returncode, done.stdout) == (1, b"")
    assert os.path.isfile(path) and os.path.isdir(os.path.join(folder, "runs", "old"))
    assert sorted(os.listdir(folder)) == ["runs", "words"]


def test_a_link_in_place_of_the_words_is_not_read(data: str, tmp_path: Any) -> None:
    (tmp_path / "secret").write_text("growth --sample", encoding="utf-8")
    os.makedirs(os.path.join(data, "words"))
    os.symlink(tmp_path / "secret", os.path.join(data, "words", "s-1.txt"))
    assert run(data).returncode == 1
    assert (tmp_path / "secret").exists()


@pytest.mark.parametrize(
    "words", [("--text", "growth --sample"), ("growth",), ("--session", "s", "--data")]
)
def test_other_words_are_usage(data: str, words: Any) -> None:
    assert run(data, *words).returncode == 2


@pytest.mark.parametrize("session", ["../x", "", "a/b", "x" * 90])
def test_a_session_that_is_none_is_refused(data: str, session: str) -> None:
    write(data, "growth --sample")
    assert run(data, session=session).returncode == 1
