"""The true course of services and ratings, as arrays, from which their rows are made."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np


@dataclass
class Services:
    """Recorded services; one array element per row of feed `service`."""

    case: np.ndarray
    number: np.ndarray  # 1, 2 within the case
    is_end: np.ndarray  # 办结; else 受理
    happened_at: np.ndarray


@dataclass
class Ratings:
    """The true course of the ratings; one array element per row of feed `rating`."""

    case: np.ndarray
    number: np.ndarray  # 1 first, 2 follow-up
    service: np.ndarray  # row of the service rated; -1 where the source keeps no services
    served_at: np.ndarray
    rated_at: np.ndarray
    level: np.ndarray  # 5 best
    channel: np.ndarray  # code of list rating_channel
    automatic: np.ndarray  # which kind of automatic rating; None where somebody rated

    def __len__(self) -> int:
        return len(self.case)

    @property
    def is_lone(self) -> np.ndarray:
        """Which ratings are the only one of their case."""
        return np.bincount(self.case)[self.case] == 1

    def take(self, rows: np.ndarray) -> Self:
        """These ratings."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def extended(self, more: Self) -> Self:
        """These ratings, then those."""
        names = [field.name for field in fields(self)]
        return type(self)(**{name: np.concatenate([getattr(self, name), getattr(more, name)]) for name in names})
