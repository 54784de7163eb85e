"""Runs the runtime under every Python from 3.9 on that this machine has, and compares the answers.

Usage: python tests/run_pythons.py [--oldest | --newest]
Each interpreter compiles every file of scripts/ with warnings as errors and runs the sample from
another folder, isolated and without site packages. With --oldest or --newest: prints that
interpreter's path only. Exit codes: 0 all agree, 1 something differs, failed, or nothing could be
run.
"""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCRIPTS = os.path.join(ROOT, "scripts")
VERSIONS = [f"3.{minor}" for minor in range(9, 15)]
RUNS = (
    ("rebalance.py", ["--sample"]),
    ("rebalance.py", ["守りのポートフォリオにしたい", "--sample", "--dry-run"]),
    ("rebalance.py", ["--profile", "growth", "--sample", "--json"]),
    ("on_prompt.py", []),
    ("fetch_statement.py", ["--help"]),
    ("check_setup.py", ["--help"]),
    ("review_portfolio.py", ["--sample"]),
    ("plan_strategy.py", ["--sample", "--horizon", "short"]),
)
# What the client hands to on_prompt.py; the other scripts read nothing.
PAYLOAD = """{"hook_event_name": "UserPromptExpansion", "command_name": "rebalance-portfolio",
"command_args": "積極的に --sample", "session_id": "s-1"}"""
COMPILE = """
import sys
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        compile(file.read(), path, "exec")
"""


def main(arguments: list[str]) -> int:
    """The exit code, after running everything or naming the oldest interpreter."""
    found = find_pythons()
    if not found:
        print("No Python from 3.9 on could be run.", file=sys.stderr)
        return 1
    if arguments in (["--oldest"], ["--newest"]):
        print(list(found.values())[0 if arguments == ["--oldest"] else -1])
        return 0
    answers = {version: run_all(path) for version, path in found.items()}
    reference = next(iter(answers.values()))
    different = [version for version, answer in answers.items() if answer != reference]
    for version in different:
        print(f"Python {version} answers differently.", file=sys.stderr)
    sizes = ", ".join(str(len(answer)) for answer in reference)
    missing = ", ".join(version for version in VERSIONS if version not in found)
    print(f"Same answers ({sizes} bytes) under Python {', '.join(found)}; not here: {missing}.")
    return 1 if different else 0


def find_pythons() -> dict[str, str]:
    """Version -> path of one interpreter each that really runs, oldest first."""
    found = {}
    for version in VERSIONS:
        path = next((path for path in candidates(version) if runs_as(path, version)), None)
        if path:
            found[version] = path
    return found


def candidates(version: str) -> list[str]:
    """Paths that may be Python `version`: on PATH, from pyenv or uv, or the one running now."""
    name = f"python{version}"
    pyenv = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    uv = os.path.expanduser("~/.local/share/uv/python")
    return [
        *filter(None, (shutil.which(name), shutil.which("python3"))),
        *sorted(glob.glob(f"{pyenv}/versions/{version}.*/bin/{name}")),
        *sorted(glob.glob(f"{uv}/cpython-{version}.*/bin/{name}")),
        sys.executable,
    ]


def runs_as(path: str, version: str) -> bool:
    """Whether the interpreter starts and is that version; a pyenv shim may do neither."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([path, "-I", "-S", "-c", code], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.decode().strip() == version


def run_all(python: str) -> list[bytes]:
    """What each of RUNS prints under `python`; SystemExit when one fails or prints nothing."""
    sources = sorted(glob.glob(os.path.join(SCRIPTS, "**", "*.py"), recursive=True))
    run(python, ["-W", "error", "-c", COMPILE, *sources])
    return [
        run(python, [os.path.join(SCRIPTS, script), *rest]) or sys.exit(f"{script} printed nothing")
        for script, rest in RUNS
    ]


def run(python: str, arguments: list[str]) -> bytes:
    """The standard output, from an empty folder; SystemExit on an exit code or an error output."""
    with tempfile.TemporaryDirectory(prefix="a folder ") as folder:
        command = [python, "-I", "-S", "-B", *arguments]
        done = subprocess.run(command, cwd=folder, input=PAYLOAD.encode(), capture_output=True)
        left = os.listdir(folder)
    if done.returncode or done.stderr or left:
        output = done.stderr.decode(errors="replace")
        sys.exit(f"{' '.join(command[:6])}: exit {done.returncode}, left {left}\n{output}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
