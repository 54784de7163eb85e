"""IBKR's commissions by exchange, currency and kind of bond, from the dated table in fees.json."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from ..core.numbers import ZERO, to_cents
from ..core.portfolio import Position

if TYPE_CHECKING:
    from .levies import Levy

_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fees.json")
PLANS = ("fixed", "tiered")
US = "US"
_UNKNOWN = "UNKNOWN"  # levies of which only that is known that there may be some
_Row = Mapping[str, object]
_Tiers = tuple[tuple[object, Decimal], ...]  # the end of the last is None


class Charges(NamedTuple):
    """What an order costs beside its amount, in base currency to the cent; none is below zero.

    `accrued_interest` is what a purchase of bonds pays and a sale receives; ex dividend it may be
    below zero.
    """

    commission: Decimal
    taxes: Decimal
    accrued_interest: Decimal


class Schedule(NamedTuple):
    """A schedule of commissions; amounts are in `currency`, the position's own where it is ""."""

    name: str
    currency: str
    per_share: Decimal | None
    tiers: _Tiers  # of the value, or of the face
    buy_tiers: _Tiers  # the same for purchases where they differ
    by_face: bool
    minimum: Decimal
    most: Decimal | None
    most_share: Decimal | None  # of the amount
    levies: str  # key of levies.json
    assumed: str = ""  # why the US schedule stands in: "exchange" not known, or "currency"
    levies_unknown: bool = False
    without_tiered: bool = False  # Fixed stands in, since no Tiered rates are known


class FeeTable:
    """Commissions and levies in base currency, by IBKR Pro's Fixed or Tiered plan.

    A market that is not in the table has the US schedule, and `schedule_of` says so.
    """

    def __init__(self, usd_rate: Decimal | None, plan: str = "fixed", day: str = "") -> None:
        """`usd_rate` is base currency for one US dollar; None counts a dollar as one of base.

        `plan` is one of PLANS; levies are those in force on `day` (YYYY-MM-DD), "" for the newest.
        """
        with open(_PATH, encoding="utf-8") as file:
            table: dict[str, object] = json.load(file)
        self.as_of: str = table["as_of"]
        self.plan = plan
        self.plan_name: str = table["plans"][plan]
        self._usd = usd_rate or Decimal(1)
        self._day = day
        exchange = table["exchange"]
        self._exchange = (
            Decimal(exchange["basis_points"]) / 10_000,
            Decimal(exchange["minimum"]) * self._usd,
        )
        self._rows = {
            (_code(code), row["currency"]): row
            for row in table["schedules"]
            for code in row["exchanges"]
        }
        self._codes = {code for code, _ in self._rows}
        self._bond_rows = table["bonds"]
        self._us = _schedule(table["schedules"][0], plan)._replace(levies="")
        self._schedules: dict[tuple[object, ...], Schedule] = {}
        self._levies: dict[tuple[object, ...], tuple[Levy, ...]] = {}

    def schedule_of(self, position: Position) -> Schedule:
        """The schedule that trading the position is charged by."""
        told = position.instrument
        if position.by_face:
            key = (position.treasury, position.currency, told.sub_category.upper())
        else:
            key = (told.exchange, position.currency, told.exchange_told)
        found = self._schedules.get(key)
        if found is None:
            found = self._bonds(position) if position.by_face else self._shares(position)
            self._schedules[key] = found
        return found

    def commission(
        self, position: Position, quantity: Decimal, amount: Decimal, buys: bool = True
    ) -> Decimal:
        """What trading `quantity` units for `amount` costs, to the cent; 0 for nothing.

        So much a share, or basis points of value or face by tiers; at least the minimum, at most
        the cap, which wins.
        """
        if not quantity:
            return ZERO
        schedule = self.schedule_of(position)
        unit = self._unit(schedule, position)
        if schedule.per_share is not None:
            fee = quantity * schedule.per_share * unit
        else:
            base = quantity * position.rate if schedule.by_face else amount
            tiers = schedule.buy_tiers if buys else schedule.tiers
            fee = _by_tiers(base, tiers, unit)
        fee = max(fee, schedule.minimum * unit)
        if schedule.most is not None:
            fee = min(fee, schedule.most * unit)
        if schedule.most_share is not None:
            fee = min(fee, amount * schedule.most_share)
        return to_cents(fee)

    def charges(self, position: Position, quantity: Decimal, amount: Decimal) -> Charges:
        """What an order costs: `quantity` is below zero for a sale, `amount` is not."""
        size, buys = abs(quantity), quantity > 0
        return Charges(
            self.commission(position, size, amount, buys),
            self.taxes(position, quantity, amount),
            position.accrued_interest(size),
        )

    def taxes(self, position: Position, quantity: Decimal, amount: Decimal) -> Decimal:
        """Levies and stamp duties of an order as `charges` gets it, to the cent, 0 where none are
        known; of a tax that depends on what no statement tells, the most there can be.
        """
        levies = self.levies_of(position)
        if not (levies and quantity):
            return ZERO
        size, buys, rate = abs(quantity), quantity > 0, position.rate
        return to_cents(sum((one.charge(size, amount, rate, buys) for one in levies), ZERO))

    def levies_of(self, position: Position) -> tuple[Levy, ...]:
        """The levies on trading the position; () for bonds, and where the
        exchange is not known.
        """
        told = position.instrument
        if position.by_face or not told.exchange:
            return ()
        issuer = told.issuer_country or told.isin[:2]
        key = (told.exchange, position.currency, issuer, told.sub_category)
        found = self._levies.get(key)
        if found is None:
            from .levies import levies_on

            schedule = self.schedule_of(position)
            found = levies_on(told, issuer, "" if schedule.assumed else schedule.levies, self._day)
            self._levies[key] = found
        return found

    def exchange(self, value: Decimal) -> Decimal:
        """What exchanging `value` of base currency costs, to the cent."""
        share, minimum = self._exchange
        return to_cents(max(value * share, minimum))

    def _unit(self, schedule: Schedule, position: Position) -> Decimal:
        """Base currency for one of the schedule's."""
        return self._usd if schedule.currency == "USD" else position.rate

    def _shares(self, position: Position) -> Schedule:
        told, currency = position.instrument, position.currency
        row = self._rows.get((_code(told.exchange), currency))
        if row is not None:
            return _schedule(row, self.plan)
        if told.exchange_told or told.exchange:
            return self._us._replace(assumed="exchange")
        return self._us if currency == "USD" else self._us._replace(assumed="currency")

    def _bonds(self, position: Position) -> Schedule:
        """By kind, and never by exchange: bonds are traded off it."""
        kind = position.instrument.sub_category.upper()
        name, assumed = "corporate", ""
        if position.currency == "USD" or not kind:
            if position.treasury:
                name = "treasury"
            elif kind.startswith("MUNI"):
                name = "municipal"
            assumed = "" if position.currency == "USD" else "currency"
        elif position.currency in ("EUR", "CHF"):
            name = "euro"
        elif position.currency == "GBP":
            name = "sterling"
        else:
            assumed = "currency"
        row = self._bond_rows[name]
        currency = "USD" if row["name"] == US else ""
        found = _read(row, row["name"], currency, row["of"] == "face")
        # A cap of another market is not known to hold.
        return found._replace(assumed=assumed, most=None, most_share=None) if assumed else found


