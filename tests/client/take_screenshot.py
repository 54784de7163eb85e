"""Takes a picture of the interactive client showing a report, without a display.

Usage: python3 tests/client/take_screenshot.py [--columns 104] [--rows 110] [--theme dark|light]
           [--command "/rebalance-portfolio …"] [--from TEXT] [--until TEXT] [--text] FILE.png

The real client in tmux, alone with a scripted model: the plugin's hook shows the report. --from
and --until cut the picture to the lines between the first and the last that hold these texts.
--text prints the pane too. Needs tmux, chromium, and the fonts DejaVu, Noto CJK and Noto Color
Emoji; on Debian: tmux chromium fonts-dejavu fonts-noto-cjk fonts-noto-color-emoji.
Exit codes: 0 done, 1 something is missing (named), 2 usage. Development only.
"""

from __future__ import annotations

import argparse
import html
import os
import re
import subprocess
import sys
import unicodedata
from typing import NamedTuple

import claude_terminal
from claude_client import Missing, passing_folder, text, tool_path

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COMMAND = "/rebalance-portfolio --sample --profile growth --dry-run"
SHOWN = [[text("Shown above.")]]
LAST_LINE = "/10.0 after"
CELL, LINE, MARGIN = 9, 19, 18  # pixels
COLOURS = {"dark": ("#1a1b26", "#d8dee9"), "light": ("#ffffff", "#1f2328")}
# xterm's first 16 colours: readable on both backgrounds.
NAMED = (
    "#000000 #cd3131 #0dbc79 #c19c00 #2472c8 #bc3fbc #11a8cd #cccccc"
    " #767676 #f14c4c #23d18b #d7ba00 #3b8eea #d670d6 #29b8db #ffffff"
).split()
SEQUENCE = re.compile(r"\x1b\[([\d;:]*)m|\x1b[^m]*?[A-Za-z\\]|[\x0e\x0f]")
PAGE = """<!doctype html><meta charset="utf-8"><style>
html, body {{ margin: 0; background: {back}; }}
pre {{ margin: 0; padding: {margin}px; color: {fore}; line-height: {line}px; tab-size: 8;
  font: {size:.4f}px/{line}px "DejaVu Sans Mono", "Noto Sans Mono CJK JP", "Noto Color Emoji"; }}
i {{ display: inline-block; font-style: normal; height: {line}px; vertical-align: top;
  overflow: visible; text-align: left; white-space: pre; }}
</style><pre>{body}</pre>
"""


class Style(NamedTuple):
    """How a run of characters looks."""

    fore: str = ""
    back: str = ""
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False


def main() -> int:
    """The exit code, after writing the picture."""
    options = parse_options()
    claude_terminal.accept_dialogs = with_theme(claude_terminal.accept_dialogs, options.theme)
    try:
        chromium = tool_path("chromium", "chromium")
        lines = cut(capture(options), options.start, options.until)
        draw(chromium, lines, options)
    except Missing as error:
        print(error, file=sys.stderr)
        return 1
    if options.text:
        print("\n".join(SEQUENCE.sub("", line) for line in lines))
    return 0


def parse_options() -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(usage=__doc__.partition("Usage: ")[2].partition("\n\n")[0])
    parser.add_argument("--columns", type=int, default=104)
    parser.add_argument("--rows", type=int, default=110)
    parser.add_argument("--theme", choices=sorted(COLOURS), default="dark")
    parser.add_argument("--command", default=COMMAND)
    parser.add_argument("--from", dest="start", default="❯ /rebalance-portfolio")
    parser.add_argument("--until", default=LAST_LINE)
    parser.add_argument("--text", action="store_true")
    parser.add_argument("file")
    return parser.parse_args()


def with_theme(accept_dialogs, theme: str):
    """accept_dialogs with the theme chosen too."""

    def call(home: str, cwd: str) -> None:
        accept_dialogs(home, cwd)
        path = os.path.join(home, ".claude.json")
        with open(path, encoding="utf-8") as file:
            state = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(state.replace('"theme": "dark"', f'"theme": "{theme}"'))

    return call


def capture(options: argparse.Namespace) -> list:
    """The pane's lines with their colours, once the report is there to its end."""
    with passing_folder("screenshot-") as folder:
        home, project = os.path.join(folder, "home"), os.path.join(folder, "project")
        os.makedirs(home)
        os.makedirs(project)
        size = (options.columns, options.rows)
        session = claude_terminal.tmux_session(
            script=SHOWN, plugin_dir=ROOT, home=home, cwd=project, size=size
        )
        with session as screen:
            screen.wait_for("❯")
            screen.type(options.command)
            screen.wait_for(options.command.split()[-1])
            screen.send_keys("Enter")
            screen.wait_for(LAST_LINE, timeout=60)
            return screen.command("capture-pane", "-e", "-p").splitlines()


