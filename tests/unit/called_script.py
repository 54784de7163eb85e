"""A script of the plugin called without a process: the whole file, from its first line to its exit.

A start of Python and the loading of the library take ten times what most scripts do. What is asked
of the process itself, what is loaded at the start or how it ends, starts one with `start_script`.
"""

from __future__ import annotations

import gc
import io
import os
import runpy
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import Dict, Iterable, NamedTuple, Optional
from unittest import mock

SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, os.pardir, "scripts")


class Done(NamedTuple):
    """What a script leaves behind, named as `subprocess` names it."""

    returncode: int
    stdout: bytes
    stderr: bytes


def start_script(
    name: str,
    words: Iterable[str],
    stdin: bytes = b"",
    environ: Optional[Dict[str, str]] = None,
    folder: Optional[str] = None,
) -> Done:
    """What comes of a script in a process of its own; its environment is this one's without one."""
    command = [sys.executable, os.path.join(SCRIPTS, name), *words]
    done = subprocess.run(
        command, input=stdin, capture_output=True, env=environ, cwd=folder, timeout=60
    )
    return Done(done.returncode, done.stdout, done.stderr)


def call_script(
    name: str,
    words: Iterable[str],
    stdin: bytes = b"",
    environ: Optional[Dict[str, str]] = None,
    folder: Optional[str] = None,
) -> Done:
    """The same in this process, which is afterwards as it was."""
    out, err, given = (io.TextIOWrapper(io.BytesIO(data), "utf-8") for data in (b"", b"", stdin))
    before = os.getcwd()
    environ = dict(os.environ) if environ is None else environ
    try:
        os.chdir(folder or before)
        with (
            redirect_stdout(out),
            redirect_stderr(err),
            mock.patch.multiple(sys, stdin=given, argv=[name, *words], path=list(sys.path)),
            mock.patch.multiple(gc, disable=mock.DEFAULT, freeze=mock.DEFAULT),
            mock.patch.dict(os.environ, environ, clear=True),
        ):
            code = _exit_code(os.path.join(SCRIPTS, name))
    finally:
        os.chdir(before)
    said, complaint = (stream.buffer.getvalue() for stream in (out, err))
    return Done(code, said, complaint)


def _exit_code(path: str) -> int:
    try:
        runpy.run_path(path, run_name="__main__")
    except SystemExit as end:
        return int(end.code or 0)
    return 0