def _code(exchange: str) -> str:
    """An exchange's code without punctuation, which IBKR's lists write in several ways."""
    return "".join(character for character in exchange.upper() if character.isalnum())


def _schedule(row: _Row, plan: str) -> Schedule:
    found = _read(row.get(plan) or row["fixed"], row["name"], row["currency"], False)
    levies = row.get("levies", "")
    return found._replace(
        levies=levies, levies_unknown=levies == _UNKNOWN, without_tiered=plan not in row
    )


def _read(row: _Row, name: str, currency: str, by_face: bool) -> Schedule:
    tiers = _tiers(row.get("tiers", ()))
    return Schedule(
        name=name,
        currency=currency,
        per_share=Decimal(row["per_share"]) if "per_share" in row else None,
        tiers=tiers,
        buy_tiers=_tiers(row["buy_tiers"]) if "buy_tiers" in row else tiers,
        by_face=by_face,
        minimum=Decimal(row["minimum"]),
        most=Decimal(row["cap"]) if "cap" in row else None,
        most_share=Decimal(row["cap_percent"]) / 100 if "cap_percent" in row else None,
        levies="",
    )


def _tiers(rows: list[dict[str, str]]) -> _Tiers:
    """(value or face up to which it holds, fee per one of it); the last has no end."""
    return tuple(
        (
            Decimal(row["up_to"]) if "up_to" in row else None,
            Decimal(row["basis_points"]) / 10_000,
        )
        for row in rows
    )


def _by_tiers(base: Decimal, tiers: _Tiers, unit: Decimal) -> Decimal:
    """The fee on `base`, in base currency, where tiers end at multiples of `unit`."""
    fee, start = ZERO, ZERO
    for end, rate in tiers:
        stop = base if end is None else min(base, end * unit)
        fee += max(stop - start, ZERO) * rate
        start = stop
    return fee
