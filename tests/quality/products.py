"""The product as it stands here and as it stood at another commit, asked for the same plans."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, NamedTuple, Sequence

from measure import End

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


class Product(NamedTuple):
    """A name for the tables, and the folder of scripts that is asked."""

    name: str
    scripts: str

    def plans(self, requests: Sequence[List[str]], workers: int) -> List[Dict[str, Any]]:
        """What comes of each request, in their order, in as many processes as there are workers."""
        with ThreadPoolExecutor(workers) as pool:
            parts = list(pool.map(self._part, [requests[at::workers] for at in range(workers)]))
        answers: List[Dict[str, Any]] = [{} for _ in requests]
        for at, part in enumerate(parts):
            answers[at::workers] = part
        return answers

    def _part(self, requests: Sequence[List[str]]) -> List[Dict[str, Any]]:
        lines = "\n".join(map(json.dumps, requests))
        command = [sys.executable, "-I", os.path.join(HERE, "plan_accounts.py"), self.scripts]
        done = subprocess.run(command, input=lines, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{self.name}: {done.stderr[-2000:]}")
        return [json.loads(line) for line in done.stdout.splitlines()]


@contextmanager
def products(against: str) -> Iterator[List[Product]]:
    """The product of `against`, a commit, where one is named, and the one that stands here."""
    here = Product("new", os.path.join(ROOT, "scripts"))
    if not against:
        yield [here]
        return
    with tempfile.TemporaryDirectory() as folder:
        command = ["git", "-C", ROOT, "archive", against, "scripts", "samples"]
        archive = subprocess.run(command, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        yield [Product("today", os.path.join(folder, "scripts")), here]


def end_of(answer: Dict[str, Any]) -> End:
    """Where a plan ends."""
    return End(answer["moved"], answer["cash"], len(answer["moved"]))
