"""IBKR's commissions, by the dated table in fees.json."""

from __future__ import annotations

import json
import os
from decimal import Decimal

from ..core.numbers import ZERO, to_cents
from ..core.portfolio import Position

_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fees.json")


class FeeTable:
    """Commissions of the US schedule in base currency, also assumed for other markets."""

    def __init__(self, usd_rate: Decimal | None) -> None:
        """`usd_rate` is base currency for one US dollar; None counts a dollar as one of base."""
        with open(_PATH, encoding="utf-8") as file:
            table: dict[str, object] = json.load(file)
        self.as_of: str = table["as_of"]
        self.source: str = table["source"]
        usd = usd_rate or Decimal(1)
        share = table["share"]
        self._per_share = Decimal(share["per_share"]) * usd
        self._share_minimum = Decimal(share["minimum"]) * usd
        self._share_cap = Decimal(share["cap_percent"]) / 100
        exchange = table["exchange"]
        self._exchange = (
            Decimal(exchange["basis_points"]) / 10_000,
            Decimal(exchange["minimum"]) * usd,
        )
        self._face_schedules = {
            name: (_tiers(table[name]["tiers"], usd), Decimal(table[name]["minimum"]) * usd)
            for name in ("bond", "treasury")
        }

    def commission(self, position: Position, quantity: Decimal, amount: Decimal) -> Decimal:
        """What buying or selling `quantity` units for `amount` costs, to the cent; 0 for nothing.

        Shares: so much each, at least the minimum, at most a percentage of the amount, which wins.
        Bonds and bills: basis points of face by tiers, at least the minimum.
        """
        if not quantity:
            return ZERO
        if not position.by_face:
            fee = max(quantity * self._per_share, self._share_minimum)
            return to_cents(min(fee, amount * self._share_cap))
        tiers, minimum = self._face_schedules["treasury" if position.treasury else "bond"]
        return to_cents(max(_of_face(quantity * position.rate, tiers), minimum))

    def exchange(self, value: Decimal) -> Decimal:
        """What exchanging `value` of base currency costs, to the cent."""
        share, minimum = self._exchange
        return to_cents(max(value * share, minimum))


_Tiers = list[tuple[Decimal, Decimal]]


def _tiers(rows: list[dict[str, str]], usd: Decimal) -> _Tiers:
    """(face up to which it holds, fee per face) in base currency; the last has no end."""
    return [
        (
            Decimal(row["up_to_face"]) * usd if "up_to_face" in row else None,
            Decimal(row["basis_points"]) / 10_000,
        )
        for row in rows
    ]


def _of_face(face: Decimal, tiers: _Tiers) -> Decimal:
    fee, start = ZERO, ZERO
    for end, rate in tiers:
        stop = face if end is None else min(face, end)
        fee += max(stop - start, ZERO) * rate
        start = stop
    return fee
