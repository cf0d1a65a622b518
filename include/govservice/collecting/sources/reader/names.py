"""File names from outside: only ever names, never paths."""

import re

from govservice.collecting.sources.reader import limits

RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def is_plain(name: str) -> bool:
    """Whether it is the name of one file in a folder, on any system: no path, no control or bidi character, not too long."""
    return (
        name not in ("", ".", "..")
        and name.isprintable()
        and not set(name) & set('/\\:*?"<>|')
        and "%00" not in name
        and len(name.encode(errors="surrogatepass")) <= limits.NAME_BYTES
        and not RESERVED.fullmatch(name)
    )
