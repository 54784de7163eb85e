"""A policy file read a second time, line by line: its targets, prices and bands."""

from __future__ import annotations

import re

from ...core.record import Record
from .raw_target import (
    RawBands,
    RawPrice,
    RawTarget,
    raw_bands,
    raw_prices,
    raw_target,
)

_SECTION = re.compile(r"\[([^\]]*)\]")
_COMMENT = re.compile(r"(^|\s)[#;].*$")
_PERCENT = re.compile(r"[\d.]+\s*[%％]?")
_FOR_ALL = ("default", "all")
_MOST = 1_000_000  # characters: a larger file is none that a person wrote


class RawPolicy(Record):
    """The sections of the file by lower-case name, each as its lines' names and values."""

    sections: dict[str, list[tuple[str, str]]]

    def target(self, name: str = "") -> RawTarget | None:
        """The target, or that of a name; None where the file has none."""
        lines = self.sections.get(f"target.{name.casefold()}" if name else "target")
        if not lines:
            return None
        parts = (f"{key} {value}" if _PERCENT.fullmatch(value) else value for key, value in lines)
        return raw_target(", ".join(parts))

    @property
    def prices(self) -> dict[str, RawPrice]:
        """The stated prices by symbol."""
        return raw_prices(",".join(f"{key}={value}" for key, value in self._of("prices")))

    @property
    def bands(self) -> RawBands | None:
        """The bands, None where the file has no width for all."""
        lines = [(key, value) for key, value in self._of("bands") if re.search(r"\d", value)]
        default = [value for key, value in lines if key.casefold() in _FOR_ALL]
        own = [f"{key}={value}" for key, value in lines if key.casefold() not in _FOR_ALL]
        return raw_bands(",".join([*default[:1], *own])) if default else None

    def _of(self, section: str) -> list[tuple[str, str]]:
        return self.sections.get(section, [])


def raw_policy(path: str) -> RawPolicy:
    """The policy in the file at `path`; OSError or ValueError where it cannot be read."""
    with open(path, encoding="utf-8-sig") as file:
        text = file.read(_MOST)
    sections: dict[str, list[tuple[str, str]]] = {}
    lines: list[tuple[str, str]] = []
    for line in text.splitlines():
        line = _COMMENT.sub("", line).strip()
        section = _SECTION.fullmatch(line)
        if section:
            name = ".".join(part.strip() for part in section[1].casefold().split("."))
            lines = sections.setdefault(name, [])
        elif line:
            key, value = [*re.split("[=:]", line, maxsplit=1), ""][:2]
            lines.append((key.strip(), value.strip()))
    return RawPolicy(sections)
