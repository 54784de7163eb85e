"""Random accounts with prices as markets have them, and the Flex statements that tell them."""

from __future__ import annotations

import math
from decimal import Decimal
from random import Random
from typing import Dict, List, NamedTuple, Tuple

from portfolios import DAY, Rows, statement_xml

STOCKS, BONDS, CASH = "STK", "BOND", "CASH"
CENT = Decimal("0.01")
# Up to this many positions some have units that are a large part of the whole.
MOST_WITH_LARGE_UNITS = 25
_LEAST, _MOST = 10_000, 5_000_000  # net asset value
_LEAST_PER_POSITION = 1_000
_LARGE_UNIT = 5_000, 600_000


class Held(NamedTuple):
    """A position: whole units of a stock or a bond fund, and the price of one in US dollars."""

    symbol: str
    asset_class: str
    quantity: int
    price: Decimal

    @property
    def value(self) -> Decimal:
        """What it is worth, to the cent."""
        return self.quantity * self.price


class Account(NamedTuple):
    """Everything that one random account holds."""

    name: str  # size/seed, which draws it again
    positions: Tuple[Held, ...]
    cash: Decimal

    @property
    def total(self) -> Decimal:
        """The net asset value."""
        return self.cash + sum((row.value for row in self.positions), Decimal(0))

    @property
    def classes(self) -> Dict[str, Decimal]:
        """What each class is worth."""
        values = {STOCKS: Decimal(0), BONDS: Decimal(0), CASH: self.cash}
        for row in self.positions:
            values[row.asset_class] += row.value
        return values


def drawn(size: int, seed: int) -> Account:
    """The account of `size` positions that `seed` draws: at least one stock and one bond fund."""
    random = Random(f"{size}/{seed}")
    least = max(_LEAST, _LEAST_PER_POSITION * size)
    worth = math.exp(random.uniform(math.log(least), math.log(_MOST)))
    shares = _shares(random)
    bonds = min(max(round(size * random.uniform(0.15, 0.5)), 1), size - 1)
    positions: List[Held] = []
    for asset_class, count in ((STOCKS, size - bonds), (BONDS, bonds)):
        weights = [random.lognormvariate(0, 1) for _ in range(count)]
        for place, weight in enumerate(weights):
            value = worth * shares[asset_class] * weight / sum(weights)
            price = _price(random, size, worth)
            quantity = max(round(value / float(price)), 1)
            positions.append(Held(f"{asset_class[0]}{place}", asset_class, quantity, price))
    cash = Decimal(worth * shares[CASH]).quantize(CENT)
    return Account(f"{size}/{seed}", tuple(positions), cash)


def _shares(random: Random) -> Dict[str, float]:
    """How the account is divided today, anything but the target; cash mostly the least."""
    parts = {
        STOCKS: random.uniform(0.1, 1),
        BONDS: random.uniform(0.1, 1),
        CASH: random.uniform(0, 0.6) * random.random(),
    }
    whole = sum(parts.values())
    return {name: part / whole for name, part in parts.items()}


def _price(random: Random, size: int, worth: float) -> Decimal:
    """A price from 5 to 800, most near 65; in a small account at times that of a large unit."""
    if size <= MOST_WITH_LARGE_UNITS and random.random() < 0.8 / (size + 5):
        most = min(_LARGE_UNIT[1], max(worth * 0.6, _LARGE_UNIT[0]))
        price = math.exp(random.uniform(math.log(_LARGE_UNIT[0]), math.log(most)))
    else:
        price = min(max(random.lognormvariate(math.log(65), 1), 5), 800)
    return Decimal(price).quantize(CENT)


def statement_of(account: Account, number: str = "U1234567", first_conid: int = 1000) -> str:
    """The account as the text of a Flex statement in US dollars."""
    positions = enumerate(account.positions, first_conid)
    rows: Rows = {
        "AccountInformation": [{"accountId": number, "currency": "USD"}],
        "OpenPosition": [_row(conid, held) for conid, held in positions],
        "CashReportCurrency": [{"currency": "BASE_SUMMARY", "endingCash": str(account.cash)}],
    }
    return statement_xml(rows, number)


def _row(conid: int, held: Held) -> Dict[str, str]:
    fund = held.asset_class == BONDS
    return {
        "symbol": held.symbol,
        "assetCategory": "STK",
        "subCategory": "ETF" if fund else "COMMON",
        "description": "EXAMPLE TREASURY BOND" if fund else "EXAMPLE COMPANY",
        "currency": "USD",
        "fxRateToBase": "1",
        "position": str(held.quantity),
        "markPrice": str(held.price),
        "positionValue": str(held.value),
        "conid": str(conid),
        "reportDate": DAY,
        "levelOfDetail": "SUMMARY",
    }
