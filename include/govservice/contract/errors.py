"""Errors that stay until a person changes something, and those of the contract's files among them."""


class FinalError(ValueError):
    """Trying again does not help: the sentence says what a person has to change."""


class ContractError(FinalError):
    """A contract file says something the software does not understand: names the file, the place and the mend."""


class RegisterError(FinalError):
    """An entry of a register is wrong: names the file, the entry, the key and the values allowed."""
