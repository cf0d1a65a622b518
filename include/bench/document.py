"""`python -m bench.document`: write docs/performance.md from the figures of the last `make bench`."""

import json
import statistics
from pathlib import Path

from govservice import settings
from stack.documents import page


def main() -> None:
    """Fill the template beside this file."""
    figures = json.loads((settings.var() / "bench.json").read_text(encoding="utf-8"))
    text = page(Path(__file__).with_name("performance.md.j2"), **figures, median=statistics.median)
    (settings.ROOT / "docs" / "performance.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
