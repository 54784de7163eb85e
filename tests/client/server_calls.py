"""What a model that follows the command calls, and what such a run cost and left behind."""

from __future__ import annotations

import json
import os
import re

from claude_client import block_text, text, tool_use

PREFIX = "mcp__ib-sec-mcp__"
MARKER = "rebalance-portfolio.marker"
FILE_LIST = "ib://portfolio/list"
TOLD = "From the plugin rebalance-portfolio: "  # how all that the model is told begins
HOOK_TEXT = re.compile(r"^(?=\w+:\S+ hook additional context:)", re.MULTILINE)
DATA = os.path.join(".claude", "plugins", "data", "rebalance-portfolio-inline")


def resource(uri: str = FILE_LIST) -> dict:
    """Returns the read of one of the server's resources."""
    return tool_use("ReadMcpResourceTool", server="ib-sec-mcp", uri=uri)


def positions(case) -> dict:
    """Returns the call of get_positions, its start date alone, as the command lists it."""
    return tool_use(f"{PREFIX}get_positions", start_date=case.start)


def summary(case) -> dict:
    """Returns the call of get_account_summary, likewise."""
    return tool_use(f"{PREFIX}get_account_summary", start_date=case.start)


def batch(case) -> list:
    """Returns the one batch that the command asks for."""
    return [positions(case), summary(case)]


def trades(case, dry_run: bool = False, weights: dict | None = None) -> dict:
    """Returns the call of the mode's trade tool, its dictionary empty unless weights are given."""
    tool = "simulate_rebalancing" if dry_run else "generate_rebalancing_trades"
    return tool_use(PREFIX + tool, target_allocation=weights or {}, start_date=case.start)


def whole_run(case, dry_run: bool = False) -> list:
    """Returns the script of a run: one batch, the trades, the reply."""
    return [batch(case), [trades(case, dry_run)], [text("said")]]


def data_folder(home: str) -> str:
    """Returns the plugin's data folder when it is loaded with --plugin-dir."""
    return os.path.join(home, DATA)


def kept_files(home: str) -> list:
    """Returns the paths, below the plugin's data folder, of all files in it but two.

    Those are its marker, and the record of when the server answered.
    """
    folder = data_folder(home)
    found = [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names]
    found = [path for path in found if not path.endswith((MARKER, "servers.json"))]
    return sorted(os.path.relpath(path, folder) for path in found)


def bytes_read(run) -> int:
    """Returns the bytes that tools and hooks gave the model to read over the whole run."""
    messages = run.requests[-1]["messages"] if run.requests else []
    answered = [row["role"] for row in messages].index("assistant")
    later = [row["content"] for row in messages[answered:] if row["role"] != "assistant"]
    return sum(len(block_text(content).encode()) for content in later)


def bytes_written(run) -> int:
    """Returns the bytes that the model had to write in tool inputs."""
    return sum(len(json.dumps(sent, ensure_ascii=False).encode()) for _, sent in run.tool_uses)


def hook_texts(run) -> str:
    """Returns what the plugin's hooks told the model beside the tools' own answers."""
    messages = run.requests[-1]["messages"]
    said = [block_text(row["content"]) for row in messages if row["role"] == "system"]
    parts = [part for text in said for part in HOOK_TEXT.split(text)]
    return "\n\n".join(part for part in parts if HOOK_TEXT.match(part))
