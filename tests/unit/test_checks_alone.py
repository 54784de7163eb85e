"""The checks without the planner: they import, pass on a stored plan, and find what is wrong in it.

Everything that plans, taxes, prices or writes is gone from the copy in which they run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict

import pytest
from terminal import run

ROOT = Path(__file__).parents[2]
SAMPLE = str(ROOT / "samples" / "statement.xml")
# Of the folders beside checks/ what the checks may have: core, the reading of files, and data.
GONE = ("planning", "taxes", "reports", "analysis", "claude_code", "request")
ALONE = """
import json, pathlib, sys
sys.path.insert(0, sys.argv[1])
from ib_portfolio.core.numbers import use_exact_decimals
use_exact_decimals()
import importlib
root = pathlib.Path(sys.argv[1]) / "ib_portfolio"
names = [
    ".".join(("ib_portfolio", *path.relative_to(root).with_suffix("").parts))
    for path in sorted((root / "checks").rglob("*.py")) if path.name != "__init__.py"
]
for name in names:
    importlib.import_module(name)
from ib_portfolio.checks.evidence import statement_evidence
from ib_portfolio.checks.self_check import check_plan
from ib_portfolio.sources.flex_account import account_day
from ib_portfolio.sources.flex_xml import read_flex
day = account_day(read_flex(sys.argv[2]), "")
asked = json.loads(sys.argv[3])
evidence = statement_evidence(day.rows, asked, day.dates.slashed, day.to_date, day.from_date)
results, others = check_plan(json.load(sys.stdin), evidence)
failed = [row["name"] for row in results if not row["passed"]]
print(json.dumps({"modules": len(names), "checks": len(results), "failed": failed}))
"""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the scripts without what the checks must not need."""
    copy = tmp_path_factory.mktemp("alone") / "scripts"
    shutil.copytree(ROOT / "scripts", copy, ignore=shutil.ignore_patterns("__pycache__"))
    library = copy / "ib_portfolio"
    for name in GONE:
        shutil.rmtree(library / name)
    for path in (library / "market").glob("*.py"):
        path.unlink()
    for path in library.glob("*.py"):
        if path.name != "__init__.py":
            path.unlink()
    return copy


def checked(scripts: Path, document: Dict[str, Any], asked: Dict[str, str]) -> Dict[str, Any]:
    """What the checks alone say of a stored plan."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, os.fspath(scripts), SAMPLE, json.dumps(asked)],
        input=json.dumps(document),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


OPTIONS = [
    ("", {}),
    ("--band 2", {"band": "2"}),
    ("--min-trade 5000", {"min-trade": "5000"}),
    ("--target 70/20/10", {"target": "70/20/10"}),
]


@pytest.mark.parametrize("words, asked", OPTIONS)
def test_a_stored_plan_passes_and_a_figure_that_is_moved_fails(
    scripts: Path, words: str, asked: Dict[str, str]
) -> None:
    profile = [] if "target" in asked else ["growth"]
    answer = run([*profile, *words.split(), "--statement", SAMPLE, "--json"])
    assert answer.code == 0, answer.err
    document = json.loads(answer.out)
    found = checked(scripts, document, asked)
    assert found["failed"] == [] and found["modules"] > 40
    assert found["checks"] == len(document["checks"]) > 20
    document["trades"][0]["amount"] = "1.00"
    assert "amounts" in checked(scripts, document, asked)["failed"]
