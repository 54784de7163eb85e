"""Measures what a run costs in the conversation: requests, bytes the model reads and must write.

Usage: python tests/client/bench_conversation.py [--old COMMIT]
The real client in tmux, alone with a scripted model that does as the command tells it: once with
this version, once with version 0.1 out of this repository's history (where the clone has it). Read
are the prompt, the hooks' texts and the tools' answers, less what the client itself says in a
conversation without the plugin; written are the calls and the reply. Exit codes: 0 done, 1 the
client is missing (named). Development only.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from typing import NamedTuple

from claude_client import Missing, block_text, text, tool_use
from claude_terminal import tmux_session
from ib_sec_mcp_case import credentials_of, lay_out, statement_of

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
VERSION_0_1 = "53a2e63"
PREFIX = "mcp__ib-sec-mcp__"
CASES = ("a_seed_example", "d_25_plain", "d_500")
# What a model does that follows the command: version 0.1's relays the report.
SAYS = {"0.1": {"$match": r"(```text\n[\s\S]*?\n```)"}, "now": "Shown above."}
THANKS = "thank you"


class Cost(NamedTuple):
    """What a conversation came to; bytes are of UTF-8 text."""

    requests: int
    read: int
    written: int


def main() -> int:
    """Measures and prints; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--old", default=VERSION_0_1)
    old = parser.parse_args().old
    try:
        with tempfile.TemporaryDirectory() as folder:
            versions = {"0.1": unpacked(old, folder), "now": ROOT}
            print_costs({name: path for name, path in versions.items() if path})
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


def unpacked(commit: str, folder: str) -> str:
    """The folder with the plugin as of `commit`; "" where the clone does not have it."""
    command = ["git", "-C", ROOT, "archive", commit]
    done = subprocess.run(command, capture_output=True)
    if done.returncode:
        print(f"Version 0.1 ({commit}) is not in this clone.", file=sys.stderr)
        return ""
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder)
    return folder


def print_costs(versions: dict[str, str]) -> None:
    """A line for each case and version."""
    print(f"\n{'in the conversation':<32}{'version':>8}{'requests':>10}{'read':>10}{'written':>10}")
    idle = conversation([[text("Hello.")], [text("Bye.")]], "hello", "", "0.1").read
    for case in CASES:
        for source in ("statement", "ib-sec-mcp"):
            for version, plugin in versions.items():
                cost = cost_of(case, source, version, plugin)
                name = f"{source}, {case}"
                print(
                    f"{name:<32}{version:>8}{cost.requests:>10}"
                    f"{cost.read - idle:>10,}{cost.written:>10,}"
                )


def cost_of(case: str, source: str, version: str, plugin: str) -> Cost:
    """What one run of `case` costs."""
    reply = [text(SAYS[version])]
    if source == "statement":
        words = f"/rebalance-portfolio growth --statement {statement_of(case)}"
        return conversation([reply, [text("Bye.")]], words, plugin, version)
    start = f"{datetime.date.today().year}-01-01"
    batch = [tool_use(f"{PREFIX}{tool}", start_date=start) for tool in
             ("get_positions", "get_account_summary")]  # fmt: skip
    if version == "0.1":
        uri = "ib://strategy/rebalancing-context"
        batch.insert(0, tool_use("ReadMcpResourceTool", server="ib-sec-mcp", uri=uri))
    trades = f"{PREFIX}generate_rebalancing_trades"
    trade = tool_use(trades, target_allocation={}, start_date=start)
    script = [batch, [trade], reply, [text("Bye.")]]
    return conversation(script, "/rebalance-portfolio growth", plugin, version, case)


def conversation(script: list, words: str, plugin: str, version: str, case: str = "") -> Cost:
    """What it costs to type `words` and get the reply; a second prompt brings the reply back."""
    with scratch_folder() as folder:
        home, project = os.path.join(folder, "home"), os.path.join(folder, "project")
        os.makedirs(home)
        os.makedirs(project)
        servers = server_of(case, project) if case else None
        with tmux_session(script=script, plugin_dir=plugin or None, home=home, cwd=project,
                          mcp_servers=servers, size=(100, 400)) as screen:  # fmt: skip
            screen.wait_for("❯")
            screen.type(words)
            screen.wait_for(words[-12:])
            screen.send_keys("Enter")
            screen.wait_for("done", timeout=90)
            screen.type(THANKS)
            screen.wait_for(THANKS)
            screen.send_keys("Enter")
            screen.wait_for("● Bye.", timeout=60)
            requests = screen.requests
    return Cost(len(requests) - 1, size_of(requests[-1], False), size_of(requests[-1], True))


@contextlib.contextmanager
def scratch_folder():
    """A folder that is removed as far as the client, which may still write, lets it."""
    folder = tempfile.mkdtemp(prefix="bench-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def size_of(request: dict, written: bool) -> int:
    """The bytes of all that the model wrote, or of all that it read, in a request's messages."""
    rows = [row for row in request["messages"] if (row["role"] == "assistant") is written]
    blocks = [block for row in rows for block in in_blocks(row["content"])]
    sent = (block.get("input") for block in blocks if block.get("type") == "tool_use")
    inputs = sum(len(json.dumps(one, ensure_ascii=False).encode()) for one in sent)
    return inputs + len("".join(block_text([block]) for block in blocks).encode())


def in_blocks(content: object) -> list:
    return [text(content)] if isinstance(content, str) else list(content)


def server_of(case: str, project: str) -> dict:
    """The contract server on a recorded case, as the client's configuration has it."""
    today = str(datetime.date.today())
    lay_out(case, project, f"{today[:4]}-01-01", today)
    arguments = [os.path.join(HERE, "ib_sec_mcp_server.py"), "--folder", project]
    arguments += ["--calls", os.path.join(project, "calls.jsonl"), "--today", today]
    server = {"type": "stdio", "command": sys.executable, "args": arguments}
    return {"ib-sec-mcp": {**server, "env": credentials_of(case)}}


if __name__ == "__main__":
    sys.exit(main())
