"""Wash sales share by share: what the law says, written down as slowly and plainly as it reads."""

from __future__ import annotations

import datetime
from decimal import Decimal
from random import Random
from typing import Dict, List, NamedTuple, Tuple

from ib_portfolio.taxes.wash_matching import Loss, Purchase, Sold

FIRST = datetime.date(2026, 1, 5)


class History(NamedTuple):
    """Random trades of one to three contracts in one or two accounts."""

    losses: List[Loss]
    purchases: List[Purchase]
    sold: List[Sold]


class Share:
    """One share: what it was bought in, and whether it took a loss over."""

    def __init__(self, purchase: Purchase) -> None:
        self.purchase = purchase
        self.took = False


def random_history(random: Random) -> History:
    """Buys and sales of whole shares, of whatever lot, at a gain or a loss."""
    accounts = ["A", "B"][: random.randint(1, 2)]
    retired = {"B": random.random() < 0.3}
    contracts = ["X", "Y", "Z"][: random.randint(1, 3)]
    bought: Dict[Tuple[str, str, str], int] = {}
    held: Dict[Tuple[str, str, str], int] = {}
    losses: List[Loss] = []
    sold: List[Sold] = []
    day = FIRST
    for step in range(random.randint(1, 12)):
        day += datetime.timedelta(days=random.choice((0, 0, 1, 3, 10, 29, 30, 31)))
        now = day.isoformat()
        own = [key for key, quantity in held.items() if quantity]
        if own and random.random() < 0.5:
            account, contract, opened = key = random.choice(own)
            quantity = random.randint(1, held[key])
            held[key] -= quantity
            sold.append(Sold(account, contract, opened, now, Decimal(quantity)))
            if random.random() < 0.7 and not retired.get(account):
                amount = Decimal(random.randint(1, 10_000)) / 100
                moment = f"{now};{step:02}"
                losses.append(
                    Loss(account, contract, now, moment, Decimal(quantity), opened, opened, amount)
                )
        else:
            key = (random.choice(accounts), random.choice(contracts), now)
            quantity = random.randint(1, 6)
            bought[key] = bought.get(key, 0) + quantity
            held[key] = held.get(key, 0) + quantity
    purchases = [
        Purchase(account, contract, opened, Decimal(quantity), retired.get(account, False))
        for (account, contract, opened), quantity in bought.items()
    ]
    random.shuffle(purchases)
    random.shuffle(losses)
    return History(losses, purchases, sold)


def replaced(history: History) -> List[Tuple[Loss, Dict[Tuple[str, str], int], int]]:
    """Of each loss, how many shares of which purchase surely replace it, and how many may.

    Certain is only what is so whichever shares of a block were sold: those that took a loss over
    are sold last, so that as few as possible are left.
    """
    shares = [Share(one) for one in history.purchases for _ in range(int(one.quantity))]
    found = []
    for loss in sorted(history.losses, key=lambda one: (one.day, one.moment, one.opened)):
        day = datetime.date.fromisoformat(loss.day)
        sure: Dict[Tuple[str, str], int] = {}
        wanted = int(loss.quantity)
        near = [
            share
            for share in shares
            if share.purchase.contract == loss.contract
            and abs((datetime.date.fromisoformat(share.purchase.day) - day).days) <= 30
        ]
        near.sort(
            key=lambda one: (one.purchase.day, one.purchase.is_retirement, one.purchase.account)
        )
        gone = _gone(history.sold, loss.day)
        for share in near:
            block = (share.purchase.account, share.purchase.day)
            if block == (loss.account, loss.opened) or share.took:
                continue
            if gone.get((*block, loss.contract), 0) > 0:  # this share is taken as sold
                gone[(*block, loss.contract)] -= 1
                continue
            if wanted:
                share.took = True
                sure[block] = sure.get(block, 0) + 1
                wanted -= 1
        free = [share for share in near if not share.took]
        own = [
            share
            for share in free
            if (share.purchase.account, share.purchase.day) == (loss.account, loss.opened)
        ]
        others = len(free) - len(own)
        whole = sum(
            int(one.quantity)
            for one in history.purchases
            if (one.account, one.day, one.contract) == (loss.account, loss.opened, loss.contract)
        )
        left = whole - _gone(history.sold, loss.day).get(
            (loss.account, loss.opened, loss.contract), 0
        )
        found.append((loss, sure, min(wanted, others + min(left, len(own)))))
    return found


def _gone(sold: List[Sold], day: str) -> Dict[Tuple[str, str, str], int]:
    """How many shares of each block were sold by the end of a day."""
    gone: Dict[Tuple[str, str, str], int] = {}
    for one in sold:
        if one.day <= day:
            key = (one.account, one.opened, one.contract)
            gone[key] = gone.get(key, 0) + int(one.quantity)
    return gone
