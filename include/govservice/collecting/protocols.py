"""The modules of collecting/sources by the protocol of the register that each speaks.

Apart from the package: the child that reads station files lies in it, and must not import what front databases and interfaces need.
"""

from govservice.collecting.protocol import SourceProtocol
from govservice.collecting.sources import database, files, http
from govservice.contract.register import Source

_PROTOCOLS: dict[str, SourceProtocol] = {"http": http, "database": database, "files": files}


def protocol_of(source: Source) -> SourceProtocol:
    """The module that speaks the protocol of a source."""
    return _PROTOCOLS[source.protocol]
