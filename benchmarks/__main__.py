"""`python -m benchmarks`: measures what Coolwind claims about its speed, prints it as tables, and
writes it as JSON."""

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks.measuring import FULL, TINY, measured, steps
from benchmarks.showing import as_json, show


def main() -> int:
    """Measure everything; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--output", type=Path, default=Path("build/benchmarks.json"), metavar="FILE"
    )
    parser.add_argument("--tiny", action="store_true", help="so little that it says nothing")
    options = parser.parse_args()
    sizes = TINY if options.tiny else FULL
    parts = list(
        track(
            measured(sizes),
            "measuring",
            total=steps(sizes),
            console=Console(stderr=True),
            transient=True,
        )
    )
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(as_json(parts), indent=2) + "\n", "utf-8")
    show(parts, Console(width=None if sys.stdout.isatty() else 120))
    return 0


if __name__ == "__main__":
    sys.exit(main())
