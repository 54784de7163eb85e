"""The mutation run: every operator changes the source, and a run tells killed from survived."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Dict, List

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from mutants import ROOT, equivalent, run, sample, sources_of, table
from mutation.covering_tests import A_PROGRAM, Measured
from mutation.points import compiles, mutants_of, stale
from mutation.trials import Verdict, likeliest

OPERATORS: Dict[str, List[str]] = {
    "x = a < b": ["x = (a <= b)"],
    "x = a == b": ["x = (a != b)"],
    "x = a < b <= c": ["x = (a <= b <= c)", "x = (a < b < c)"],
    "x = a + b": ["x = (a - b)"],
    "x = a * b": ["x = (a / b)"],
    "x += a": ["x -= a"],
    "x = a and b": ["x = (a or b)"],
    "x = not a": ["x = a"],
    "x = -a": ["x = a"],
    "x = 4": ["x = 5"],
    "x = True": ["x = False"],
    "x = min(a, b)": ["x = max(a, b)"],
    "x = Decimal('0.5')": ["x = Decimal('10.5')"],
    "x = a[b:c]": ["x = (a[:c])", "x = (a[b:])"],
    "x = b if a else c": ["x = b if False else c", "x = b if True else c"],
    "x = [a for a in b if a]": ["x = [a for a in b if True]"],
    "while a: b": ["while False: b"],
    "def f():\n    return x": ["return None"],
    "def f():\n    x()": ["pass"],
    "def f():\n    x = a": ["pass"],
    "def f():\n    raise x": ["pass"],
    "if é < a: b": ["if False: b", "if True: b", "if (é <= a): b"],
}
UNCHANGED = (
    '"""A docstring."""',
    "def f() -> Annotated[int, 3]:\n    '''What it does.'''",
    "@cached(3)\ndef f():\n    return None",
    "x = f'{a + 1}'",
    "if TYPE_CHECKING:\n    import a",
    "x = 'text'",
)
MODULE = '''"""A tiny module."""


def larger(a, b):
    """The larger of two numbers."""
    if a > b:
        return a
    return b


def endless(count):
    """Zero, in steps of one."""
    while count:
        count -= 1
    return count


def untested(a):
    return a
'''
TEST = """from ib_portfolio.taxes.tiny import endless, larger


def test_larger():
    assert larger(1, 2) == 2 and larger(2, 1) == 2


def test_endless():
    assert endless(3) == 0
"""


@pytest.mark.parametrize("source", OPERATORS)
def test_each_operator_changes_the_line_and_compiles(source: str) -> None:
    made = mutants_of("a.py", source)
    assert [one.after for one in made] == OPERATORS[source]
    for one in made:
        assert one.applied(source) != source and compiles(one.applied(source))


@pytest.mark.parametrize("source", UNCHANGED)
def test_text_that_decides_nothing_is_left(source: str) -> None:
    assert mutants_of("a.py", source) == []


def test_a_mutant_knows_its_function_with_its_decorators() -> None:
    source = "x = 1\n\n\n@cached\ndef f():\n    def g():\n        return 2\n    return 3\n"
    assert [
        (one.after, one.function) for one in mutants_of("a.py", source) if "None" in one.after
    ] == [
        ("return None", 6),
        ("return None", 4),
    ]
    assert mutants_of("a.py", source)[0].function == 0


def test_tests_of_the_function_come_in_order_and_others_not() -> None:
    function, outside = (
        mutants_of("a.py", "def f():\n    return 1")[0],
        mutants_of("a.py", "x = 1")[0],
    )
    tests = [
        Measured("long", 9, {"a.py:1"}),
        Measured("other", 1, {"a.py:8"}),
        Measured("short", 1, {"a.py:1"}),
        Measured("elsewhere", 1, {"b.py:1"}),
        Measured("program", 1, {"b.py:1", A_PROGRAM}),
    ]
    assert [one.node for one in likeliest(function, tests)] == ["short", "long"]
    assert [one.node for one in likeliest(outside, tests)] == ["other", "short", "long"]
    assert [one.node for one in likeliest(function, tests[3:])] == ["program"]


def test_a_sample_is_as_many_of_each_folder_by_the_seed() -> None:
    sources = {"a/x.py": "x = 1 + 2\ny = 3 + 4", "b/y.py": "x = 1\ny = 2\nz = 3"}
    drawn = sample(sources, 4, 7)
    assert sorted(one.path for one in drawn) == ["a/x.py", "a/x.py", "b/y.py", "b/y.py"]
    assert drawn == sample(sources, 4, 7) and len({sample(sources, 4, n)[0] for n in range(9)}) > 1


def test_a_listed_mutant_that_is_no_longer_made_is_stale() -> None:
    sources = {"a/x.py": "x = 1 + 2"}
    assert stale(("a/x.py", "x = 1 + 2", "x = (1 - 2)"), sources) is None
    assert "no longer made" in stale(("a/x.py", "x = 1 + 3", "x = (1 - 3)"), sources)
    assert "no such file" in stale(("a/y.py", "x = 1 + 2", "x = (1 - 2)"), sources)


def test_the_listed_ones_are_made_and_have_a_reason() -> None:
    known = equivalent()
    sources = sources_of(ROOT, sorted({path.partition("/")[0] for path, _, _ in known}))
    sources = {path: text for path, text in sources.items() if path in {one[0] for one in known}}
    assert [said for said in (stale(one, sources) for one in known) if said] == []
    assert known and all(len(reason.split()) > 3 for reason in known.values())


def test_the_score_leaves_the_equivalent_out_and_95_is_enough() -> None:
    source = "x = [" + ", ".join(str(number) for number in range(20)) + "]"
    made = mutants_of("a/x.py", source)
    found = [Verdict(one, "killed", 1) for one in made[:19]] + [Verdict(made[19], "survived", 1)]
    lines, enough = table(found, {})
    assert enough and lines[1].split() == ["a", "20", "19", "0", "1", "95.0%"]
    lines, enough = table(found[1:], {})
    assert not enough and lines[1].split() == ["a", "19", "18", "0", "1", "94.7%"]
    assert "a/x.py:1" in lines[2] and made[19].after in lines[2]
    listed = {(made[19].path, made[19].before, made[19].after): "why"}
    assert table(found, listed)[0][1].split() == ["a", "20", "19", "1", "0", "100.0%"]


def test_a_run_kills_reports_and_leaves_the_tree_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p a_plugin_of_the_caller")
    files = {
        "scripts/ib_portfolio/__init__.py": "",
        "scripts/ib_portfolio/taxes/__init__.py": "",
        "scripts/ib_portfolio/taxes/tiny.py": MODULE,
        "tests/test_tiny.py": TEST,
        "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["scripts"]\n',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    wanted = {"if (a >= b):", "while False:", "return None", "if True:"}
    mutants = [one for one in mutants_of("taxes/tiny.py", MODULE) if one.after in wanted]
    said: List[str] = []
    code = run(str(tmp_path), mutants, {}, 1, ["tests/test_tiny.py"], say=said.append)
    report = said[-1]
    assert code == 1 and "taxes" in report
    assert report.count("survived, 1 tests") == 1 and "-> if (a >= b):" in report
    assert report.count("untested, 0 tests") == 1 and "tiny.py:19" in report
    for name, text in files.items():
        assert (tmp_path / name).read_text() == text
