"""Writes commands/*.md and hooks/hooks.json from templates/ and the library's data.

Usage: python3 tools/generate_commands.py [--check]
With --check nothing is written. Exit codes: 0 done, 1 a file is stale (named), 2 usage.
Development only: needs Jinja2, which `make commands` brings.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jinja2

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
LIBRARY = ROOT / "scripts" / "ib_portfolio"
_FOLDERS = {"md": "commands", "json": "hooks"}


def main(arguments: list[str]) -> int:
    """The exit code, after writing or checking every command."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    stale = [path for path, text in render_commands().items() if not _is_current(path, text)]
    for path in stale:
        print(f"{'stale' if arguments else 'wrote'}: {path.relative_to(ROOT).as_posix()}")
    if arguments:
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(render_commands()[path])
    return 0


def render_commands() -> dict[Path, bytes]:
    """Each command's file and the UTF-8 text with LF that belongs in it."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    data = read_data()
    return {
        ROOT / _FOLDERS[name.split(".")[-2]] / name[: -len(".j2")]: environment.get_template(name)
        .render(data)
        .encode()
        for name in environment.list_templates(extensions=["j2"])
        if not name.startswith("_")  # a part of others
    }


def read_data() -> dict[str, object]:
    """What the templates can name: the commands' own data, and the library's."""
    profiles = _read(LIBRARY / "core" / "profiles.json")
    setup = _read(LIBRARY / "request" / "setup_options.json")
    tax_rows = _read(LIBRARY / "request" / "tax_options.json").items()
    taxes = {
        command: {name: row for name, row in tax_rows if command in row["commands"]}
        for command in ("tax-report", "wash-sale-check")
    }
    return {
        **_read(TEMPLATES / "command.json"),
        **profiles,
        "argument_hint": argument_hint(
            _read(LIBRARY / "request" / "options.json"), list(profiles["profiles"])
        ),
        "hints": {
            **{command: argument_hint(rows, []) for command, rows in {**setup, **taxes}.items()},
            **review_hints(list(profiles["profiles"])),
        },
        "profile_list": ", ".join(f"`{name}`" for name in profiles["profiles"]),
        "messages": _read(LIBRARY / "core" / "messages.json"),
        "name": _read(ROOT / ".claude-plugin" / "plugin.json")["name"],
    }


def review_hints(profiles: list[str]) -> dict[str, str]:
    """The argument hints of the commands of review_options.json."""
    data = _read(LIBRARY / "request" / "review_options.json")
    rows = {**_read(LIBRARY / "request" / "options.json"), **data["options"]}
    return {
        command: argument_hint({name: rows[name] for name in names if name in rows}, profiles)
        for command, names in data["commands"].items()
    }


def argument_hint(options: dict[str, dict], profiles: list[str]) -> str:
    """The options marked so in brackets, those that exclude each other in one pair."""
    shown: dict[str, str] = {}
    for name, option in options.items():
        if not option.get("hint"):
            continue
        value = "|".join(profiles) if name == "profile" else option["value"]
        text = f"--{name} {value}" if value else f"--{name}"
        rival = next((other for other in option.get("excludes", []) if other in shown), None)
        shown[rival or name] = f"{shown[rival]} | {text}" if rival else text
    return " ".join(f"[{text}]" for text in shown.values())


def _read(path: Path) -> dict:
    """The JSON object in `path`."""
    return json.loads(path.read_text(encoding="utf-8"))


def _is_current(path: Path, text: bytes) -> bool:
    """Whether `path` already holds exactly `text`."""
    return path.is_file() and path.read_bytes() == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
