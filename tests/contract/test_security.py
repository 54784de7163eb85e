"""What SECURITY.md calls structural, by reading the runtime and by running it without a network."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Iterable, Iterator

import pytest
import yaml
from source_trees import Import, import_nodes, imports_below, tree

from ib_portfolio.core.private.data_folder import mark_data_folder

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
RUNTIME = sorted(SCRIPTS.rglob("*.py"))
# The one module that opens connections, and all that it may import for that.
CONNECTION = SCRIPTS / "ib_portfolio/sources/flex_web_service/connection.py"
OF_CONNECTION = {"http", "socket", "ssl"}
# All that the runtime may import. Everything here is in the standard library of Python 3.9, and
# none of it opens a connection or starts a process.
ALLOWED = set(
    "__future__ bisect codecs collections configparser copy csv datetime decimal enum errno heapq"
    " fractions functools gc hashlib html io itertools json locale math ntpath operator os"
    " posixpath re shlex signal stat string sys textwrap time typing unicodedata xml zlib"
    # Parts of collections, json and xml.parsers, without the rest.
    " _collections _json pyexpat".split()
)
CONNECTING = set(
    "socket http urllib ssl ftplib smtplib imaplib poplib telnetlib nntplib socketserver xmlrpc"
    " asyncio subprocess multiprocessing ctypes webbrowser pty pickle marshal importlib runpy"
    " concurrent selectors select requests httpx aiohttp".split()
)
DANGEROUS_CALLS = {"eval", "exec", "compile", "__import__"}
DANGEROUS_OS = re.compile(r"system|popen|spawn\w*|exec\w*|fork\w*|posix_spawn\w*|startfile|kill\w*")
ORDER_TOOLS = {
    "place_order",
    "modify_order",
    "cancel_order",
    "cancel_all_orders",
    "add_limit_order",
    "update_limit_order",
    "sync_limit_orders",
}
WITHOUT_NETWORK = """
import runpy, sys
def deny(event, arguments):
    denied = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn",
              "os.startfile", "os.spawn", "urllib.", "http.", "ftplib.", "smtplib.", "ctypes.")
    if event.startswith(denied):
        raise SystemExit(f"denied: {event}")
sys.addaudithook(deny)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def imports(nodes: Iterable[Import]) -> Iterator[str]:
    """The modules that import statements name from elsewhere, by their first name."""
    for one in nodes:
        if isinstance(one, ast.Import):
            yield from (name.name.split(".")[0] for name in one.names)
        elif isinstance(one, ast.ImportFrom) and one.level == 0:
            yield (one.module or "").split(".")[0]


