"""A file that cannot be taken as a whole."""

from govservice.contract import file_codes


class Refused(ValueError):
    """A file cannot be taken as a whole: code of file_codes.csv, and a sentence for the station that says what and where.

    The sentence ends with what the station does about it; it holds no values.
    """

    def __init__(self, code: str, what: str) -> None:
        super().__init__(f"{what}；{file_codes()[code].action}")
        self.code = code
