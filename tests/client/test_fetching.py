"""/fetch-latest in the real client, from its settings to a stand-in for IBKR's Flex Web Service.

The stand-in has the two hosts' names and a certificate of its own, in the client's namespace.
"""

import json
import os
import stat
import sys

import claude_client
import pytest
from claude_client import text
from conftest import ROOT
from test_install import INSTALLED, clone, plugin
from test_terminal import HOLDINGS, SHOWN, enter

sys.path.insert(0, os.path.join(ROOT, "tests", "unit"))
import flex_stand_in
from flex_stand_in import AUTHORITY, HOSTS, QUERY_ID, TOKEN

__all__ = ["clone", "plugin"]
SAMPLE = os.path.join(ROOT, "samples", "statement.xml")
WRAPPER = """#!/bin/sh
exec unshare -m sh -c '
mount --bind "{hosts}" /etc/hosts
"{python}" "{stand_in}" 443 "{statement}" "{log}" &
sleep 1
SSL_CERT_FILE="{authority}" exec "{client}" "$@"
' client "$@"
"""


@pytest.fixture
def plugin_dir():
    """No --plugin-dir: settings belong to what is installed."""
    return None


@pytest.fixture
def flex(tmp_path, monkeypatch):
    """Puts the stand-in beside the client from here on; returns a function with its requests."""
    hosts, log = tmp_path / "hosts", tmp_path / "flex.jsonl"
    hosts.write_text("127.0.0.1 localhost " + " ".join(HOSTS) + "\n")
    wrapper = tmp_path / "client"
    wrapper.write_text(
        WRAPPER.format(
            hosts=hosts,
            python=sys.executable,
            stand_in=flex_stand_in.__file__,
            statement=SAMPLE,
            log=log,
            authority=AUTHORITY,
            client=claude_client.client_path(),
        )
    )
    wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)

    def requests():
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def begin():
        monkeypatch.setenv("CLAUDE_CLIENT", str(wrapper))
        return requests

    return begin


@pytest.fixture
def installed(plugin, clone, flex):
    """Installs with both secrets and more settings, and returns the stand-in's requests."""

    def call(**settings):
        given = {"flex_token": TOKEN, "flex_query_id": QUERY_ID, **settings}
        plugin("marketplace", "add", clone)
        plugin("install", INSTALLED, *(f"--config={name}={value}" for name, value in given.items()))
        return flex()

    return call


def files_with(secret, home):
    """Returns the files below home that hold the secret, without the copy of this repository."""
    found = []
    for folder, folders, names in os.walk(home):
        folders[:] = [name for name in folders if name not in ("cache", "marketplaces")]
        for name in names:
            path = os.path.join(folder, name)
            if os.path.islink(path) or not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                if secret.encode() in file.read():
                    found.append(os.path.relpath(path, home))
    return found


def test_from_settings_alone_and_in_private_no_request_is_made(terminal, installed, home):
    requests = installed(private="true")
    with terminal(SHOWN, size=(100, 120)) as screen:
        shown = enter(screen, "/fetch-latest", "What it holds and lacks: /mcp-status")
        assert "U***0001 | 2026-01-01 | 2026-11-20" in shown
        shown = enter(screen, "/rebalance-portfolio", "✅ CHECKS")
        assert "Flex statement fetched" in " ".join(shown.split())
        assert screen.all_requests == []
    rows = requests()
    assert [row["step"] for row in rows] == ["send", "get", "get", "get"]
    assert not any(row["in_process_list"] for row in rows)
    # The client keeps what is typed as a sensitive setting in its own credentials file.
    assert set(files_with(TOKEN, home)) <= {os.path.join(".claude", ".credentials.json")}
    kept = os.path.join(home, ".claude", "plugins", "data")
    assert files_with(QUERY_ID, kept) == []


def test_the_spinner_says_what_it_waits_for_and_the_model_gets_no_figure(terminal, installed):
    installed()
    with terminal(SHOWN, size=(100, 120)) as screen:
        enter(screen, "/fetch-latest", "Fetching the statement from IBKR")
        shown = screen.wait_for("● Shown above.", timeout=60)
        assert "U***0001 | 2026-01-01 | 2026-11-20" in shown
        assert len(screen.requests) == 1
        sent = json.dumps(screen.all_requests, ensure_ascii=False)
    assert "From the plugin rebalance-portfolio: [shown]" in sent
    assert TOKEN not in sent and QUERY_ID not in sent
    assert HOLDINGS.findall(sent.replace("U***0001", "")) == []


def test_the_model_does_not_know_the_command(claude, installed):
    requests = installed()
    run = claude("please fetch my statement", [[text("You can type /fetch-latest.")]])
    assert "fetch-latest" not in run.text
    assert requests() == []
