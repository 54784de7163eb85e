"""The harness proves itself on a plugin of one command and one hook."""

import contextlib
import glob
import json
import os
import threading

import claude_client
import pytest
from claude_client import text, tool_use

COMMAND = """---
name: say
description: Says what the block said.
allowed-tools: Bash(python3 "${CLAUDE_PLUGIN_ROOT}/say.py" *)
---
The block says:

```!
python3 "${CLAUDE_PLUGIN_ROOT}/say.py" --session ${CLAUDE_SESSION_ID} <<'SAY'
$ARGUMENTS
SAY
```
"""
SAY = """import os, socket, sys, time
argument = sys.stdin.read().strip()
if argument == "nothing":
    open(os.path.join(os.environ["HOME"], "began"), "w").close()
    time.sleep(600)
print("argument:", argument, "session:", sys.argv[2])
probe = socket.socket()
probe.settimeout(5)
try:
    probe.connect(("1.1.1.1", 443))
    print("network: reached")
except OSError as error:
    print("network:", error.strerror)
"""
HOOK = {"type": "command", "command": "python3", "args": ["${CLAUDE_PLUGIN_ROOT}/note.py"]}
HOOKS = {"hooks": {"PostToolUse": [{"matcher": "mcp__ib-sec-mcp__.*", "hooks": [HOOK]}]}}
NOTE = """import json, os, sys
event = json.load(sys.stdin)
with open(os.path.join(os.environ["HOME"], "events.jsonl"), "a") as file:
    file.write(json.dumps(event) + "\\n")
"""
POSITIONS = "mcp__ib-sec-mcp__get_positions"
ALLOWED = ("--allowedTools", "mcp__ib-sec-mcp ReadMcpResourceTool")


@pytest.fixture
def plugin_dir(tmp_path):
    """A plugin with the command /say and a hook that notes its events in $HOME/events.jsonl."""
    root = tmp_path / "a plugin"
    manifest = {"name": "sayer", "version": "1.0.0", "description": "Says it."}
    files = {
        ".claude-plugin/plugin.json": json.dumps(manifest),
        "commands/say.md": COMMAND,
        "say.py": SAY,
        "note.py": NOTE,
        "hooks/hooks.json": json.dumps(HOOKS),
    }
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return str(root)


def test_a_command_s_block_runs_before_the_one_request(claude):
    run = claude("/say 積極的に", [[text("said")]])
    assert run.returncode == 0, run.stderr
    assert len(run.requests) == 1
    assert f"argument: 積極的に session: {run.session_id}" in run.prompt_text
    assert run.result["result"] == "said"
    assert run.permission_denials == []


def test_there_is_no_network_but_loopback(claude):
    run = claude("/say x", [[text("said")]])
    assert "network: Network is unreachable" in run.prompt_text
    assert run.requests, "the model on loopback was not reached"


def test_an_unknown_command_reaches_no_command(claude):
    run = claude("/sya x", [[text("what?")]])
    assert run.returncode == 0
    assert "The block says" not in run.text


def test_a_tool_call_reaches_the_server_and_its_answer_the_model(claude, home, mcp_case):
    case = mcp_case("a_seed_example")
    script = [[tool_use(POSITIONS, start_date=case.start)], [text("read")]]
    run = claude("positions?", script, mcp_servers=case.servers, extra_args=ALLOWED)
    assert case.calls == [{"tool": "get_positions", "arguments": {"start_date": case.start}}]
    assert run.tool_uses == [(POSITIONS, {"start_date": case.start})]
    answer = json.loads(json.loads(run.tool_results[0])["result"])
    assert [row["symbol"] for row in answer["positions"]] == ["CSPX", "INDA", "STRIPS-2040"]
    with open(os.path.join(home, "events.jsonl"), encoding="utf-8") as file:
        event = json.loads(file.readline())
    assert event["session_id"] == run.session_id
    assert event["tool_response"] == run.tool_results[0]


