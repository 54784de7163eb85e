"""Colour: only on a terminal that wants it, and never more than the words of the plain report."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from typing import Dict

import pytest
from portfolios import request_for
from terminal import ROOT, STATEMENTS
from test_report import GOLDEN, printed

from ib_portfolio.rebalance import plan_from_statement
from ib_portfolio.reports.checked_report import checked_report
from ib_portfolio.reports.color import colored_report, wants_color

ESCAPE = re.compile("\x1b\\[[0-9;]*m")
RED, GREEN, YELLOW, NORMAL, BOLD = (f"\x1b[{code}m" for code in (31, 32, 33, 39, 1))


class Stream(io.StringIO):
    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize(
    "terminal, environ, wanted",
    [
        (True, {"TERM": "xterm-256color"}, True),
        (True, {"TERM": "xterm", "NO_COLOR": ""}, True),
        (True, {"WT_SESSION": "x"}, True),
        (False, {"TERM": "xterm-256color"}, False),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {}, False),
    ],
)
def test_where_colour_is_used(terminal: bool, environ: Dict[str, str], wanted: bool) -> None:
    assert wants_color(Stream(terminal), environ) is wanted


@pytest.mark.parametrize("name", GOLDEN)
def test_without_the_escapes_it_is_the_plain_report(name: str) -> None:
    plain = printed(GOLDEN[name])
    colored = colored_report(plain)
    assert ESCAPE.sub("", colored) == plain
    assert colored.startswith(NORMAL) and colored.count("\x1b") > 10
    for line in colored.split("\n"):
        codes = ESCAPE.findall(line)
        assert not codes or codes[-1] in (NORMAL, "\x1b[22m"), line


def test_headings_sells_buys_and_the_last_line_stand_out() -> None:
    lines = colored_report(printed(GOLDEN["a_seed_example_growth_dry_run"])).split("\n")
    assert f"{BOLD}📋 REQUIRED TRADES \x1b[22m(execute in this order)" in lines
    assert any(f"| {RED}SELL{NORMAL}   | STRIPS-2040" in line for line in lines)
    assert any(f"| {GREEN}BUY{NORMAL}    | CSPX" in line for line in lines)
    assert any(line.endswith(f"-25.0% {GREEN}UNDERWEIGHT ⬆{NORMAL}") for line in lines)
    assert any(line.endswith(f"+25.0% {RED}OVERWEIGHT  ⬇{NORMAL}") for line in lines)
    assert lines[-2].startswith(f"{BOLD}1 sell 25,000.00")
    # The words that colour repeats: nothing is told by colour alone.
    for painted in re.findall("\x1b\\[3[12]m(.*?)\x1b", "\n".join(lines)):
        assert re.fullmatch("SELL|BUY|OVERWEIGHT +⬇|UNDERWEIGHT ⬆", painted)


def test_warnings_are_coloured_line_by_line() -> None:
    path = os.path.join(STATEMENTS, "b_all_stocks.xml")
    document = plan_from_statement(request_for("balanced", statement=path), "2026-12-31")
    colored = colored_report(checked_report(document))
    section = colored.split("WARNINGS\x1b[22m\n")[1].split("\n\n")[0]
    assert len(section.split("\n")) > len(document["warnings"]) >= 2
    assert all(line.startswith(YELLOW) and line.endswith(NORMAL) for line in section.split("\n"))
    assert YELLOW not in colored_report(printed(GOLDEN["a_seed_example_growth_live"]))


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
@pytest.mark.parametrize("changes, coloured", [({}, True), ({"NO_COLOR": "1"}, False)])
def test_the_script_colours_a_terminal_and_nothing_else(
    changes: Dict[str, str], coloured: bool
) -> None:
    import pty

    command = [sys.executable, os.path.join(ROOT, "scripts", "rebalance.py"), "--sample"]
    environ = {**os.environ, "TERM": "xterm", **changes}
    if "NO_COLOR" not in changes:
        environ.pop("NO_COLOR", None)
    piped = subprocess.run(command, env=environ, capture_output=True, check=True).stdout
    outside, inside = pty.openpty()
    child = subprocess.Popen(command, env=environ, stdout=inside)
    os.close(inside)
    shown = b""
    while True:
        try:
            part = os.read(outside, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(outside)
    assert child.wait() == 0
    text = shown.replace(b"\r\n", b"\n").decode()
    assert ("\x1b" in text) is coloured
    assert "\x1b" not in piped.decode() == ESCAPE.sub("", text)
