"""Records are what typing.NamedTuple makes of the same class, but for the time that it takes."""

from __future__ import annotations

import copy
import pickle
from typing import NamedTuple

import pytest

from ib_portfolio.core.record import Record


class Lot(Record):
    """A lot."""

    quantity: int
    cost: str | None
    opened: str = ""
    closed: str = "never"

    @property
    def is_open(self) -> bool:
        return self.closed == "never"


class Model(NamedTuple):
    """The same by the library."""

    quantity: int
    cost: str | None
    opened: str = ""
    closed: str = "never"


RIGHT = [
    ((1, None), {}),
    ((1,), {"cost": "2"}),
    ((), {"cost": "2", "quantity": 1}),
    ((1, "2", "a", "b"), {}),
    ((1, "2"), {"closed": "b"}),
]
WRONG = [
    ((), {}),
    ((1,), {}),
    ((1, "2"), {"quantity": 1}),
    ((1, "2"), {"color": "red"}),
    ((1, "2", "a", "b", "c"), {}),
]


# More than once, as a class that is often used gets another constructor.
@pytest.mark.parametrize("times", [1, 100])
@pytest.mark.parametrize(("values", "named"), RIGHT)
def test_a_record_is_made_as_by_the_library(times, values, named):
    for _ in range(times):
        lot, model = Lot(*values, **named), Model(*values, **named)
        assert lot == model and tuple(lot) == tuple(model)
    fields = ("quantity", "cost", "opened", "closed")
    assert [getattr(lot, field) for field in fields] == list(model)
    assert lot._asdict() == model._asdict() and Lot._fields == Model._fields == fields
    assert repr(lot) == repr(model).replace("Model", "Lot")
    assert lot.is_open == (lot.closed == "never")


@pytest.mark.parametrize("times", [1, 100])
@pytest.mark.parametrize(("values", "named"), WRONG)
def test_what_does_not_fit_is_refused(times, values, named):
    for _ in range(times):
        for kind in (Lot, Model):
            with pytest.raises(TypeError):
                kind(*values, **named)


def test_a_record_changes_only_by_replacing():
    lot = Lot(1, "2")
    assert lot._replace(closed="now") == Lot(1, "2", closed="now") and lot.is_open
    with pytest.raises(ValueError, match="color"):
        lot._replace(color="red")
    with pytest.raises(AttributeError):
        lot.quantity = 2
    with pytest.raises(AttributeError):
        lot.color = "red"
    assert hash(lot) == hash((1, "2", "", "never"))
    assert copy.deepcopy(lot) == lot and type(copy.copy(lot)) is Lot
    assert pickle.loads(pickle.dumps(lot)) == lot
    assert Lot._make([1, "2", "3", "4"]) == (1, "2", "3", "4")
