"""Writes tests/fixtures/bonds/yields.tsv: random bonds and the figures of QuantLib.

Usage: python tests/bond_yields.py, in an environment with QuantLib (1.44 wrote the file).
Columns: day, maturity, coupon, payments a year, day count, clean price, yield in percent, modified
duration, clean price one point of yield higher.
"""

from __future__ import annotations

import datetime
import random
from pathlib import Path

import QuantLib as ql

PATH = Path(__file__).resolve().parent / "fixtures" / "bonds" / "yields.tsv"
COUNT = 300


def ql_date(day: datetime.date) -> ql.Date:
    return ql.Date(day.day, day.month, day.year)


def random_bond(numbers: random.Random) -> tuple:
    """Day, maturity, coupon, payments a year, whether actual days count, clean price."""
    often = numbers.choice([1, 2])
    actual = often == 1 or numbers.random() < 0.5
    day = datetime.date(numbers.randint(2024, 2028), numbers.randint(1, 12), numbers.randint(1, 28))
    days = numbers.choice([numbers.randint(3, 200), numbers.randint(200, 12_000)])
    maturity = day + datetime.timedelta(days=days)
    if maturity.day > 28 and not actual:  # where 30/360 has customs of its own
        maturity = maturity.replace(day=28)
    coupon = numbers.choice([0, numbers.randint(0, 900), numbers.randint(1, 72) * 12.5]) / 100
    low, high = (6_000, 14_000) if coupon and days > 400 else (9_000, 10_200)
    return day, maturity, coupon, often, actual, numbers.randint(low, high) / 100


def figures(day, maturity, coupon, often, actual, price) -> tuple:
    """The yield in percent, the modified duration and the price one point of yield higher."""
    months = 12 // often
    at_end = actual and (maturity + datetime.timedelta(days=1)).day == 1
    periods = (maturity - day).days // (30 * months) + 3
    schedule = ql.Schedule(
        ql_date(maturity) - ql.Period(periods * months, ql.Months),
        ql_date(maturity),
        ql.Period(months, ql.Months),
        ql.NullCalendar(),
        ql.Unadjusted,
        ql.Unadjusted,
        ql.DateGeneration.Backward,
        at_end,
    )
    isma = ql.ActualActual(ql.ActualActual.ISMA, schedule)
    count = isma if actual else ql.Thirty360(ql.Thirty360.BondBasis)
    ql.Settings.instance().evaluationDate = ql_date(day)
    bond = ql.FixedRateBond(0, 100.0, schedule, [coupon / 100], count, ql.Unadjusted, 100.0)
    left = [one for one in schedule if one > ql_date(day)]
    compounding = ql.Simple if len(left) == 1 else ql.Compounded
    frequency = ql.Annual if often == 1 else ql.Semiannual
    clean = ql.BondPrice(price, ql.BondPrice.Clean)
    found = bond.bondYield(clean, count, compounding, frequency, ql_date(day), 1e-13, 1000)
    rate = ql.InterestRate(found, count, compounding, frequency)
    higher = ql.InterestRate(found + 0.01, count, compounding, frequency)
    functions = ql.BondFunctions
    duration = functions.duration(bond, rate, ql.Duration.Modified, ql_date(day))
    return found * 100, duration, functions.cleanPrice(bond, higher, ql_date(day))


def main() -> None:
    numbers = random.Random(2026)
    lines = []
    while len(lines) < COUNT:
        bond = random_bond(numbers)
        found = figures(*bond)
        if -80 < found[0] < 900:
            count = "actual" if bond[4] else "30/360"
            told = [str(part) for part in (*bond[:4], count, bond[5])]
            lines.append("\t".join([*told, *(f"{part:.9f}" for part in found)]))
    PATH.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
