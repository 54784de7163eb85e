"""The plugin's settings under what was typed: which of the two counts."""

from __future__ import annotations

from typing import Dict

import pytest

from ib_portfolio.request.request import parse_text
from ib_portfolio.request.settings import with_settings


def options(typed: str, settings: Dict[str, str]) -> Dict[str, str]:
    return with_settings(parse_text(typed), settings).options


@pytest.mark.parametrize(
    "typed, settings, wanted",
    [
        ("", {"min_trade": "500"}, {"min-trade": "500"}),
        ("--min-trade 0", {"min_trade": "500"}, {"min-trade": "0"}),
        ("no orders under 200", {"min_trade": "500"}, {"min-trade": "200"}),
        ("", {"locked_symbols": "VTI"}, {"lock": "VTI"}),
        ("--lock AAPL", {"locked_symbols": "VTI"}, {"lock": "AAPL,VTI"}),
        ("don't touch AAPL", {"locked_symbols": "VTI;BND"}, {"lock": "AAPL,VTI;BND"}),
        ("--band 5", {"bond_symbols": "BND"}, {"band": "5", "bond_symbols": "BND"}),
        ("", {"not_ours": "x"}, {}),
        ("", {}, {}),
    ],
)
def test_an_option_comes_before_its_setting_and_locks_add_up(typed, settings, wanted):
    assert options(typed, settings) == wanted


def test_what_comes_from_the_settings_is_told_apart_from_what_is_typed():
    settings = {"locked_symbols": "VTI", "min_trade": "500", "bond_symbols": "BND"}
    found = with_settings(parse_text("--lock AAPL --min-trade 9"), settings)
    assert found.settings == {"lock": "VTI", "bond_symbols": "BND"}
    assert parse_text("--lock AAPL").settings == {}


@pytest.mark.parametrize(
    "typed, statement",
    [("growth", "/set.xml"), ("--statement /typed.xml", "/typed.xml"), ("--sample", "")],
)
def test_a_statement_that_is_set_gives_way_to_one_that_is_typed(typed, statement):
    found = with_settings(parse_text(typed), {"statement": "/set.xml", "min_trade": "5"})
    assert found.statement == statement
    assert "statement" not in found.options and "statement" not in found.settings


def test_the_settings_given_are_not_changed():
    settings = {"statement": "/set.xml", "locked_symbols": "VTI"}
    with_settings(parse_text("--lock AAPL"), settings)
    assert settings == {"statement": "/set.xml", "locked_symbols": "VTI"}
