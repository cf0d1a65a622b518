"""One module per protocol. Each has fetch(): land what the source holds for a window, and give it back ready to be read."""
