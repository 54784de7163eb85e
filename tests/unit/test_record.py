"""Values with named fields, and that a run needs nothing heavier for them."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from decimal import Decimal

import pytest

from rebalancing.record import Record

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Coin(Record):
    """A coin."""

    metal: str
    value: Decimal
    year: int = 2026

    @property
    def is_dear(self) -> bool:
        """Whether it is worth more than one."""
        return self.value > 1


COIN = Coin("gold", Decimal(20))


def test_fields_by_place_and_by_name() -> None:
    assert COIN == Coin(value=Decimal(20), metal="gold") == Coin("gold", Decimal(20), 2026)
    assert (COIN.metal, COIN.value, COIN.year, COIN.is_dear) == ("gold", 20, 2026, True)
    assert tuple(COIN) == ("gold", Decimal(20), 2026) and Coin._fields == ("metal", "value", "year")
    assert repr(COIN) == "Coin(metal='gold', value=Decimal('20'), year=2026)"


def test_it_is_a_tuple_that_sorts_hashes_and_copies() -> None:
    older = COIN._replace(year=1900)
    assert sorted([COIN, older]) == [older, COIN] and len({COIN, copy.deepcopy(COIN)}) == 1
    assert type(copy.copy(COIN)) is Coin and COIN._asdict()["year"] == 2026


@pytest.mark.parametrize(
    "values, named",
    [
        ((), {}),
        (("gold",), {}),
        (("gold", 1, 2, 3), {}),
        (("gold", 1), {"metal": "tin"}),
        (("gold", 1), {"size": 3}),
        ((), {"metal": "gold"}),
    ],
)
def test_missing_double_and_unknown_fields_are_errors(values, named) -> None:
    with pytest.raises(TypeError):
        Coin(*values, **named)


def test_it_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        COIN.year = 1
    with pytest.raises(TypeError):
        COIN._replace(size=3)


def test_a_run_on_the_sample_loads_no_module_that_costs_much() -> None:
    """Each of these costs a run more than its whole planning; measured by tests/bench.py."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from rebalance import main;"
        "assert main(['--sample']); print(*sys.modules)"
    )
    scripts = os.path.join(ROOT, "scripts")
    command = [sys.executable, "-I", "-S", "-c", code, scripts]
    loaded = subprocess.run(command, check=True, capture_output=True).stdout.decode().split()
    assert "rebalancing.run" in loaded
    heavy = "typing dataclasses datetime argparse pathlib tempfile inspect logging xml.etree"
    assert not set(heavy.split()) & set(loaded)
