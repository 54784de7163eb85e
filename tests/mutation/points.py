"""Where a source file can be changed by one small mistake, and the changed source.

Left out: docstrings, annotations, decorators, text within f-strings, and code under TYPE_CHECKING,
none of which decides what a run does.
"""

from __future__ import annotations

import ast
import copy
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Tuple

COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
DELETED = (ast.Expr, ast.Assign, ast.AugAssign, ast.Raise, ast.Continue, ast.Break)
Replacements = Iterator[Tuple[str, ast.AST, ast.AST]]


class Mutant(NamedTuple):
    """One change of a file: which operator, where, and the text of the lines before and after.

    `path` is below the library. `function` is the line where the innermost function's code starts,
    0 outside of any. Before and after are one line each, with single spaces. `start` and `end` are
    bytes of the file, which `text` takes the place of.
    """

    path: str
    operator: str
    line: int
    function: int
    before: str
    after: str
    start: int
    end: int
    text: bytes

    def applied(self, source: str) -> str:
        """The file's text with the change."""
        whole = source.encode()
        return (whole[: self.start] + self.text + whole[self.end :]).decode()


def _with(node: ast.AST, **changes: object) -> ast.AST:
    """A copy of the node with other fields."""
    other = copy.copy(node)
    for name, value in changes.items():
        setattr(other, name, value)
    return other


def _for_types(node: ast.AST) -> bool:
    """Whether it is a condition on TYPE_CHECKING."""
    return isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"


def _compared(node: ast.Compare) -> Replacements:
    for place, operator in enumerate(node.ops):
        ops = [*node.ops[:place], COMPARISONS[type(operator)](), *node.ops[place + 1 :]]
        yield "comparison", node, _with(node, ops=ops)


def _calculated(node: ast.AST) -> Replacements:
    if type(node.op) in ARITHMETIC:
        yield "arithmetic", node, _with(node, op=ARITHMETIC[type(node.op)]())


def _joined(node: ast.BoolOp) -> Replacements:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield "and/or", node, _with(node, op=other)


def _signed(node: ast.UnaryOp) -> Replacements:
    if isinstance(node.op, (ast.Not, ast.USub)):
        yield "not/minus removed", node, node.operand


def _constant(node: ast.Constant) -> Replacements:
    if isinstance(node.value, bool):
        yield "True/False", node, ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield "number", node, ast.Constant(node.value + 1)


def _called(node: ast.Call) -> Replacements:
    if not isinstance(node.func, ast.Name):
        return
    if node.func.id in CALLS:
        yield "min/max/any/all", node.func, ast.Name(CALLS[node.func.id])
    first = node.args[0] if node.args else None
    number = str(getattr(first, "value", ""))
    if node.func.id == "Decimal" and number[:1].isdigit():
        yield "number", first, ast.Constant("1" + number)


def _returned(node: ast.Return) -> Replacements:
    if node.value is not None and getattr(node.value, "value", node) is not None:
        yield "return None", node.value, ast.Constant(None)


def _chosen(node: ast.AST) -> Replacements:
    if not isinstance(node.test, ast.Constant) and not _for_types(node):
        yield "condition", node.test, ast.Constant(False)
        if not isinstance(node, ast.While):
            yield "condition", node.test, ast.Constant(True)


def _filtered(node: ast.comprehension) -> Replacements:
    for condition in node.ifs:
        yield "condition", condition, ast.Constant(True)


def _sliced(node: ast.Subscript) -> Replacements:
    part = node.slice
    if isinstance(part, ast.Slice):
        for end in ("lower", "upper"):
            if getattr(part, end) is not None:
                yield "slice", node, _with(node, slice=_with(part, **{end: None}))


OPERATORS: Dict[type, Callable[[ast.AST], Replacements]] = {
    ast.Compare: _compared,
    ast.BinOp: _calculated,
    ast.AugAssign: _calculated,
    ast.BoolOp: _joined,
    ast.UnaryOp: _signed,
    ast.Constant: _constant,
    ast.Call: _called,
    ast.Return: _returned,
    ast.If: _chosen,
    ast.IfExp: _chosen,
    ast.While: _chosen,
    ast.comprehension: _filtered,
    ast.Subscript: _sliced,
}


def _replacements(node: ast.AST, in_function: bool) -> Replacements:
    """What a node becomes."""
    if type(node) in OPERATORS:
        yield from OPERATORS[type(node)](node)
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if in_function and isinstance(node, DELETED) and not docstring:
        yield "statement deleted", node, ast.Pass()


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below that decide something."""
    skipped = {"annotation", "returns", "decorator_list"}
    if isinstance(node, ast.JoinedStr) or _for_types(node):
        return
    for name, value in ast.iter_fields(node):
        if name not in skipped:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield child


def _nodes(node: ast.AST, function: int = 0) -> Iterator[Tuple[ast.AST, int]]:
    """Every node with the line where its innermost function's code starts."""
    for child in _children(node):
        within = function
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            within = min([child.lineno, *(one.lineno for one in child.decorator_list)])
        yield child, within
        yield from _nodes(child, within)


class _Text:
    """A file's text, in which nodes are replaced by others."""

    def __init__(self, source: str) -> None:
        self.source = source.encode()
        self.starts = [0]
        for line in self.source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def mutant(self, old: ast.AST, new: ast.AST, **known: Any) -> Mutant:
        """The change of `old` into `new`."""
        first, last = self.starts[old.lineno - 1], self.starts[old.end_lineno]
        start = first + old.col_offset
        end = self.starts[old.end_lineno - 1] + old.end_col_offset
        text = ast.unparse(new).encode()
        if isinstance(new, ast.expr) and not isinstance(new, (ast.Constant, ast.Name)):
            text = b"(" + text + b")"
        before = " ".join(self.source[first:last].decode().split())
        lines = self.source[first:start] + text + self.source[end:last]
        after = " ".join(lines.decode().split())
        known.update(line=old.lineno, before=before, after=after)
        return Mutant(start=start, end=end, text=text, **known)


def compiles(source: str) -> bool:
    """Whether Python reads the text."""
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def mutants_of(path: str, source: str) -> List[Mutant]:
    """Every change of a file, in the file's order. A few may not compile."""
    text, found = _Text(source), []
    for node, function in _nodes(ast.parse(source)):
        for operator, old, new in _replacements(node, bool(function)):
            one = text.mutant(old, new, path=path, operator=operator, function=function)
            if one.before != one.after:
                found.append(one)
    return found


def stale(listed: Tuple[str, str, str], sources: Dict[str, str]) -> Optional[str]:
    """What is wrong with a listed change, its path, before and after; nothing where it is made."""
    path, before, after = listed
    if path not in sources:
        return f"{path}: no such file"
    made = {(one.before, one.after) for one in mutants_of(path, sources[path])}
    return None if (before, after) in made else f"{path}: no longer made: {before} -> {after}"
