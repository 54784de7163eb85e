"""How a bug is planted: a function of the program is replaced as long as a patch holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Callable

import pytest

Patch = pytest.MonkeyPatch
Plant = Callable[[Patch], None]
ZERO = Decimal(0)


def returns(owners: Any, name: str, change: Callable[[Any], Any]) -> Plant:
    """A bug that changes what a function returns, in the module that calls it by that name.

    Or in each of several, which are a tuple.
    """

    def plant(patch: Patch) -> None:
        for owner in owners if isinstance(owners, tuple) else (owners,):
            right = getattr(owner, name)
            patch.setattr(owner, name, _changed(right, change))

    return plant


def _changed(right: Callable[..., Any], change: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda *args, **named: change(right(*args, **named))


def replaced(owner: Any, name: str, value: Any) -> Plant:
    """A bug that is another function, or value, in the place of the right one."""
    return lambda patch: patch.setattr(owner, name, value)


def around(owner: Any, name: str, wrong: Callable[..., Any]) -> Plant:
    """A bug that calls the right function its own way: `wrong(right, *arguments)`."""

    def plant(patch: Patch) -> None:
        right = getattr(owner, name)
        patch.setattr(owner, name, lambda *args, **named: wrong(right, *args, **named))

    return plant


def preference(owner: Any, **changes: Callable[[Any], Any]) -> Plant:
    """A bug that reads a preference wrongly: each is changed by a function of its right value."""

    def change(found: Any) -> Any:
        new = {name: make(getattr(found, name)) for name, make in changes.items()}
        return found._replace(**new)

    return returns(owner, "read_preferences", change)
