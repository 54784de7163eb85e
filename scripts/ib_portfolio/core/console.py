"""The console: text out as UTF-8, refusals as one sentence, never a traceback."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable

from .messages import Refusal, say
from .numbers import use_exact_decimals
from .record import Record


class Printed(Record):
    """What a script prints, and its exit code where that says more than that it is done."""

    text: str
    exit_code: int


def run_script(
    main: Callable[[list[str]], str | Printed], words: list[str], fault_exit: int = 1
) -> int:
    """The exit code of a script: prints what `main` returns, or its refusal on stderr.

    0 done, or what `main` says; 1 refused, 2 usage. A fault of our own is a refusal too, named by
    its kind only, with `fault_exit`: where another code than 0 hides what was printed, it is an
    [answer] on stdout.
    """
    use_exact_decimals()
    try:
        text = main(words)
    except Refusal as refusal:
        write(sys.stderr, f"{refusal}\n")
        return refusal.exit_code
    except Exception as fault:
        if os.environ.get("REBALANCE_DEBUG"):
            raise
        sentence = say("fault", kind=type(fault).__name__) + "\n"
        if fault_exit:
            write(sys.stderr, sentence)
        else:
            write(sys.stdout, f"[answer]\n{sentence}")
        return fault_exit
    exit_code = 0
    if isinstance(text, Printed):
        text, exit_code = text
    write(sys.stdout, text)
    return exit_code


def write(stream: io.TextIOBase, text: str) -> None:
    """Writes `text` as UTF-8 with plain line feeds whatever the locale; a closed pipe is fine."""
    try:
        stream.buffer.write(text.encode("utf-8", "replace"))
        stream.buffer.flush()
    except BrokenPipeError:
        # The reader went away (as `| head` does); keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