def cut(lines: list, start: str, until: str) -> list:
    """The lines from the first that holds `start` to the last that holds `until`."""
    plain = [SEQUENCE.sub("", line) for line in lines]
    first = next((place for place, line in enumerate(plain) if start in line), 0)
    ends = [place for place, line in enumerate(plain) if until in line]
    return lines[first : (ends[-1] if ends else len(lines)) + 1]


def draw(chromium: str, lines: list, options: argparse.Namespace) -> None:
    """Writes the picture of the lines; raises CalledProcessError when chromium fails."""
    back, fore = COLOURS[options.theme]
    page = PAGE.format(
        back=back,
        fore=fore,
        margin=MARGIN,
        line=LINE,
        size=CELL / 0.602051,  # the advance of DejaVu Sans Mono, so that a cell is whole pixels
        body="\n".join(as_html(lines, options.theme)),
    )
    width = options.columns * CELL + 2 * MARGIN
    height = len(lines) * LINE + 2 * MARGIN
    with passing_folder("screenshot-") as folder:
        source = os.path.join(folder, "page.html")
        with open(source, "w", encoding="utf-8") as file:
            file.write(page)
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += [f"--user-data-dir={folder}/profile", f"--window-size={width},{height}"]
        command += [f"--screenshot={os.path.abspath(options.file)}", f"file://{source}"]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


def as_html(lines: list, theme: str) -> list:
    """Each line as HTML; a style lasts until the next sequence, over line ends too."""
    style, drawn = Style(), []
    for line in lines:
        position, parts = 0, []
        for found in SEQUENCE.finditer(line):
            parts.append(span(line[position : found.start()], style, theme))
            style = changed(style, found.group(1)) if found.group(1) is not None else style
            position = found.end()
        drawn.append("".join([*parts, span(line[position:], style, theme)]))
    return drawn


def changed(style: Style, codes: str) -> Style:
    """`style` after one SGR sequence."""
    rest = [int(code) if code else 0 for code in re.split("[;:]", codes)]
    flags = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse"}
    off = {22: ("bold", "dim"), 23: ("italic",), 24: ("underline",), 27: ("reverse",)}
    while rest:
        code = rest.pop(0)
        if code == 0:
            style = Style()
        elif code in flags:
            style = style._replace(**{flags[code]: True})
        elif code in off:
            style = style._replace(**dict.fromkeys(off[code], False))
        elif code in (38, 48):
            style = style._replace(**{"fore" if code == 38 else "back": long_colour(rest)})
        elif code in (39, 49):
            style = style._replace(**{"fore" if code == 39 else "back": ""})
        elif code // 10 in (3, 4, 9, 10):
            bright = 8 if code >= 90 else 0
            name = "fore" if code // 10 in (3, 9) else "back"
            style = style._replace(**{name: NAMED[code % 10 + bright]})
    return style


def long_colour(rest: list) -> str:
    """The colour of 38 or 48, whose codes are taken off the front of `rest`."""
    if rest.pop(0) == 2:
        red, green, blue = rest.pop(0), rest.pop(0), rest.pop(0)
        return f"rgb({red},{green},{blue})"
    number = rest.pop(0)
    if number < 16:
        return NAMED[number]
    if number > 231:
        grey = 8 + 10 * (number - 232)
        return f"rgb({grey},{grey},{grey})"
    steps = (0, 95, 135, 175, 215, 255)
    number -= 16
    return f"rgb({steps[number // 36]},{steps[number // 6 % 6]},{steps[number % 6]})"


def span(words: str, style: Style, theme: str) -> str:
    """The characters as HTML, each that is not ASCII in a box as wide as its cells."""
    if not words:
        return ""
    back, fore = COLOURS[theme]
    front, behind = style.fore or fore, style.back
    if style.reverse:
        front, behind = behind or back, front
    rules = [f"color:{front}"]
    rules += [f"background:{behind}"] * bool(behind) + ["font-weight:bold"] * style.bold
    rules += ["opacity:.6"] * style.dim + ["font-style:italic"] * style.italic
    rules += ["text-decoration:underline"] * style.underline
    return f'<span style="{";".join(rules)}">{"".join(boxed(words))}</span>'


def boxed(words: str) -> list:
    """Each cell's characters; a variation selector or combining mark stays with what it follows."""
    cells = []
    for character in words:
        if cells and (unicodedata.combining(character) or character in "\ufe0e\ufe0f\u200d"):
            cells[-1] += character
        else:
            cells.append(character)
    return [one_box(cell) for cell in cells]


def one_box(cell: str) -> str:
    """One cell, or two for what terminals show wide."""
    if cell.isascii():
        return html.escape(cell)
    wide = unicodedata.east_asian_width(cell[0]) in "WF" or cell.endswith("\ufe0f")
    return f'<i style="width:{CELL * (2 if wide else 1)}px">{html.escape(cell)}</i>'


if __name__ == "__main__":
    sys.exit(main())
