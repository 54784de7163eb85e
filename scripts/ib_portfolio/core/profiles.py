"""The profiles: which share of the portfolio each asset class should have."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from .asset_classes import ASSET_CLASSES, CASH
from .json_file import read_json_file
from .messages import Ours, Refusal
from .record import Record

_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "profiles.json")


_NONE: Mapping[str, str] = {}


class Profile(Record):
    """A named allocation; `percent` maps its sleeves to percent of the investable value.

    Sleeves are STK, BOND and CASH and, in a target of the user's own, symbols. `named` are those
    that such a target names, in its order; () for the profiles of profiles.json.
    """

    name: str
    percent: dict[str, Decimal]
    focus: str
    named: tuple[str, ...] = ()
    # Of the symbols of which nothing is held: the class that the user or a table says, if any does.
    classes_told: Mapping[str, str] = _NONE

    @property
    def traded(self) -> tuple[str, ...]:
        """The sleeves that are bought and sold; cash is what is left."""
        return tuple(name for name in self.percent if name != CASH)

    @property
    def names_symbols(self) -> bool:
        """Whether the user's own target names a symbol, and not only classes."""
        return any(name not in ASSET_CLASSES for name in self.named)


@cache
def _read() -> dict:
    return read_json_file(_PATH)


def load_profiles() -> dict[str, Profile]:
    """Every profile of profiles.json by name, in the file's order; each sums to 100 percent."""
    return {
        name: Profile(name, {key: Decimal(row[key]) for key in ASSET_CLASSES}, row["focus"])
        for name, row in _read()["profiles"].items()
    }


def default_profile() -> str:
    """The name of the profile that is meant when none is named."""
    return _read()["default"]


def find_profile(name: str) -> Profile:
    """The profile called `name`; Refusal("unknown_profile") when there is none."""
    profiles = load_profiles()
    if name not in profiles:
        raise unknown_profile(profiles)
    return profiles[name]


def unknown_profile(profiles: dict[str, Profile]) -> Refusal:
    """The refusal that lists the available profiles."""
    return Refusal("unknown_profile", profiles=Ours(", ".join(f"`{name}`" for name in profiles)))
