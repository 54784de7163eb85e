"""The asset classes that a profile divides a portfolio into: the one place that names them."""

from __future__ import annotations

from .record import Record


class AssetClass(Record):
    """`key` is what plans say, `categories` IBKR's assetCategory values that belong to it."""

    key: str
    label: str
    short_label: str
    categories: tuple[str, ...]


_ALL = (
    AssetClass("STK", "Stocks (STK)", "Stocks", ("STK",)),
    AssetClass("BOND", "Bonds (BOND)", "Bonds", ("BOND", "BILL")),
    AssetClass("CASH", "Cash", "Cash", ()),
)
CASH = "CASH"
MIXED = "MIX"  # a fund of several classes, which counts in its parts
ASSET_CLASSES = tuple(one.key for one in _ALL)
# What is bought and sold to reach a target; cash is what is left.
TRADED_CLASSES = tuple(name for name in ASSET_CLASSES if name != CASH)
CLASS_LABELS = {one.key: one.label for one in _ALL}
SHORT_LABELS = {one.key: one.short_label for one in _ALL}
# Quoted in percent of face, and traded by face; every other category by units.
FACE_CATEGORIES = ("BOND", "BILL")
CLASS_OF_CATEGORY = {category: one.key for one in _ALL for category in one.categories}
