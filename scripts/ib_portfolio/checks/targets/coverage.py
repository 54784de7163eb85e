"""Which holding counts in which share of an own target, and what is bought that is not held."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ...core.asset_classes import CASH, MIXED, TRADED_CLASSES
from ...core.plain_text import plain
from ..evidence import Evidence, Holding
from ..funds.fund_evidence import Counted, kind_of_symbol
from .raw_target import RawPrice, RawTarget, raw_prices

_LIST = "[,;、，；]"


def symbol_key(symbol: str) -> str:
    """A symbol as a target would name it: upper-case, with single spaces."""
    return " ".join(plain(symbol).upper().split())


def covered(evidence: Evidence, target: RawTarget, base: str) -> Evidence:
    """The evidence with each holding in its share, the others left alone or to be closed.

    What the target names, is not held and has a price, becomes a holding of nothing.
    """
    keys = _names_of_keys(evidence, target)
    both = all(name in target.shares for name in TRADED_CLASSES)
    keeps_funds = target.names_cash or not target.names_symbols
    in_classes = {CASH: keeps_funds, MIXED: both}
    rows, held = [], set()
    for row in evidence.holdings:
        own = keys.get(symbol_key(row.symbol), "")
        if row.asset_class and own:
            held.add(own)
            rows.append(_unlocked(row, evidence)._replace(own_share=own))
        elif not row.asset_class or in_classes.get(
            row.asset_class, row.asset_class in target.shares
        ):
            rows.append(row)
        elif "sell-others" in evidence.asked:
            # What counts as cash is sold apart from the cash that stays.
            own = symbol_key(row.symbol) if row.asset_class == CASH else ""
            rows.append(_unlocked(row, evidence)._replace(closes=True, own_share=own))
        else:
            alone = row.counted._replace(parts=())
            rows.append(row._replace(asset_class="", locked=False, counted=alone, unnamed=True))
    missing = [name for name in keys.values() if name not in held]
    rows += _not_held(evidence, missing, base)
    return evidence._replace(holdings=tuple(rows))


def _names_of_keys(evidence: Evidence, target: RawTarget) -> dict[str, str]:
    """The named symbols by that of the holdings they mean: BRK.B is BRK B if that is held."""
    held = {symbol_key(row.symbol) for row in evidence.holdings}
    found = {}
    for name in target.shares:
        if name not in (CASH, *TRADED_CLASSES):
            spaced = name.replace(".", " ")
            found[spaced if name not in held and spaced in held else name] = name
    return found


def _unlocked(row: Holding, evidence: Evidence) -> Holding:
    """The holding; where only its class was in doubt it may be traded, but for the user's locks."""
    if not row.counted.kind.startswith(f"{MIXED}:") or row.category == "FUND":
        return row
    locks = [part.strip().upper() for part in re.split(_LIST, evidence.asked.get("lock", ""))]
    return row._replace(
        locked=plain(row.symbol).upper() in locks or f"{row.asset_class}:*" in locks
    )


def _not_held(evidence: Evidence, names: list[str], base: str) -> Iterator[Holding]:
    prices = raw_prices(evidence.asked.get("price", ""))
    for name in names:
        told = prices.get(name)
        currency = (told.currency if told else "") or base
        rate = rate_of(evidence, currency, base)
        if told and rate:
            yield _bought(name, told._replace(currency=currency), rate, evidence.asked)


def rate_of(evidence: Evidence, currency: str, base: str) -> Decimal | None:
    """Base currency for one unit of a currency by the raw input; None where it does not tell."""
    if currency == base:
        return Decimal(1)
    rates = {row.currency: row.rate for row in evidence.holdings}
    return dict(evidence.rates).get(currency) or rates.get(currency)


def _bought(name: str, told: RawPrice, rate: Decimal, asked: dict[str, str]) -> Holding:
    kind = kind_of_symbol(name, told.currency, told.exchange, asked)
    asset_class = MIXED if kind.startswith(f"{MIXED}:") else kind
    return Holding(
        symbol=name,
        conid="",
        currency=told.currency,
        asset_class=asset_class or "STK",
        quantity=Decimal(0),
        value=Decimal(0),
        gain=None,
        treasury=False,
        rate=rate,
        by_face=False,
        locked=False,
        category="STK",
        counted=Counted(asset_class or "STK", kind=kind),
        own_share=name,
        stated_unit=told.price * rate,
        row={"symbol": name, "currency": told.currency, "listingExchange": told.exchange},
    )
