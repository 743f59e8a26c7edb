"""Run records as tests hold them against each other."""

import json
from collections.abc import Iterator
from pathlib import Path


def lines_of(folder: str) -> Iterator[str]:
    """The record of a run without what the clock alone decides."""
    for line in Path(folder, "record.jsonl").read_text().splitlines():
        entry = json.loads(line)
        entry.pop("seconds", None)
        entry.pop("started_at", None)
        entry.pop("latencies", None)
        yield json.dumps(entry)
