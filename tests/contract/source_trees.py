"""The library's modules as syntax trees, each parsed once for all tests that read them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Iterator, Tuple, Union

Import = Union[ast.Import, ast.ImportFrom]


@cache
def tree(path: Path) -> ast.Module:
    """A file's syntax tree, which nobody may change."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def import_nodes(path: Path) -> Tuple[Import, ...]:
    """A file's import statements, wherever in it."""
    return tuple(imports_below(tree(path)))


def imports_below(node: ast.AST) -> Iterator[Import]:
    """The import statements in a piece of code."""
    return (one for one in ast.walk(node) if isinstance(one, (ast.Import, ast.ImportFrom)))
