"""What the rules of lots, gains, wash sales and cash answer, a row for each thing given."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Iterator, Tuple

from answer_table import AnswerTable, Asked, answers_of
from told_histories import (
    CONTRACTS,
    execution,
    histories,
    lot,
    number,
    portfolio_of,
    position,
)

from ib_portfolio.core.instrument import Instrument
from ib_portfolio.planning.orders.order import Order
from ib_portfolio.planning.plan import Plan
from ib_portfolio.request.policy.stated_rates import Rates
from ib_portfolio.sources.activity.activity import CashEntry
from ib_portfolio.taxes.alternatives import alternatives
from ib_portfolio.taxes.cash_kinds import kind_of
from ib_portfolio.taxes.discount_accrual import discount_accruals
from ib_portfolio.taxes.gains_by_lot import Gains, estimate_tax, split_gains, tax_by_lot
from ib_portfolio.taxes.harvest import harvest_lots
from ib_portfolio.taxes.lots import lots_unclear, take_lots
from ib_portfolio.taxes.realized_gains import gain_is_untold, realized_gain, realized_gains
from ib_portfolio.taxes.tax_year import tax_year
from ib_portfolio.taxes.wash_review import review_wash_sales


def _review(given: str) -> Iterator[str]:
    """`2026-01-01 to 2026-06-30: …` asks for a part of the period; all of it without."""
    period, _, told = given.rpartition(": ")
    first, _, last = period.partition(" to ")
    found = review_wash_sales(histories(told), first, last)
    for one in found.losses:
        loss, match = one.match.loss, one.match
        yield f"{loss.account} {number(loss.quantity)} {one.symbol} {loss.day}: {one.verdict}"
        yield f"{number(loss.amount)} less {number(match.disallowed)}"
        for part in match.replacements:
            words = f"{part.purchase.account} {part.purchase.day} takes {number(part.quantity)}"
            lost = "gone" if part.is_lost else f"since {part.held_since or '-'}"
            yield f"{words} for {number(part.disallowed)} {lost}"
        yield f"possible {number(match.possible)}" if match.possible else ""
        yield f"unseen before {one.unseen_before}" if one.unseen_before else ""
        yield f"unseen after {one.unseen_after}" if one.unseen_after else ""
        yield from (f"option {row.symbol} {row.day}" for row in one.options)
    for row in found.open_windows:
        yield f"{row.symbol} {row.sold_on} free {row.free_from} at stake {number(row.at_stake)}"
    for row in found.recent:
        words = f"recent {row.account} {row.symbol} {row.contract} {row.day}"
        yield f"{words} {number(row.quantity)} free {row.free_from}"
    yield from (f"{symbol} {reason}" for symbol, reason in found.unclear)
    yield f"as of {found.as_of}"


def _harvest(given: str) -> Iterator[str]:
    accounts = histories(given)
    for one in harvest_lots(accounts, review_wash_sales(accounts, "", "").recent):
        words = f"{one.account} {number(one.quantity)} {one.position.symbol} of {one.opened or '-'}"
        yield f"{words} at {number(one.value)} loses {number(one.loss)}"
        yield f"{one.term or 'no term'} {one.long_from or '-'}"
        yield f"free from {one.free_from or 'today'}"


def _year(given: str) -> Iterator[str]:
    """`2026-01-01 to 2026-12-31: …`"""
    period, _, told = given.partition(": ")
    found = tax_year(histories(told), *period.split(" to "))
    for lot_ in found.lots:
        words = f"{lot_.account} {number(lot_.quantity)} {lot_.contract.symbol}"
        words += f" {lot_.opened or '-'} to {lot_.closed} since {lot_.held_since or '-'}"
        term = "no term" if lot_.term == "" else lot_.term
        yield f"{words} {term} {number(lot_.realized)} = {number(lot_.base)}"
    yield f"currencies {number(found.currency_gain)}" if found.currency_gain else ""
    for paid in found.paid:
        words = f"{paid.account} {paid.kind} {number(paid.entry.amount)}"
        yield f"{words} = {number(paid.base)}"
    yield f"moved {found.moved}" if found.moved else ""
    yield f"commissions {number(found.commissions)}" if found.commissions else ""
    yield f"levies {number(found.levies)}" if found.levies else ""
    yield from (f"discount {row.first} {number(row.amount)}" for row in found.discounts)
    for row in found.compared:
        words = f"{row.what} {row.symbol} {number(row.ours)} beside {number(row.theirs)}"
        yield f"{words} near {number(row.near)} {row.currency}".rstrip()


def _taken(given: str) -> Iterator[str]:
    """`FIFO 3 at 10 on 2026-11-20 from 5 of 2026-01-02 for 20, …`"""
    method, size, _, price, _, day, _, *words = given.replace(",", " ,").split()
    lots = _lots(" ".join(words))
    parts = take_lots(lots, Decimal(size), method, Decimal(price), day)
    for part in parts:
        gain = number(part.gain(Decimal(price)))
        yield f"{number(part.quantity)} of {part.lot.opened} for {number(part.cost)} gains {gain}"
    gains = split_gains(parts, Decimal(price), day)
    yield f"short {gains.short} long {gains.long} total {gains.total}"


def _lots(text: str) -> Tuple[Any, ...]:
    return tuple(lot(part.split()) for part in text.split(",") if part.strip())


def _unclear(given: str) -> Iterator[str]:
    """`10 from 5 of 2026-01-02 for 20, …`"""
    size, _, text = given.partition(" from ")
    found = lots_unclear(position(size, "ACME", "10", text))
    yield "clear" if found == "" else str(found)


def _tax(given: str) -> Iterator[str]:
    """`short -5 long 10 at 37 and 20`"""
    _, short, _, long, _, *rates = given.replace(" and", "").split()
    gains = Gains(Decimal(short), Decimal(long))
    yield str(estimate_tax(gains, Rates(*map(Decimal, rates))))


def _accrued(given: str) -> Iterator[str]:
    """`2026-01-01 to 2026-12-31: STRIPS 0 02/15/40 1000 BOND coupon 0 …: 1000 of … for 500`"""
    period, told, lots = given.split(": ")
    symbol, size, *words = told.split(" / ")[0], *told.split(" / ")[1].split()
    terms = dict(zip(words[1::2], words[2::2]))
    coupon = Decimal(terms["coupon"]) if "coupon" in terms else None
    held = position(
        *(size, "NOTE", "0.5", lots),
        symbol=symbol,
        category=words[0],
        rate=Decimal(terms.get("rate", "1")),
        instrument=Instrument(maturity=terms.get("maturity", ""), coupon=coupon),
    )
    for row in discount_accruals((held,), *period.split(" to ")):
        words = f"{number(row.lot.quantity)} from {row.first} to {row.last}"
        yield f"{words} at {row.yield_pct:.6f} comes to {row.amount:.6f}"


def _order(text: str) -> Order:
    """`sells 5 ACME at 10, 10 of 2026-01-02 for 200, unrealized -5`, held as its lots say."""
    head, _, lots = text.partition(",")
    verb, size, symbol, _, price, *held = head.split()
    told = position("0", symbol, "1", lots).lots
    whole = held[1] if held else str(sum(one.quantity for one in told))
    quantity = Decimal(size) if verb == "buys" else -Decimal(size)
    zero = Decimal(0)
    return Order(position(whole, symbol, price, lots), quantity, zero, zero)


def _gain(given: str) -> Iterator[str]:
    order = _order(given)
    found = realized_gain(order)
    yield f"{found.amount} {found.method}" if found else "nothing"
    yield "untold" if gain_is_untold(order) else ""
    yield " ".join(map(str, realized_gains((order, order))))


def _plan(given: str) -> Iterator[str]:
    """`on 2026-11-20; trades from 2026-01-01; BUY 10 ACME 2026-11-05; sells 5 ACME at 10, …`"""
    day, told, orders, trades, options = "", "", [], None, {}
    for event in given.split("; "):
        words = event.split()
        if words[0] == "on":
            day = words[1]
        elif words[0] == "trades":
            trades, told = [], "".join(words[2:])
        elif words[0] in ("BUY", "SELL", "-"):
            trades.append(execution(words))
        elif words[0] == "rates":
            options["tax-rate"] = words[1]
        else:
            orders.append(_order(event))
    rows = [order.position for order in orders]
    portfolio = portfolio_of(rows, day, None if trades is None else tuple(trades), told)
    plan = Plan(portfolio, None, None, tuple(orders), Decimal(0))  # type: ignore[arg-type]
    yield from _told(tax_by_lot(plan, options))


def _told(document: Any) -> Iterator[str]:
    lots = document["lots"]
    for sale in lots["sales"]:
        head = f"{sale['priority']} {sale['quantity']} {sale['unit']} {sale['symbol']}"
        yield f"{head} {sale['unclear']}".rstrip()
        for row in sale["methods"]:
            parts = ", ".join(
                f"{part['quantity']} of {part['opened']} {part['gain']} {part['term']}"
                for part in row["lots"]
            )
            yield f"{row['method']} {parts}"
    for row in lots["totals"]:
        yield f"all {row['method']} {row['short']} + {row['long']} = {row['gain']}"
    yield f"left out {' '.join(lots['left_out'])}" if lots["left_out"] else ""
    yield from lots["notes"]
    for row in document["wash_sales"]:
        bought = " ".join(f"{one['quantity']} on {one['date']}" for one in row["purchases"])
        words = f"{row['priority']} {row['symbol']} {row['verdict']} {'+'.join(row['loss_by'])}"
        yield f"{words} bought {bought or 'none'} from {row['covered_from'] or '-'}"
        yield row["sentence"]
    if "tax_estimate" in document:
        told = document["tax_estimate"]
        yield f"rates {told['short_pct']} {told['long_pct']}"
        yield " ".join(f"{row['method']} {row['estimate']}" for row in told["methods"])


def _others(given: str) -> Iterator[str]:
    """`VTI USD STK -5 | …`: symbol, currency, category, gain, ISIN; each account behind a bar."""
    accounts = []
    for place, text in enumerate(given.split(" | ")):
        rows = []
        for held in text.split("; ") if text else ():
            symbol, currency, category, gain, *isin = held.split()
            rows.append(
                position(
                    *("10", "ACME", "10", f"unrealized {gain}"),
                    symbol=symbol,
                    currency=currency,
                    category=category,
                    conid="",
                    instrument=Instrument(isin="".join(isin)),
                )
            )
        (one,) = histories("from 2026-01-01 to 2026-11-20")
        held_by = portfolio_of(rows, "2026-11-20") if place or text else None
        accounts.append(one._replace(portfolio=held_by))
    losing = harvest_lots(accounts, ())
    for row in alternatives(accounts, losing):
        yield f"{row.symbol} {row.kind} held {' '.join(row.held) or 'none'} others {row.others}"


def _kind(given: str) -> Iterator[str]:
    """`-5 Bond Interest Paid: PURCHASE ACCRUED INT`"""
    amount, _, words = given.partition(" ")
    kind, _, description = words.partition(": ")
    day, one = "2026-01-02", Decimal(1)
    entry = CashEntry(kind, CONTRACTS["ACME"], day, Decimal(amount), one, "", description)
    yield kind_of(entry)


ASKED: Asked = {
    "wash sales": _review,
    "harvest": _harvest,
    "year": _year,
    "lots": _taken,
    "lots told": _unclear,
    "tax": _tax,
    "discount": _accrued,
    "gain of an order": _gain,
    "sales of a plan": _plan,
    "other funds": _others,
    "payment": _kind,
}


TABLE = AnswerTable("tax_answers.tsv", answers_of(ASKED))
