"""`python -m bench.document`: write docs/performance.md from the last `make bench` and `make bench-growth`."""

import json
import statistics
from pathlib import Path

from documents.pages import page
from govservice import settings


def main() -> None:
    """Fill the template beside this file."""
    figures, growth = (
        json.loads((settings.var() / name).read_text(encoding="utf-8")) for name in ("bench.json", "bench-growth.json")
    )
    text = page(Path(__file__).with_name("performance.md.j2"), **figures, growth=growth, median=statistics.median)
    (settings.ROOT / "docs" / "performance.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