def dangerous_calls(node: ast.AST) -> Iterator[str]:
    """What in the code can run text as code, or start a process."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id in DANGEROUS_CALLS:
            yield one.id
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            if one.value.id == "os" and DANGEROUS_OS.fullmatch(one.attr):
                yield f"os.{one.attr}"
        elif isinstance(one, ast.ImportFrom) and one.module == "os":
            yield from (name.name for name in one.names if DANGEROUS_OS.fullmatch(name.name))


def test_the_runtime_is_found() -> None:
    names = {path.name for path in RUNTIME}
    assert {"rebalance.py", "start_run.py", "on_tool_use.py", "plan.py", "flex_xml.py"} <= names


@pytest.mark.parametrize("path", RUNTIME, ids=lambda path: path.name)
def test_a_module_imports_nothing_that_connects_or_starts_a_process(path: Path) -> None:
    assert not ALLOWED & CONNECTING
    allowed = ALLOWED | OF_CONNECTION if path == CONNECTION else ALLOWED
    assert sorted(set(imports(import_nodes(path))) - allowed - {"ib_portfolio"}) == []


def importers(module: str) -> set[str]:
    """The files of the runtime that import from a module of this name, wherever in them."""
    found = set()
    for path in RUNTIME:
        for node in import_nodes(path):
            if isinstance(node, ast.ImportFrom):
                names = [(node.module or "").rpartition(".")[2], *(one.name for one in node.names)]
                if module in names:
                    found.add(path.name)
    return found


def test_only_fetching_can_reach_the_connection() -> None:
    assert set(imports(import_nodes(CONNECTION))) & CONNECTING == OF_CONNECTION
    assert importers("connection") == {"service.py", "statement_fetch.py"}
    assert importers("service") == {"statement_fetch.py"}
    assert importers("statement_fetch") == {"fetch_statement.py", "setup_commands.py"}


@pytest.mark.parametrize("path", RUNTIME, ids=lambda path: path.name)
def test_a_module_runs_no_text_as_code(path: Path) -> None:
    assert list(dangerous_calls(tree(path))) == []


@pytest.mark.parametrize(
    "code",
    ["import socket", "def f():\n import urllib.request", "from http import client", "import ssl"],
)
def test_the_reading_of_imports_finds_a_connection(code: str) -> None:
    assert set(imports(imports_below(ast.parse(code)))) & CONNECTING


@pytest.mark.parametrize(
    "code",
    [
        "eval('1')",
        "exec(text)",
        "os.system('x')",
        "os.popen(x)",
        "from os import execv",
        "f = eval",
    ],
)
def test_the_reading_of_calls_finds_a_dangerous_one(code: str) -> None:
    assert list(dangerous_calls(ast.parse(code)))


def test_what_is_allowed_is_in_the_standard_library() -> None:
    code = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code, *sorted(ALLOWED)])
    assert done.returncode == 0


def test_the_server_s_order_tools_are_out_of_reach_of_every_command() -> None:
    commands = sorted((ROOT / "commands").glob("*.md"))
    assert commands
    for path in commands:
        head = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
        refused = {name.rpartition("__")[2] for name in head["disallowed-tools"]}
        assert refused >= ORDER_TOOLS
        allowed = " ".join(head["allowed-tools"])
        ends = ('scripts/correct_sum.py" *)', '--data "${CLAUDE_PLUGIN_DATA}" --session *)')
        assert "order" not in allowed
        assert all(rule.endswith(ends) for rule in head["allowed-tools"] if "*" in rule)


def test_every_order_tool_that_the_server_has_is_refused_or_only_reads() -> None:
    path = ROOT / "tests/fixtures/ib_sec_mcp/_server/list_tools.json"
    names = {tool["name"] for tool in json.loads(path.read_text(encoding="utf-8"))}
    reading = {
        "get_pending_orders",
        "check_order_proximity",
        "get_order_history",
        "get_live_orders",
    }
    assert {name for name in names if "order" in name} == ORDER_TOOLS | reading


def test_nothing_that_runs_names_an_order_tool() -> None:
    files = [path for path in SCRIPTS.rglob("*") if path.suffix in (".py", ".json")]
    files += sorted((ROOT / "hooks").glob("*.json"))
    assert len(files) > 20
    named = [
        (path.name, tool)
        for path in files
        for tool in ORDER_TOOLS
        if tool in path.read_text(encoding="utf-8")
    ]
    assert named == []


def test_the_plugin_brings_no_server() -> None:
    manifest = json.loads((ROOT / ".claude-plugin/plugin.json").read_text(encoding="utf-8"))
    assert "mcpServers" not in manifest and not (ROOT / ".mcp.json").exists()


@pytest.mark.parametrize("script", ["rebalance.py", "on_prompt.py"])
def test_the_sample_runs_with_connections_and_processes_denied(script: str, tmp_path: Path) -> None:
    words, stdin = ["--sample", "growth", "--dry-run"], ""
    if script == "on_prompt.py":
        payload = {
            "hook_event_name": "UserPromptExpansion",
            "command_name": "rebalance-portfolio",
            "command_args": " ".join(words),
            "session_id": "s1",
        }
        words, stdin = [str(tmp_path / "data")], json.dumps(payload)
    done = run_denied([str(SCRIPTS / script), *words], stdin)
    assert done.returncode == 0, done.stderr
    assert "=== Portfolio Rebalancing Report ===" in done.stdout.decode("utf-8")


@pytest.mark.parametrize("words", [[], ["--sample"]])
def test_the_page_about_the_setup_opens_no_connection(words: list[str], tmp_path: Path) -> None:
    secrets = {"FLEX_TOKEN": "982716354409182736450918", "FLEX_QUERY_ID": "730514"}
    done = run_denied([str(SCRIPTS / "check_setup.py"), *words], home=tmp_path, **secrets)
    assert done.returncode == 0, done.stderr
    assert "Flex token: set" in done.stdout.decode("utf-8")
    assert not any(secret.encode() in done.stdout for secret in secrets.values())


def test_fetching_opens_a_connection_only_once_it_has_a_token(tmp_path: Path) -> None:
    script = str(SCRIPTS / "fetch_statement.py")
    assert run_denied([script], home=tmp_path).returncode == 1
    assert run_denied([script, "--help"], home=tmp_path).returncode == 0
    done = run_denied([script], home=tmp_path, FLEX_TOKEN="98271635440918", FLEX_QUERY_ID="730514")
    assert b"denied: socket" in done.stderr
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept and not any(b"98271635440918" in path.read_bytes() for path in kept)


def test_secret_settings_are_typed_masked_and_reach_no_command_s_text() -> None:
    manifest = json.loads((ROOT / ".claude-plugin/plugin.json").read_text(encoding="utf-8"))
    secret = {name for name, row in manifest["userConfig"].items() if row.get("sensitive")}
    assert secret == {"flex_token", "flex_query_id"}
    shown = [*(ROOT / "commands").glob("*.md"), *(ROOT / "hooks").glob("*.json")]
    assert len(shown) >= 4
    for path in shown:
        text = path.read_text(encoding="utf-8")
        assert "user_config" not in text and "CLAUDE_PLUGIN_OPTION" not in text
    options = (SCRIPTS / "ib_portfolio/request/options.json").read_text(encoding="utf-8")
    assert not any(name in options for name in secret)


def test_the_denial_would_be_noticed(tmp_path: Path) -> None:
    script = tmp_path / "connect.py"
    script.write_text("import socket\nsocket.socket()\n", encoding="utf-8")
    done = run_denied([str(script)])
    assert done.returncode != 0 and b"denied: socket" in done.stderr


def run_denied(
    words: list[str], stdin: str = "", home: Path | None = None, **environ: str
) -> subprocess.CompletedProcess:
    """The finished script, ended at once if it opens a connection or starts a process."""
    command = [sys.executable, "-c", WITHOUT_NETWORK, *words]
    places = {"HOME": str(home), "USERPROFILE": str(home)} if home else {}
    return subprocess.run(
        command,
        input=stdin.encode(),
        env={**os.environ, **places, **environ},
        capture_output=True,
        timeout=60,
    )


def test_what_is_kept_has_the_modes_and_places_that_are_described(tmp_path: Path) -> None:
    from ib_portfolio.claude_code.run_folder import RunFolder

    folder = RunFolder(mark_data_folder(str(tmp_path / "data")), "session")
    folder.open()
    folder.write("get_positions.json", "{}")
    kept = Path(folder.write_list("a list"))
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "`runs/<session>/`" in text and "`lists/<session>.txt`" in text
    assert Path(folder.path).parts[-2:] == ("runs", "session")
    assert kept.parts[-2:] == ("lists", "session.txt")
    if os.name == "posix":
        assert "mode 0700 and files 0600" in text
        assert (Path(folder.path).stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (
            0o700,
            0o600,
        )


def test_the_page_names_each_tool_that_is_refused() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    head = yaml.safe_load(
        (ROOT / "commands/rebalance-portfolio.md").read_text(encoding="utf-8").split("---\n")[1]
    )
    names = {name.rpartition("__")[2] for name in head["disallowed-tools"]}
    assert names and [name for name in sorted(names) if f"`{name}`" not in text] == []
    assert "IB_READ_ONLY=1" in text and "Flex token" in text
