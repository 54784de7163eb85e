"""The real Claude Code client, alone with a scripted model in a network namespace.

    run = run_claude("/rebalance-portfolio growth", plugin_dir=ROOT, home=home, cwd=project,
                     script=[[text("done")]])
    assert len(run.requests) == 1 and "PORTFOLIO" in run.prompt_text

No account, no network: nothing but the loopback device exists where the client runs, and its
environment is empty but for what is set here.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "scripted_model.py")
PLATFORMS = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SETTINGS = {
    "ANTHROPIC_API_KEY": "test-key",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "LANG": "C.UTF-8",
}


class Missing(RuntimeError):
    """Something that the client tests need is not installed; the text says what to do."""


class Output(NamedTuple):
    """What a finished process left behind."""

    stdout: str
    stderr: str
    returncode: int


class Run(NamedTuple):
    """One finished `claude -p`: its JSON result and what the model was sent."""

    result: dict
    requests: list  # bodies of the requests that offer tools: the conversation itself
    side_requests: list  # bodies of the others: titles and the like
    stdout: str
    stderr: str
    returncode: int

    @property
    def session_id(self) -> str:
        """Returns the session's id, the ${CLAUDE_SESSION_ID} of commands and hooks."""
        return self.result.get("session_id", "")

    @property
    def permission_denials(self) -> list:
        """Returns the tool uses that the client refused for want of a permission."""
        return self.result.get("permission_denials", [])

    @property
    def text(self) -> str:
        """Returns all that the model saw over all its requests: system prompts and messages."""
        return "\n".join(request_text(request) for request in self.requests)

    @property
    def prompt_text(self) -> str:
        """Returns the user's messages in the first request: the prompt, its command expanded."""
        return message_text(self.requests[0], ("user",)) if self.requests else ""

    @property
    def tool_results(self) -> list:
        """Returns the texts the tools answered, in the order of tool_uses (not of completion)."""
        results = conversation_blocks(self.requests, "tool_result")
        texts = {block["tool_use_id"]: block_text(block.get("content", "")) for block in results}
        uses = conversation_blocks(self.requests, "tool_use")
        return [texts[block["id"]] for block in uses if block["id"] in texts]

    @property
    def tool_uses(self) -> list:
        """Returns (name, input) of the conversation's tool_use blocks, as the model sent them."""
        blocks = conversation_blocks(self.requests, "tool_use")
        return [(block["name"], block["input"]) for block in blocks]


def text(words: str) -> dict:
    """Returns a script's text block."""
    return {"type": "text", "text": words}


def tool_use(name: str, **arguments) -> dict:
    """Returns a script's tool_use block."""
    return {"type": "tool_use", "name": name, "input": arguments}


def block_text(value) -> str:
    """Returns the texts of a content: a string, or a list of blocks, tool results included."""
    if isinstance(value, str):
        return value
    parts = []
    for block in value:
        inner = block.get("text", block.get("content", ""))
        parts.append(block_text(inner))
    return "\n".join(parts)


def message_text(request: dict, roles: tuple = ("user", "assistant", "system")) -> str:
    """Returns the texts of a request's messages; the client puts system messages among them."""
    said = [message["content"] for message in request["messages"] if message["role"] in roles]
    return "\n".join(block_text(content) for content in said)


def request_text(request: dict) -> str:
    """Returns the texts of a request's system prompt and messages."""
    return block_text(request.get("system", "")) + "\n" + message_text(request)


def conversation_blocks(requests: list, kind: str) -> list:
    """Returns the blocks of one kind in the longest state of the conversation."""
    if not requests:
        return []
    contents = [message["content"] for message in requests[-1]["messages"]]
    blocks = [block for content in contents if isinstance(content, list) for block in content]
    return [block for block in blocks if block["type"] == kind]


def pinned_version() -> str:
    """Returns the client version that package.json pins."""
    with open(os.path.join(HERE, "package.json"), encoding="utf-8") as file:
        return json.load(file)["devDependencies"]["@anthropic-ai/claude-code"]


def client_path() -> str:
    """Returns the client's binary: $CLAUDE_CLIENT or the installed one; raises Missing."""
    chosen = os.environ.get("CLAUDE_CLIENT")
    machine = PLATFORMS.get(platform.machine().lower(), platform.machine())
    package = f"claude-code-{sys.platform}-{machine}"
    path = chosen or os.path.join(HERE, "node_modules", "@anthropic-ai", package, "claude")
    if not os.access(path, os.X_OK):
        advice = (
            "Run `npm ci --prefix tests/client` (npm comes with Node.js), or set CLAUDE_CLIENT."
        )
        raise Missing(f"The Claude Code client is missing: {path} cannot be run. {advice}")
    return path


def installed_version() -> str:
    """Returns the version the client says it is; raises Missing."""
    said = subprocess.run([client_path(), "--version"], capture_output=True, text=True)
    return said.stdout.partition(" ")[0]


