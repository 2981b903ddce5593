"""`python -m benchmarks [name…] [--rows N]`."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
from dataclasses import asdict
from pathlib import Path

from benchmarks.measured import Measured

NAMES = (
    "figures",
    "intake",
    "pull",
    "ledger_pages",
    "analysis",
    "map",
    "watching",
    "loudness",
    "speech",
    "first_sound",
    "interruption",
    "fanout",
    "hearing",
    "documents",
    "reports",
)
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of {', '.join(NAMES)}")
    parser.add_argument("--rows", type=int, help="how many hazards or rows")
    options = parser.parse_args()
    unknown = set(options.names) - set(NAMES)
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}")
    RESULTS.mkdir(exist_ok=True)
    for name in options.names or NAMES:
        module = importlib.import_module(f"benchmarks.{name}")
        lines: list[Measured] = module.run(options.rows)
        show(name, lines)
        document = {
            "benchmark": name,
            "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores",
            "python": platform.python_version(),
            "lines": [asdict(line) | {"ratio": line.ratio} for line in lines],
        }
        (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=2), encoding="utf-8")


def show(name: str, lines: list[Measured]) -> None:
    print(f"\n{name}")
    for line in lines:
        print(
            f"  {line.what:58} {line.value:10.4f} {line.unit:6} "
            f"{line.against:34} {line.other:10.4f}   ratio {line.ratio:8.4f}"
        )


if __name__ == "__main__":
    main()
