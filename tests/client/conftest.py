"""Fixtures of the client tests. What is missing fails the tests; nothing is skipped."""

from __future__ import annotations

import datetime
import json
import os
import sys
from typing import NamedTuple

import claude_client
import claude_terminal
import pytest
from ib_sec_mcp_case import credentials_of, lay_out

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


class McpCase(NamedTuple):
    """A user's ib-sec-mcp over one recorded case."""

    servers: dict  # what run_claude takes as mcp_servers
    log: str
    start: str
    end: str

    @property
    def calls(self) -> list:
        """Returns the calls so far: {"tool", "arguments"} or {"resource"}."""
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    @property
    def tools(self) -> list:
        """Returns the names of the tools called so far."""
        return [call["tool"] for call in self.calls if "tool" in call]


@pytest.fixture(scope="session", autouse=True)
def client_version():
    """Fails the tests unless the client is there and is the version that package.json pins."""
    problem = None
    try:
        version = claude_client.installed_version()
        pinned = claude_client.pinned_version()
        if version != pinned:
            problem = f"The client is {version!r}, but {pinned} is pinned."
        claude_client.in_namespace()
    except claude_client.Missing as error:
        problem = str(error)
    if problem:
        pytest.fail(problem, pytrace=False)
    return version


@pytest.fixture
def plugin_dir():
    """The plugin under test: $PLUGIN_DIR or this repository. Override it in a test module."""
    return os.environ.get("PLUGIN_DIR", ROOT)


@pytest.fixture
def home(tmp_path):
    """An empty home directory."""
    path = tmp_path / "home"
    path.mkdir()
    return str(path)


@pytest.fixture
def project(tmp_path):
    """The user's project: the client's, and so the server's, working directory."""
    path = tmp_path / "project"
    path.mkdir()
    return str(path)


@pytest.fixture
def claude(plugin_dir, home, project):
    """Calls run_claude with this test's plugin, home and project; each can be overridden."""

    def call(prompt, script, **options):
        given = {"plugin_dir": plugin_dir, "home": home, "cwd": project, **options}
        return claude_client.run_claude(prompt, script=script, **given)

    return call


@pytest.fixture
def terminal(plugin_dir, home, project):
    """Calls tmux_session with this test's plugin, home and project; each can be overridden."""

    def call(script, **options):
        given = {"plugin_dir": plugin_dir, "home": home, "cwd": project, **options}
        return claude_terminal.tmux_session(script=script, **given)

    return call


@pytest.fixture
def mcp_case(project, tmp_path):
    """Lays out a recorded case in the project and returns its McpCase.

    start and end are the dates in the file's name (default: this year so far), today the server's
    clock, env more of its environment, options more of its command line (--fail-resources).
    """

    def call(case, *, start=None, end=None, today=None, env=None, options=(), folder=project):
        now = datetime.date.today()
        start, end = start or f"{now.year}-01-01", end or str(now)
        lay_out(case, folder, start, end)
        log = str(tmp_path / "mcp-calls.jsonl")
        arguments = [os.path.join(HERE, "ib_sec_mcp_server.py"), "--folder", folder]
        arguments += ["--calls", log, "--today", today or str(now), *options]
        server = {"type": "stdio", "command": sys.executable, "args": arguments}
        server["env"] = {**credentials_of(case), **(env or {})}
        return McpCase({"ib-sec-mcp": server}, log, start, end)

    return call
