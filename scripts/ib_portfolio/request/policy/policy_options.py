"""A policy file under what was typed: the place that decides between the two."""

from __future__ import annotations

import re

from ...core.messages import Refusal, Usage
from ...core.portfolio import mask_account
from ..options import load_rows
from .account_kinds import KINDS
from .own_target import read_target, share_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..request import Request
    from .policy_file import Policy

ACCOUNTS = "accounts"  # beside the options: numbers with lines and names, as U1234567=12:taxable
_SEPARATORS = re.compile("[,;、，；]")


def with_policy(request: Request) -> Request:
    """`request` with what its policy file says under what was typed, and over the settings.

    A profile of the file is that target; without a profile or a target the file's [target] counts.
    Lists that add up are joined, but for what was typed of a symbol. Refusal of a file with a
    mistake, and Usage for --check-policy without a file.
    """
    path = request.options.get("policy", "")
    if not path:
        if "check-policy" in request.options:
            raise Usage("check_without_policy")
        return request
    from .policy_file import read_policy

    policy = read_policy(path)
    request = _with_target(request, policy)
    options = dict(request.options)
    settings = dict(request.settings)
    typed = _typed(request)
    for name, text in _fitting(policy, options.get("target", "")).items():
        added = _under(name, text, typed.get(name, ""), settings.get(name, ""))
        if added:
            settings[name] = added
            options[name] = f"{typed[name]},{added}" if name in typed else added
    options["policy"] = policy.path
    if policy.accounts:
        rows = (f"{one}={line}:{name}" for one, (name, line) in policy.accounts.items())
        options[ACCOUNTS] = settings[ACCOUNTS] = ";".join(rows)
        kinds = (f"{one}={kind}" for one, kind in policy.account_kinds.items() if kind != ":")
        options[KINDS] = settings[KINDS] = ";".join(kinds)
    return request._replace(
        options=options, settings=settings, account=account_called(request.account, policy)
    )


def _typed(request: Request) -> dict[str, str]:
    """What was typed of each option, without what the settings added to it."""
    found = {}
    for name, text in request.options.items():
        added = request.settings.get(name)
        if added is None:
            found[name] = text
        elif text != added and text.endswith(f",{added}"):
            found[name] = text[: -len(added) - 1]
    return found


def _with_target(request: Request, policy: Policy) -> Request:
    """The request with the target of the file that it means, if it means one."""
    asked = "" if request.profile_origin == "default" else request.profile
    if asked not in policy.targets:
        return request
    text = policy.targets[asked]
    return request._replace(
        profile=asked or "custom",
        profile_origin="target",
        options={**request.options, "target": text},
        settings={**request.settings, "target": text},
    )


def _fitting(policy: Policy, target: str) -> dict[str, str]:
    """The file's options as they fit `target`: no band of what only another target names."""
    options = dict(policy.options)
    if "band" in options:
        named = {one.name for one in read_target(target).shares} if target else set()
        first, *own = options["band"].split(",")
        fits = (one for one in own if _is_named(one.partition("=")[0], named))
        options["band"] = ",".join([first, *fits])
    return options


def _is_named(name: str, named: set[str]) -> bool:
    return name in named or name in ("STK", "BOND", "CASH")


def _under(name: str, text: str, typed: str, setting: str) -> str:
    """The file's text of an option beside what was typed and what the settings say."""
    if not load_rows()[name].get("adds_up"):
        return "" if typed else text
    said = {_symbol(part) for part in _SEPARATORS.split(typed)}
    parts = [part for part in text.split(",") if "=" not in part or _symbol(part) not in said]
    mine = {_symbol(part) for part in parts}
    others = [part for part in _SEPARATORS.split(setting) if part and _symbol(part) not in mine]
    return ",".join([*parts, *others])


def _symbol(part: str) -> str:
    return share_name(part.partition("=")[0])


def account_called(asked: str, policy: Policy) -> str:
    """The account's number where its name in the policy was asked for, else what was asked."""
    for number, (name, _) in policy.accounts.items():
        if asked and asked.strip().casefold() == name.casefold():
            return number
    return asked


def account_names(options: dict[str, str]) -> dict[str, str]:
    """The names that the policy gives to accounts, by account number."""
    parts = (part.partition("=") for part in options.get(ACCOUNTS, "").split(";"))
    return {number: told.partition(":")[2] for number, _, told in parts if number}


def require_accounts(options: dict[str, str], accounts: list[str]) -> None:
    """Refusal("policy_mistake") for an account of the policy that is none of `accounts`."""
    for part in options.get(ACCOUNTS, "").split(";"):
        number, _, told = part.partition("=")
        if number and number not in accounts:
            held = ", ".join(mask_account(account) for account in accounts)
            raise _absent(options["policy"], told.partition(":")[0], number, held)


def require_named(policy: Policy, accounts: list[str]) -> None:
    """Refuses as `require_accounts`, of a file as it was read."""
    for number, (_, line) in policy.accounts.items():
        if number not in accounts:
            held = ", ".join(mask_account(account) for account in accounts)
            raise _absent(policy.path, str(line), number, held)


def _absent(path: str, line: str, number: str, held: str) -> Refusal:
    import os

    from ...core.messages import Ours, say
    from ...core.plain_text import plain

    what = say("policy.account_absent", account=mask_account(number), held=held)
    return Refusal("policy_mistake", file=plain(os.path.basename(path)), line=line, what=Ours(what))
