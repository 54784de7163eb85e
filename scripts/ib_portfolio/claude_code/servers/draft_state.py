"""The drafts of a run in its folder: what is to be drafted, what was there, what became of each."""

from __future__ import annotations

import json
import re

from ...core.messages import Refusal
from ...core.record import Record
from ..run_folder import RunFolder
from ..tool_answer import exact_json, read_answer
from .draft_orders import Answer, Draft, without_doubles

_STATE = "drafts.json"
_LISTED, _ORDERS = "drafts-before.json", "orders-before.json"
_ID = re.compile(r"[A-Za-z0-9._:-]{1,60}\Z", re.ASCII)
_CALL = re.compile(r"[A-Za-z0-9_-]{1,100}\Z")


class DraftState(Record):
    """The drafts that a run offers, on the server (a part of its tools' names) they are made on."""

    folder: RunFolder
    server: str
    drafts: list[Draft]

    @property
    def is_checked(self) -> bool:
        """Whether drafts and orders that were there before are known."""
        return all(self.folder.read(name) is not None for name in (_LISTED, _ORDERS))

    @property
    def wanted(self) -> list[int]:
        """The places of the orders that can be drafted, in their order."""
        return [place for place, draft in enumerate(self.drafts) if not draft.refused]

    def keep_before(self, listed: bool, rows: list[Answer]) -> DraftState:
        """Keeps the drafts (`listed`) or the working orders that were there before ours.

        Returns the state with what is there twice refused, once both are known.
        """
        name = _LISTED if listed else _ORDERS
        self.folder.write(name, exact_json({"rows": rows}))
        if not self.is_checked:
            return self
        drafts = without_doubles(self.drafts, self.before, self._rows(_ORDERS))
        checked = self._replace(drafts=drafts)
        save_drafts(checked)
        return checked

    @property
    def before(self) -> list[Answer]:
        """The drafts that were there before ours."""
        return self._rows(_LISTED)

    def _rows(self, name: str) -> list[Answer]:
        kept = read_answer(self.folder.read(name) or "{}", self.folder.session).get("rows")
        return kept if isinstance(kept, list) else []

    def next_for(self, call: str) -> Draft | None:
        """The next order that no call has been given yet, now given to `call`; None for none."""
        if not _CALL.match(call):
            return None
        for place in self.wanted:
            if self.folder.claim(f"offered-{place}"):
                self.folder.write(f"order-{call}.txt", str(place))
                return self.drafts[place]
        return None

    def place_of(self, call: str) -> int | None:
        """The place of the order that `call` was given, None for a call of others."""
        kept = self.folder.read(f"order-{call}.txt") if _CALL.match(call) else None
        return int(kept) if kept else None

    def keep_made(self, place: int, answer: Answer) -> None:
        """Keeps the id that IBKR gave the draft; Refusal("draft_unreadable") without one."""
        number = answer.get("id")
        if not isinstance(number, str) or not _ID.match(number):
            raise Refusal("draft_unreadable")
        self.folder.write(f"made-{place}.txt", number)

    def made(self, place: int) -> str:
        """The id of the draft that was made of an order, "" while there is none."""
        return self.folder.read(f"made-{place}.txt") or ""


def save_drafts(state: DraftState) -> None:
    """Keeps the orders to draft, and the server to draft them on."""
    kept = {"server": state.server, "drafts": [draft._asdict() for draft in state.drafts]}
    state.folder.write(_STATE, json.dumps(kept, ensure_ascii=False))


def load_drafts(folder: RunFolder) -> DraftState | None:
    """The drafts of the run in `folder`, None when it offers none."""
    text = folder.read(_STATE)
    if text is None:
        return None
    kept = json.loads(text)
    return DraftState(folder, kept["server"], [Draft(**row) for row in kept["drafts"]])
