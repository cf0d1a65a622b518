"""The child process that reads station files: bytes from outside meet a parser only here, under resource limits."""
