"""Which purchases take over which losses: the wash-sale rule over a history of trades.

Source: US, Internal Revenue Code section 1091; Treas. Reg. 1.1091-1 (losses in the order of the
sales, purchases in their own order, each share once); Rev. Rul. 2008-5 (a purchase in an IRA: the
loss is gone); Rev. Rul. 56-602 (what is left of the block that was sold from is no replacement).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ..core.dates import days_after, days_from
from ..core.numbers import ZERO
from ..core.record import Record

DAYS = 30


class Loss(Record):
    """A part of a lot sold at a loss; `amount` above zero, in base currency, not rounded."""

    account: str
    contract: str  # what tells one contract from another
    day: str  # of the sale
    moment: str
    quantity: Decimal
    opened: str  # "" where it is not known
    held_since: str
    amount: Decimal


class Purchase(Record):
    """What was bought of a contract in an account on one day, long."""

    account: str
    contract: str
    day: str
    quantity: Decimal
    is_retirement: bool


class Sold(Record):
    """What was sold on a day out of the lots that were opened on another."""

    account: str
    contract: str
    opened: str
    day: str
    quantity: Decimal


class Replacement(Record):
    """The part of a purchase that takes a part of a loss over."""

    purchase: Purchase
    quantity: Decimal
    disallowed: Decimal  # of the loss, in base currency, not rounded
    # From where the holding period of these shares counts now; "" where that cannot be told.
    held_since: str

    @property
    def is_lost(self) -> bool:
        """Whether the loss is gone for good, as no basis takes it over."""
        return self.purchase.is_retirement


class Match(Record):
    """What happens to one loss."""

    loss: Loss
    replacements: tuple[Replacement, ...]
    possible: Decimal  # how much more of it may be replaced, where the rows do not decide it

    @property
    def quantity(self) -> Decimal:
        """How much of what was sold is replaced for certain."""
        return sum((one.quantity for one in self.replacements), ZERO)

    @property
    def disallowed(self) -> Decimal:
        """How much of the loss does not count now."""
        return sum((one.disallowed for one in self.replacements), ZERO)


def match_losses(
    losses: Iterable[Loss], purchases: Iterable[Purchase], sold: Iterable[Sold]
) -> list[Match]:
    """The match of each loss, in the order of the sales.

    Certain is a purchase of another day than that of the lot sold, at most 30 days before or after
    the sale, as far as its shares were not sold by then and took no earlier loss over. Possible is
    what is left of the block sold from, and of shares that were sold by then.
    """
    blocks: dict[str, list[_Block]] = {}
    for purchase in sorted(purchases, key=lambda one: (one.day, one.is_retirement, one.account)):
        blocks.setdefault(purchase.contract, []).append(_Block(purchase))
    by_day = {
        (block.purchase.account, block.purchase.contract, block.purchase.day): block
        for own in blocks.values()
        for block in own
    }
    for sale in sold:
        bought = by_day.get((sale.account, sale.contract, sale.opened))
        if bought:
            bought.sold.append(sale)
    ordered = sorted(losses, key=lambda one: (one.day, one.moment, one.opened, one.account))
    return [_match(loss, blocks.get(loss.contract, [])) for loss in ordered]


class _Block:
    """A purchase, what of it was sold, and how much of it has taken a loss over."""

    def __init__(self, purchase: Purchase) -> None:
        self.purchase = purchase
        self.sold: list[Sold] = []
        self.used = ZERO

    def left(self, day: str) -> Decimal:
        """How much of it was held after the sales of `day`, all of it where it came later."""
        gone = sum((sale.quantity for sale in self.sold if sale.day <= day), ZERO)
        return max(self.purchase.quantity - gone, ZERO)

    def free(self, day: str) -> Decimal:
        """How much of what is left certainly took no loss over: what did may be sold or not."""
        gone = self.purchase.quantity - self.left(day)
        return max(self.purchase.quantity - gone - self.used, ZERO)


def _match(loss: Loss, blocks: list[_Block]) -> Match:
    wanted = loss.quantity
    found: list[Replacement] = []
    possible = ZERO
    first, last = days_after(loss.day, -DAYS), days_after(loss.day, DAYS)
    for block in (one for one in blocks if first <= one.purchase.day <= last):
        own = (loss.account, loss.opened) == (block.purchase.account, block.purchase.day)
        unknown = not loss.opened and block.purchase.day <= loss.day
        certain = ZERO if own or unknown else min(block.free(loss.day), wanted)
        if certain > 0:
            found.append(_replacement(loss, block.purchase, certain))
            block.used += certain
            wanted -= certain
        unused = block.purchase.quantity - block.used
        possible += min(block.left(loss.day), unused) if own else max(unused, ZERO)
    return Match(loss, tuple(found), max(min(possible, wanted), ZERO))


def _replacement(loss: Loss, purchase: Purchase, quantity: Decimal) -> Replacement:
    """The new shares are held as long longer as those sold were held (section 1223(3))."""
    held_since = ""
    if loss.held_since and not purchase.is_retirement:
        held_since = days_after(purchase.day, -days_from(loss.held_since, loss.day))
    return Replacement(purchase, quantity, loss.amount * quantity / loss.quantity, held_since)