def test_resources_and_failures_arrive_in_one_batch(claude, mcp_case):
    case = mcp_case("y_fake_credentials_no_network")
    context = {"server": "ib-sec-mcp", "uri": "ib://strategy/rebalancing-context"}
    batch = [
        tool_use("ReadMcpResourceTool", **context),
        tool_use("ReadMcpResourceTool", server="ib-sec-mcp", uri="ib://strategy/nope"),
        tool_use(POSITIONS, start_date=case.start),
    ]
    run = claude("?", [batch, [text("read")]], mcp_servers=case.servers, extra_args=ALLOWED)
    assert len(run.requests) == 2
    first, unknown, positions = run.tool_results
    assert "No data directory found" in first
    assert unknown.startswith("Resource not found: ib://strategy/nope")
    assert "SendRequest?t=" in positions
    assert len(case.calls) == 3


def test_an_answer_over_the_limit_is_saved_to_a_file(claude, mcp_case):
    case = mcp_case("d_500")
    script = [
        [tool_use(POSITIONS, start_date=case.start)],
        [tool_use("Bash", command={"$match": r"saved to (\S+\.\w+)"})],
        [text("read")],
    ]
    run = claude("positions?", script, mcp_servers=case.servers, extra_args=ALLOWED)
    assert "exceeds maximum allowed tokens" in run.tool_results[0]
    saved = run.tool_uses[1][1]["command"]
    with open(saved, encoding="utf-8") as file:
        assert json.loads(json.load(file)["result"])["position_count"] == 500


def test_two_sessions_run_at_the_same_time(claude):
    runs = {}

    def start(word):
        runs[word] = claude(f"/say {word}", [[text(word)]])

    threads = [threading.Thread(target=start, args=(word,)) for word in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {word: run.result["result"] for word, run in runs.items()} == {
        "one": "one",
        "two": "two",
    }
    assert runs["one"].session_id != runs["two"].session_id
    assert all(f"argument: {word}" in run.prompt_text for word, run in runs.items())


def test_a_session_that_is_resumed_starts_its_script_anew(claude):
    first = claude("hello", [[text("first answer")]])
    resume = ("--resume", first.session_id)
    second = claude("again", [[text("second answer")]], extra_args=resume)
    assert second.result["result"] == "second answer"
    assert "first answer" in second.text


def test_plugin_commands_run_offline(plugin_dir, home, project):
    manifest = {
        "name": "market",
        "owner": {"name": "nobody"},
        "plugins": [{"name": "sayer", "source": "./", "description": "Says it."}],
    }
    path = os.path.join(plugin_dir, ".claude-plugin", "marketplace.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(manifest, file)
    for arguments in (
        ["plugin", "validate", plugin_dir],
        ["plugin", "marketplace", "add", plugin_dir],
        ["plugin", "install", "sayer@market"],
        ["plugin", "details", "sayer"],
        ["plugin", "list"],
        ["plugin", "uninstall", "sayer"],
    ):
        done = claude_client.claude_command(arguments, home=home, cwd=project)
        assert done.returncode == 0, (arguments, done)


def test_the_interactive_client_answers_a_typed_command(terminal):
    with terminal([[text("typed answer")]]) as screen:
        screen.wait_for("❯")
        screen.type("/say 日本")
        screen.send_keys("Enter")
        screen.wait_for("typed answer")
        assert len(screen.requests) == 1
        assert "argument: 日本" in claude_client.message_text(screen.requests[0])


def test_a_missing_client_is_named(monkeypatch, home, project):
    monkeypatch.setenv("CLAUDE_CLIENT", "/nowhere/claude")
    with pytest.raises(claude_client.Missing, match="npm ci --prefix tests/client"):
        claude_client.run_claude("x", script=[], home=home, cwd=project)


def test_a_run_that_does_not_end_is_ended_with_all_it_started(claude, home, plugin_dir):
    with pytest.raises(TimeoutError):
        claude("/say nothing", [[text("said")]], timeout=5)
    assert os.path.exists(os.path.join(home, "began"))
    assert command_lines(), "no process was seen at all"
    assert not [line for line in command_lines() if plugin_dir in line]


def command_lines():
    """Returns the command lines of all processes that run now."""
    lines = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
            lines.append(file.read().replace("\0", " "))
    return lines
