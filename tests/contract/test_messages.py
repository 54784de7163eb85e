"""Every sentence is in messages.json, is said somewhere, and gets exactly the fields it names."""

from __future__ import annotations

import ast
import json
import re
import string
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Set

ROOT = Path(__file__).resolve().parents[2]
MESSAGES: Dict[str, str] = json.loads(
    (ROOT / "scripts/ib_portfolio/core/messages.json").read_text(encoding="utf-8")
)
SAYERS = {"say", "Refusal", "Usage"}
SOURCES = [*sorted((ROOT / "scripts").rglob("*.py")), *sorted((ROOT / "templates").rglob("*.j2"))]


class Said(NamedTuple):
    """A call that says a message: its literal keys, and the names of its fields; None for **."""

    where: str
    keys: List[str]
    fields: Set[str]
    more: bool


def literals(node: ast.AST) -> List[str]:
    """The keys that an argument can be when it is written out, as text or as a choice of texts."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return []


def all_said() -> Iterator[Said]:
    for path in SOURCES:
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAYERS and node.args:
                names = {keyword.arg for keyword in node.keywords}
                yield Said(
                    f"{path.name}:{node.lineno}",
                    literals(node.args[0]),
                    {name for name in names if name},
                    None in names,
                )


def fields_of(text: str) -> Set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_each_literal_key_exists_and_gets_its_fields_and_no_other() -> None:
    found = list(all_said())
    assert sum(len(said.keys) for said in found) > 100
    for said in found:
        wanted: Set[str] = set()
        for key in said.keys:
            assert key in MESSAGES, f"{said.where}: {key}"
            wanted |= fields_of(MESSAGES[key])
            if not said.more:
                missing = fields_of(MESSAGES[key]) - said.fields
                assert not missing, f"{said.where}: {key} lacks {missing}"
        if said.keys:
            assert said.fields <= wanted, f"{said.where}: {said.fields - wanted} is not said"


def test_every_message_is_said_somewhere() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    # Families such as held.OPT are said by a key that is put together: f"held.{category}".
    families = set(re.findall(r'f"([a-z_]+[._])\{', text))
    quoted = set(re.findall(r"""["'](?=([a-z_.0-9A-Z -]+)["'])""", text))
    unsaid = [
        key
        for key in MESSAGES
        if key not in quoted
        and f"messages.{key}" not in text
        and not any(key.startswith(family) for family in families)
    ]
    assert unsaid == []


def test_no_sentence_is_written_in_code() -> None:
    """Prose of five words and more belongs into messages.json; docstrings are no prose to users.

    What a failed check found is left out: it describes a fault of ours, for a report of it.
    """
    found = []
    for path in sorted((ROOT / "scripts" / "ib_portfolio").rglob("*.py")):
        if "checks" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documentation = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        # Names as in "a b c".split() are a list, no sentence.
        lists = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr == "split"
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = re.findall(r"[A-Za-z]{2,} (?=[a-z])", node.value)
                is_prose = len(words) >= 5 and "<" not in node.value
                if is_prose and id(node) not in documentation | lists:
                    found.append(f"{path.name}:{node.lineno}: {node.value[:60]}")
    assert found == []
