"""Why a call of the server gave nothing: in words for the user, and in words for the model."""

from __future__ import annotations

from ..core.messages import Refusal, say
from ..core.private.redaction import redact
from ..core.record import Record


class Failure(Record):
    """`shown` may hold the server's own text, cleaned and masked; `told` never does."""

    shown: str
    told: str


def server_failure(text: str) -> Failure:
    """An error that the server answered with: a text of others, so the model gets ours instead."""
    return Failure(redact(text), say("server_said_error"))


def refused_failure(refusal: Refusal) -> Failure:
    """A refusal of ours, without what the server said where it holds that."""
    if refusal.key == "server_error":
        return Failure(str(refusal), say("server_error", text=say("server_said_error")))
    return Failure(str(refusal), str(refusal))


def our_words(key: str, **fields: object) -> Failure:
    """A reason of our own, the same for both."""
    sentence = say(key, **fields)
    return Failure(sentence, sentence)
