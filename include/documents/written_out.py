"""`make check`: the templates of sql/ as statements, so that they are linted like the others."""

import sys
from pathlib import Path

from documents import lineage
from govservice import settings, warehouse


def main() -> int:
    """Write every .j2 of sql/ out into a folder, the argument: once, for the first feed where it stands for each."""
    folder = Path(sys.argv[1])
    texts: dict[str, str] = {}
    for flow in lineage.flows():
        if flow.path.endswith(".j2"):
            texts.setdefault(flow.path, flow.text)
    for path in sorted((settings.SQL / "dialects").rglob("*.j2")) + [settings.SQL / "grants.sql.j2"]:
        texts[str(path.relative_to(settings.ROOT))] = warehouse.template(str(path.relative_to(settings.SQL)), table=str)
    for path_, text in texts.items():
        target = folder / path_.removesuffix(".j2")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.strip() + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