def tool_path(name: str, package: str) -> str:
    """Returns the path of a system tool; raises Missing, naming the package it comes in."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + os.pathsep + SYSTEM_PATH)
    if path is None:
        raise Missing(f"The client tests need `{name}`; install the package {package}.")
    return path


def in_namespace() -> list:
    """Returns the command prefix that leaves only a loopback device; raises Missing."""
    options = ["-n"] if os.geteuid() == 0 else ["-r", "-n"]
    prefix = [tool_path("unshare", "util-linux"), *options]
    probe = subprocess.run([*prefix, "true"], capture_output=True, text=True)
    if probe.returncode:
        reason = probe.stderr.strip()
        raise Missing(f"`{' '.join(prefix)}` must be allowed to run the client tests: {reason}")
    return prefix


def environment(home: str) -> dict:
    """Returns the client's whole environment; python3 is $PLUGIN_PYTHON or the tests' own."""
    tools = os.path.join(home, ".test-bin")
    os.makedirs(tools, exist_ok=True)
    link = os.path.join(tools, "python3")
    if not os.path.lexists(link):
        own = getattr(sys, "_base_executable", sys.executable)
        with contextlib.suppress(FileExistsError):  # another session with the same home was faster
            os.symlink(os.environ.get("PLUGIN_PYTHON", own), link)
    temporary = os.path.join(home, ".test-tmp")
    os.makedirs(temporary, exist_ok=True)
    place = {"HOME": home, "PATH": f"{tools}:{SYSTEM_PATH}", "CLAUDE_CODE_TMPDIR": temporary}
    return {**place, **SETTINGS}


@contextlib.contextmanager
def passing_folder(prefix: str):
    """Gives a folder that is gone afterwards, but for what a client that ends still writes."""
    folder = tempfile.mkdtemp(prefix=prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def client_options(plugin_dir, mcp_servers, settings, folder: str) -> list:
    """Returns the client's options; the configuration of MCP servers goes into a file in folder."""
    options = ["--plugin-dir", str(plugin_dir)] if plugin_dir else []
    if mcp_servers:
        options += ["--mcp-config", write_json(folder, "mcp.json", {"mcpServers": mcp_servers})]
    if settings:
        options += ["--settings", json.dumps(settings)]
    return options


def write_json(folder: str, name: str, value) -> str:
    """Writes one JSON file and returns its path."""
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file)
    return path


def with_model(folder: str, script, command: list) -> list:
    """Returns the command in a namespace of its own, together with the scripted model."""
    turns = write_json(folder, "script.json", {"turns": script})
    requests = os.path.join(folder, "requests.jsonl")
    model = [sys.executable, MODEL, "--script", turns, "--requests", requests, "--"]
    return [*in_namespace(), "--", *model, *command]


def run_process(command: list, home: str, cwd: str, timeout: float) -> Output:
    """Returns the finished process; raises TimeoutError after ending it."""
    options = {"env": environment(home), "cwd": cwd, "stdin": subprocess.DEVNULL}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, start_new_session=True, **options, **pipes)
    try:
        stdout, stderr = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        stdout, stderr = end(process)
        raise TimeoutError(f"no end after {timeout} s\n{stdout}\n{stderr}") from None
    except BaseException:
        end(process)
        raise
    return Output(stdout, stderr, process.returncode)


def end(process: subprocess.Popen) -> tuple:
    """Ends a running scripted model, which ends its descendants; returns what was printed."""
    process.terminate()
    return process.communicate()


def read_requests(folder: str) -> list:
    """Returns the recorded requests so far, whole lines only."""
    try:
        with open(os.path.join(folder, "requests.jsonl"), encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return []


def main_requests(lines: list) -> list:
    """Returns the bodies of the requests that belong to the conversation: they offer tools."""
    return [line["body"] for line in lines if line["turn"] is not None]


def run_claude(
    prompt: str,
    *,
    script: list,
    home: str,
    cwd: str,
    plugin_dir: str | None = None,
    mcp_servers: dict | None = None,
    settings: dict | None = None,
    extra_args: tuple = (),
    timeout: float = 120,
) -> Run:
    """Returns a finished `claude -p prompt`; raises Missing, or TimeoutError after timeout s."""
    home, cwd = str(home), str(cwd)
    with passing_folder("claude-run-") as folder:
        options = client_options(plugin_dir, mcp_servers, settings, folder)
        ask = ["-p", prompt, "--output-format", "json"]
        command = [client_path(), *options, *map(str, extra_args), *ask]
        output = run_process(with_model(folder, script, command), home, cwd, timeout)
        lines = read_requests(folder)
    try:
        result = json.loads(output.stdout)
    except ValueError:
        result = {}
    side = [line["body"] for line in lines if line["turn"] is None]
    return Run(result, main_requests(lines), side, *output)


def claude_command(arguments, *, home: str, cwd: str, timeout: float = 60) -> Output:
    """Returns a finished `claude <arguments>`, offline: plugin validate, install, details, …"""
    with passing_folder("claude-command-") as folder:
        command = [client_path(), *map(str, arguments)]
        return run_process(with_model(folder, [], command), str(home), str(cwd), timeout)
