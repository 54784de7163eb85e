"""The interactive Claude Code client in a tmux pane, alone with a scripted model.

with tmux_session(script=[[text("done")]], plugin_dir=ROOT, home=home, cwd=project) as screen:
    screen.wait_for("❯")
    screen.type("/rebalance-portfolio")
    screen.send_keys("Enter")
    screen.wait_for("done")
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import time

from claude_client import (
    SETTINGS,
    client_options,
    client_path,
    environment,
    main_requests,
    passing_folder,
    read_requests,
    tool_path,
    with_model,
    write_json,
)


def accept_dialogs(home: str, cwd: str) -> None:
    """Writes ~/.claude.json so that an interactive client asks nothing before its prompt."""
    path = os.path.join(home, ".claude.json")
    state = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            state = json.load(file)
    state.update(hasCompletedOnboarding=True, theme="dark")
    state["customApiKeyResponses"] = {"approved": [SETTINGS["ANTHROPIC_API_KEY"]], "rejected": []}
    project = state.setdefault("projects", {}).setdefault(os.path.realpath(cwd), {})
    project.update(hasTrustDialogAccepted=True, hasCompletedProjectOnboarding=True)
    write_json(home, ".claude.json", state)


class Terminal:
    """The interactive client in a tmux pane."""

    def __init__(self, tmux: list, folder: str, env: dict) -> None:
        self.tmux, self.folder, self.env = tmux, folder, env

    def command(self, *arguments: str) -> str:
        """Returns the output of one tmux command; raises CalledProcessError."""
        run = subprocess.run(
            [*self.tmux, *arguments], env=self.env, check=True, capture_output=True, text=True
        )
        return run.stdout

    def send_keys(self, *keys: str) -> None:
        """Presses keys by tmux's names: Enter, Escape, C-c, Tab, Up."""
        self.command("send-keys", *keys)

    def type(self, words: str) -> None:
        """Types words as they stand, without Enter."""
        self.command("send-keys", "-l", words)

    def capture(self) -> str:
        """Returns what the pane shows now."""
        return self.command("capture-pane", "-p")

    def wait_for(self, words: str, timeout: float = 30) -> str:
        """Returns the pane once it shows words; raises TimeoutError with what it shows instead."""
        end = time.monotonic() + timeout
        while words not in (screen := self.capture()):
            if time.monotonic() > end:
                raise TimeoutError(f"{words!r} did not appear in {timeout} s:\n{screen}")
            time.sleep(0.1)
        return screen

    @property
    def requests(self) -> list:
        """Returns the bodies of the conversation's requests so far."""
        return main_requests(read_requests(self.folder))

    @property
    def all_requests(self) -> list:
        """Returns the bodies of all requests so far, side requests such as titles included."""
        return [line["body"] for line in read_requests(self.folder)]


@contextlib.contextmanager
def tmux_session(
    *,
    script: list,
    home: str,
    cwd: str,
    plugin_dir: str | None = None,
    mcp_servers: dict | None = None,
    settings: dict | None = None,
    permission_mode: str = "default",
    extra_args: tuple = (),
    size: tuple = (160, 50),
):
    """Yields a Terminal with the interactive client in it; ends the client afterwards.

    The client's own permission mode would be auto, whose check needs a server that is not here.
    """
    home, cwd = str(home), str(cwd)
    accept_dialogs(home, cwd)
    with passing_folder("claude-tmux-") as folder:
        options = client_options(plugin_dir, mcp_servers, settings, folder)
        options += ["--permission-mode", permission_mode, *map(str, extra_args)]
        command = [client_path(), *options]
        line = shlex.join(with_model(folder, script, command))
        tmux = [tool_path("tmux", "tmux"), "-u", "-f", "/dev/null", "-S", f"{folder}/socket"]
        terminal = Terminal(tmux, folder, environment(home))
        width, height = map(str, size)
        terminal.command("new-session", "-d", "-x", width, "-y", height, "-c", cwd, line)
        terminal.command("set-option", "-g", "remain-on-exit", "on")
        try:
            yield terminal
        finally:
            end_terminal(terminal)


def end_terminal(terminal: Terminal) -> None:
    """Ends the pane's processes, then tmux."""
    with contextlib.suppress(subprocess.CalledProcessError, ValueError):
        pane = int(terminal.command("display-message", "-p", "#{pane_pid}"))
        with contextlib.suppress(ProcessLookupError):
            os.kill(pane, signal.SIGTERM)
    with contextlib.suppress(subprocess.CalledProcessError):
        terminal.command("kill-server")
