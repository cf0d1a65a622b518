"""What is wrong with a file of the contract."""


class ContractError(ValueError):
    """A contract file says something the software does not understand: names the file, the place and the mend."""


class RegisterError(ValueError):
    """An entry of a register is wrong: names the file, the entry, the key and the values allowed."""
