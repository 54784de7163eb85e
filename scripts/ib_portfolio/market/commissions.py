"""IBKR's commissions by exchange, currency and kind of bond, from the dated table in fees.json."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal

from ..core.json_file import read_json_file
from ..core.numbers import ZERO, to_cents
from ..core.portfolio import Position
from ..core.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .levies import Levy

_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fees.json")
PLANS = ("fixed", "tiered")
US = "US"
_UNKNOWN = "UNKNOWN"  # levies of which only that is known that there may be some
_Row = Mapping[str, object]
_Tiers = tuple[tuple[object, Decimal], ...]  # the end of the last is None


class Charges(Record):
    """What an order costs beside its amount, in base currency to the cent; none is below zero.

    `accrued_interest` is what a purchase of bonds pays and a sale receives; ex dividend it may be
    below zero.
    """

    commission: Decimal
    taxes: Decimal
    accrued_interest: Decimal


class Schedule(Record):
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


class _Rule(Record):
    """A position's schedule with its amounts in base currency; it keeps the position alive."""

    position: Position
    schedule: Schedule
    unit: Decimal  # base currency for one of the schedule's
    per_share: Decimal | None
    minimum: Decimal
    most: Decimal | None
    most_share: Decimal | None
    levies: tuple[Levy, ...]
    pays_interest: bool

    def commission(self, quantity: Decimal, amount: Decimal, buys: bool) -> Decimal:
        """As `FeeTable.commission`, of a quantity above zero."""
        if self.per_share is not None:
            fee = quantity * self.per_share
        else:
            schedule = self.schedule
            base = quantity * self.position.rate if schedule.by_face else amount
            fee = _by_tiers(base, schedule.buy_tiers if buys else schedule.tiers, self.unit)
        if fee < self.minimum:
            fee = self.minimum
        if self.most is not None and fee > self.most:
            fee = self.most
        if self.most_share is not None:
            most = amount * self.most_share
            if fee > most:
                fee = most
        return to_cents(fee)


class FeeTable:
    """Commissions and levies in base currency, by IBKR Pro's Fixed or Tiered plan.

    A market that is not in the table has the US schedule, and `schedule_of` says so.
    """

    def __init__(self, usd_rate: Decimal | None, plan: str = "fixed", day: str = "") -> None:
        """`usd_rate` is base currency for one US dollar; None counts a dollar as one of base.

        `plan` is one of PLANS; levies are those in force on `day` (YYYY-MM-DD), "" for the newest.
        """
        table: dict[str, object] = read_json_file(_PATH)
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
        self._bond_rows = table["bonds"]
        self._kept: dict[tuple[str, str], Schedule] = {}
        self._us = _schedule(table["schedules"][0], plan)._replace(levies="")
        self._us_assumed = {why: self._us._replace(assumed=why) for why in ("exchange", "currency")}
        self._rules: dict[int, _Rule] = {}

    def schedule_of(self, position: Position) -> Schedule:
        """The schedule that trading the position is charged by."""
        return self._rule(position).schedule

    def levies_of(self, position: Position) -> tuple[Levy, ...]:
        """The levies on trading the position; () for bonds, and where no exchange is known."""
        return self._rule(position).levies

    def commission(
        self, position: Position, quantity: Decimal, amount: Decimal, buys: bool = True
    ) -> Decimal:
        """What trading `quantity` units for `amount` costs, to the cent; 0 for nothing.

        So much a share, or basis points of value or face by tiers; at least the minimum, at most
        the cap, which wins.
        """
        if not quantity:
            return ZERO
        return self._rule(position).commission(quantity, amount, buys)

    def charges(self, position: Position, quantity: Decimal, amount: Decimal) -> Charges:
        """What an order costs: `quantity` is below zero for a sale, `amount` is not.

        Of a tax that depends on what no statement tells, it is the most there can be.
        """
        buys = quantity > 0
        size = quantity if buys else -quantity
        rule, taxes = self._rules.get(id(position)) or self._rule(position), ZERO
        if rule.levies:
            rate = position.rate
            levies = (one.charge(size, amount, rate, buys) for one in rule.levies)
            taxes = to_cents(sum(levies, ZERO))
        accrued = position.accrued_interest(size) if rule.pays_interest else ZERO
        return Charges(rule.commission(size, amount, buys), taxes, accrued)

    def exchange(self, value: Decimal) -> Decimal:
        """What exchanging `value` of base currency costs, to the cent."""
        share, minimum = self._exchange
        return to_cents(max(value * share, minimum))

    def _rule(self, position: Position) -> _Rule:
        """The rule of a position, which the table keeps together with it."""
        kept = self._rules.get(id(position))
        if kept is None:
            schedule = self._bonds(position) if position.by_face else self._shares(position)
            unit = self._usd if schedule.currency == "USD" else position.rate
            kept = _Rule(
                position=position,
                schedule=schedule,
                unit=unit,
                per_share=None if schedule.per_share is None else schedule.per_share * unit,
                minimum=schedule.minimum * unit,
                most=None if schedule.most is None else schedule.most * unit,
                most_share=schedule.most_share,
                levies=self._levies(position, schedule),
                pays_interest=bool(position.instrument.accrued_interest),
            )
            self._rules[id(position)] = kept
        return kept

    def _levies(self, position: Position, schedule: Schedule) -> tuple[Levy, ...]:
        told = position.instrument
        if position.by_face or not told.exchange:
            return ()
        from .levies import levies_on

        issuer = told.issuer_country or told.isin[:2]
        return levies_on(told, issuer, schedule.levies, self._day)

    def _shares(self, position: Position) -> Schedule:
        told, currency = position.instrument, position.currency
        if not told.exchange:
            if told.exchange_told:
                return self._us_assumed["exchange"]
            return self._us if currency == "USD" else self._us_assumed["currency"]
        key = (_code(told.exchange), currency)
        if key not in self._kept:
            row = self._rows.get(key)
            self._kept[key] = _schedule(row, self.plan) if row else self._us_assumed["exchange"]
        return self._kept[key]

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
        key = (name, assumed)
        if key not in self._kept:
            row = self._bond_rows[name]
            currency = "USD" if row["name"] == US else ""
            found = _read(row, row["name"], currency, row["of"] == "face")
            # A cap of another market is not known to hold.
            changes = {"assumed": assumed, "most": None, "most_share": None} if assumed else {}
            self._kept[key] = found._replace(**changes)
        return self._kept[key]


def _code(exchange: str) -> str:
    """An exchange's code without punctuation, which IBKR's lists write in several ways."""
    if exchange.isalnum():
        return exchange.upper()
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
