"""One module per protocol of the register; each keeps collecting.protocol.SourceProtocol."""
