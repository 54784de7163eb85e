"""One statement from the Flex Web Service: asked for once, then polled for until it is made."""

from __future__ import annotations

import time
from collections.abc import Callable

from ...core.messages import Refusal
from ...core.record import Record
from .answers import (
    AGAIN,
    HEAVY_LOAD,
    LOCKED_OUT,
    NO_REFERENCE,
    TOO_MANY,
    Reference,
    Trouble,
    read_answer,
    refusal_of,
)
from .connection import INTERNET, Line, get
from .credentials import Credentials
from .hosts import HOSTS
from .service_state import ServiceState

_SEND = "/AccountManagement/FlexWebService/SendRequest"
_VERSION = "3"
# Before each further poll, in seconds: with these, ten requests take a minute.
_WAITS = (2, 3, 5, 8)
_SLOWLY = 20
_LONG = 61


class Clock(Record):
    """The time in seconds, and how to let some pass."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


SYSTEM_CLOCK = Clock()


class Period(Record):
    """Both days as yyyymmdd; "" for the period that the query itself names."""

    start: str = ""
    end: str = ""

    @property
    def query(self) -> str:
        """What asks for it, behind the other parts of a request."""
        return f"&fd={self.start}&td={self.end}" if self.start else ""


class FlexWebService:
    """The service for one token and query; every Refusal says in one sentence what to do."""

    def __init__(
        self,
        credentials: Credentials,
        state: ServiceState,
        line: Line = INTERNET,
        clock: Clock = SYSTEM_CLOCK,
        patience: float = 150,
    ) -> None:
        """`patience` is how many seconds a statement is waited for."""
        self._credentials, self._state, self._line = credentials, state, line
        self._clock = clock
        self._end = clock.now() + patience

    def fetch(self, period: Period) -> bytes:
        """The statement for `period` as IBKR sends it.

        One that is still being made from an earlier try, or that came but was never `done`, is gone
        on with, not asked for again.
        """
        now, mark = self._clock.now(), self._credentials.mark
        self._state.require_not_locked(self._credentials.token_mark, now)
        reference = self._state.pending(mark, period.query, now)
        if reference is None:
            return self._poll(self._send(period))
        try:
            return self._poll(reference)
        except _GoneReference:
            return self._poll(self._send(period))

    def done(self) -> None:
        """What was fetched is whole: the next statement is asked for anew."""
        self._state.forget_pending()

    def _send(self, period: Period) -> Reference:
        target = f"{_SEND}?{self._secrets(self._credentials.query_id)}{period.query}"
        answer, _ = self._ask(HOSTS[0], target)
        if isinstance(answer, Trouble) and answer.code == TOO_MANY:
            self._wait(_LONG, refusal_of(answer))
            answer, _ = self._ask(HOSTS[0], target)
        if isinstance(answer, Trouble):
            raise self._final(answer)
        if answer is None:
            raise Refusal("flex_unclear")
        now = self._clock.now()
        self._state.note_pending(self._credentials.mark, period.query, answer, now)
        return answer

    def _poll(self, reference: Reference) -> bytes:
        target = f"{reference.path}?{self._secrets(reference.code)}"
        waits, waited_long = list(_WAITS), False
        while True:
            answer, body = self._ask(reference.host, target)
            if answer is None:
                return body
            if isinstance(answer, Reference):
                raise Refusal("flex_unclear")
            if answer.code == TOO_MANY and not waited_long:
                waited_long = True
                self._wait(_LONG, refusal_of(answer))
            elif answer.code in AGAIN:
                seconds = waits.pop(0) if len(waits) > 1 else waits[0]
                slow = _SLOWLY if answer.code == HEAVY_LOAD else seconds
                self._wait(slow, Refusal("flex_slow"))
            else:
                raise self._final(answer)

    def _secrets(self, code: str) -> str:
        return f"t={self._credentials.token}&q={code}&v={_VERSION}"

    def _ask(self, host: str, target: str) -> tuple[Reference | Trouble | None, bytes]:
        """The answer to one request, made in IBKR's pace."""
        self._wait(self._state.wait_before_next(self._clock.now()), Refusal("flex_slow"))
        self._state.note_request(self._clock.now())
        body = get(self._line, host, target, max(self._end - self._clock.now(), 1))
        return read_answer(body), body

    def _wait(self, seconds: float, otherwise: Refusal) -> None:
        """Lets `seconds` pass; `otherwise` where that would be longer than there is patience."""
        if seconds <= 0:
            return
        if self._clock.now() + seconds > self._end:
            raise otherwise
        self._clock.sleep(seconds)

    def _final(self, trouble: Trouble) -> Refusal:
        """The refusal for an error that asking again does not mend."""
        if trouble.code == LOCKED_OUT:
            self._state.lock_out(self._credentials.token_mark, self._clock.now())
        elif trouble.code != TOO_MANY:
            self._state.forget_pending()
        if trouble.code == NO_REFERENCE:
            return _GoneReference(f"flex_service.{NO_REFERENCE}")
        return refusal_of(trouble)


class _GoneReference(Refusal):
    """IBKR no longer knows a reference."""
