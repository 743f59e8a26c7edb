"""Runs Coolwind on the services of `examples/`, and holds what it finds to what it has to find.

`python -m tests.examples [NAME …]` prints a line a service, and ends with status 1 where one is not
told from another. It needs Node, npm, PostgreSQL and libfaketime.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reports.record_file import read_record

EXAMPLES: Final = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True, slots=True)
class Variant:
    """A service of the examples, the faults that it is put through, and the outcomes that have to
    be found; none for a correct one."""

    file: str
    faults: str
    depth: int = 1
    outcomes: frozenset[str] = frozenset()


VARIANTS: Final = (
    Variant("node/coolwind.toml", "survivable"),
    Variant("node/forgetful.toml", "crash", outcomes=frozenset({"silent-reset"})),
    Variant("express/coolwind.toml", "survivable"),
    Variant("express/forgetful.toml", "restart", outcomes=frozenset({"silent-reset"})),
    Variant("express/hasty.toml", "concurrent-turn", outcomes=frozenset({"interleaved"})),
    Variant("langgraph/coolwind.toml", "restart,crash"),
    Variant("langgraph/forgetful.toml", "restart", outcomes=frozenset({"lost-turn"})),
    Variant("postgres/coolwind.toml", "crash,duplicate,clear-chat,expiry"),
    Variant("postgres/coolwind.toml", "failover", depth=2),
    Variant("postgres/coolwind.toml", "crash-before,crash-after,store-error,store-error-after"),
    Variant("postgres/coolwind.toml", "double-click,concurrent-turn"),
    Variant(
        "postgres/cached.toml",
        "crash-after",
        outcomes=frozenset({"duplicated-effect", "lost-turn"}),
    ),
    Variant("postgres/cached.toml", "store-error", outcomes=frozenset({"lost-turn"})),
    Variant("postgres/cached.toml", "clear-chat", outcomes=frozenset({"zombie"})),
    Variant("postgres/cached.toml", "expiry", outcomes=frozenset({"zombie"})),
    Variant("postgres/cached.toml", "failover", depth=2, outcomes=frozenset({"lost-turn"})),
    Variant("postgres/cached.toml", "concurrent-turn", outcomes=frozenset({"interleaved"})),
)


def found(variant: Variant, output: Path) -> tuple[int, frozenset[str]]:
    """The exit status of a run, and the outcomes that it found."""
    folder, programs = (EXAMPLES / variant.file).parent, Path(sys.executable).parent
    done = subprocess.run(
        [
            *(programs / "coolwind", "run", "--target", Path(variant.file).name),
            *("--faults", variant.faults, "--depth", str(variant.depth), "--output", output),
        ],
        cwd=folder,
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    record = output / "record.jsonl"
    outcomes = (one.outcome for one in read_record(record).findings) if record.exists() else ()
    return done.returncode, frozenset(outcomes)


def main(wanted: Sequence[str]) -> int:
    """Run all, or those of the names; 1 where one is not as it has to be."""
    is_wrong = False
    for variant in VARIANTS:
        if wanted and not any(variant.file.startswith(name) for name in wanted):
            continue
        with tempfile.TemporaryDirectory() as folder:
            status, outcomes = found(variant, Path(folder))
        expected = (1 if variant.outcomes else 0, variant.outcomes)
        is_wrong |= (status, outcomes) != expected
        sign = "ok " if (status, outcomes) == expected else "BAD"
        print(
            f"{sign} {variant.file:26} {variant.faults:26} {status} {sorted(outcomes)}", flush=True
        )
    return int(is_wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
