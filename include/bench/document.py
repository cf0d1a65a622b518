"""`python -m bench.document`: write docs/performance.md from the figures of the last `make bench`."""

import json
import statistics
from pathlib import Path

import jinja2

from govservice import settings


def main() -> None:
    """Fill the template beside this file."""
    figures = json.loads((settings.var() / "bench.json").read_text(encoding="utf-8"))
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    template = environment.from_string(Path(__file__).with_name("performance.md.j2").read_text(encoding="utf-8"))
    text = template.render(**figures, median=statistics.median)
    (settings.ROOT / "docs" / "performance.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
