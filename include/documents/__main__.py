"""`make docs`: write the generated pages; `--check` only compares."""

import sys

from documents import pages
from govservice.settings import ROOT


def main() -> int:
    """Write the pages of docs/ that are generated, or with --check say which of them are out of date.

    Returns:
        Exit code: 1 if --check finds a page that differs.
    """
    texts = {ROOT / "docs" / name: text for name, text in pages.all_pages().items()}
    stale = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" not in sys.argv:
        for path in stale:
            path.write_text(texts[path], encoding="utf-8")
        return 0
    for path in stale:
        print(f"{path.relative_to(ROOT)} 与它的来源不一致：运行 make docs 后一并提交")
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main())
