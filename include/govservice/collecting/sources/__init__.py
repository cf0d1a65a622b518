"""One module per protocol of the register; each keeps collecting.protocol.SourceProtocol."""

from govservice.collecting.protocol import SourceProtocol
from govservice.collecting.sources import database, files, http
from govservice.contract.register import Source

_PROTOCOLS: dict[str, SourceProtocol] = {"http": http, "database": database, "files": files}


def protocol_of(source: Source) -> SourceProtocol:
    """The module that speaks the protocol of a source."""
    return _PROTOCOLS[source.protocol]
