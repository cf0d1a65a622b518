"""The working days of the simulated new area."""

import csv

import numpy as np

from govservice.settings import CONTRACT


class Calendar:
    """Working days of the State Council's notices, as positions from 2021-06-01."""

    first = np.datetime64("2021-06-01", "D")

    def __init__(self) -> None:
        days = np.arange(self.first, np.datetime64("2022-03-01", "D"))
        self.is_work: np.ndarray = np.is_busday(days)
        self.is_holiday = np.zeros(len(days), bool)
        with (CONTRACT / "calendar.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                at = int((np.datetime64(row["day"], "D") - self.first) / np.timedelta64(1, "D"))
                if 0 <= at < len(days):
                    self.is_work[at] = row["is_workday"] == "true"
                    self.is_holiday[at] = row["is_workday"] != "true"
        self.workdays = days[self.is_work]
        self.index = np.concatenate([[0], np.cumsum(self.is_work)])[:-1]  # of the day itself, or the next working day

    def at(self, day: np.ndarray) -> np.ndarray:
        """Position of a day in the calendar's arrays."""
        return (day.astype("datetime64[D]") - self.first).astype(np.int64)

    def after(self, day: np.ndarray, count: np.ndarray) -> np.ndarray:
        """The working day `count` working days later; a rest day counts from the next working day."""
        return self.workdays[self.index[self.at(day)] + count]
