"""What a policy file was understood to say, for --check-policy."""

from __future__ import annotations

from ...core.messages import say
from ...core.numbers import plain_decimal
from ...core.plain_text import plain
from ...core.portfolio import mask_account
from .own_target import read_target
from .policy_file import Policy, read_policy
from .stated_bands import Band, read_bands
from .stated_prices import read_prices

_LISTS = ("count-as", "lock")


def policy_summary(path: str) -> str:
    """Every part of the file at `path` in words, a line each; refuses as `read_policy` does."""
    policy = read_policy(path)
    lines = [say("policy_read"), *_targets(policy), *_bands(policy)]
    options = policy.options
    for name in ("count-as", "lock", "min-trade", "max-turnover", "reserve"):
        if name in options:
            text = options[name].replace(",", ", ") if name in _LISTS else options[name]
            lines.append(say(f"policy_said.{name}", text=text))
    for symbol, told in read_prices(options.get("price", "")).items():
        price = f"{plain_decimal(told.price)} {told.currency} {told.exchange}".strip()
        lines.append(say("policy_said.price", symbol=symbol, price=price))
    for number, (name, _) in policy.accounts.items():
        lines.append(say("policy_said.account", account=mask_account(number), name=name))
    return "\n".join(lines) + "\n"


def _targets(policy: Policy) -> list[str]:
    lines = []
    for name, text in policy.targets.items():
        shares = ", ".join(
            f"{plain(one.name)} {plain_decimal(one.percent)}%" for one in read_target(text).shares
        )
        key = "policy_said.target" if name else "policy_said.main_target"
        lines.append(say(key, name=name, shares=shares))
    return lines or [say("policy_said.no_target")]


def _bands(policy: Policy) -> list[str]:
    if "band" not in policy.options:
        return []
    bands = read_bands(policy.options["band"])
    own = ", ".join(f"{plain(name)} {_width(band)}" for name, band in bands.own.items())
    lines = [say("policy_said.band", width=_width(bands.default))]
    if own:
        lines.append(say("policy_said.own_bands", bands=own))
    to = policy.options.get("to", "target")
    return [*lines, say(f"policy_said.to_{to}")]


def _width(band: Band) -> str:
    if band.share is None:
        return say("policy_said.points", points=plain_decimal(band.points))
    points, share = plain_decimal(band.points), plain_decimal(band.share)
    return say("policy_said.points_or_share", points=points, share=share)
