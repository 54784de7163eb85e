"""Token and query id of the Flex Web Service: secrets, which only a request to IBKR may hold."""

from __future__ import annotations

import hashlib
import re

from ...core.messages import Refusal
from ...core.record import Record

_FORM = re.compile(r"[A-Za-z0-9]{1,64}")


class Credentials(Record):
    """Both secrets. Printing them shows nothing of them."""

    token: str
    query_id: str

    def __repr__(self) -> str:
        return "Credentials(***)"

    __str__ = __repr__

    @property
    def mark(self) -> str:
        """What tells these from others where neither may be written: 16 characters of a hash."""
        return _hash(f"{self.token} {self.query_id}")

    @property
    def token_mark(self) -> str:
        """The same of the token alone."""
        return _hash(self.token)


def read_credentials(token: str, query_id: str) -> Credentials:
    """Both, checked for their form; Refusal that names which is missing or cannot be one."""
    token, query_id = token.strip(), query_id.strip()
    if not token and not query_id:
        raise Refusal("no_flex_credentials")
    for setting, value in (("flex_token", token), ("flex_query_id", query_id)):
        if not value:
            raise Refusal("flex_credential_missing", setting=setting)
        if not looks_right(value):
            raise Refusal("flex_credential_form", setting=setting)
    return Credentials(token, query_id)


def looks_right(secret: str) -> bool:
    """Whether a token or query id is of digits and letters alone, as both are."""
    return bool(_FORM.fullmatch(secret))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
