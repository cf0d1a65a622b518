"""The registers of the simulated area: which departments are registered, and to which new city a street belongs."""

import csv
from pathlib import Path

import numpy as np

from demo import columns
from demo.area import Catalogue
from demo.story import Story
from govservice.contract import validity

UNREGISTERED = ("空港新城应急管理局", "沣西新城生态环境局", "泾河新城农业农村局")


def write_organisations(path: Path, items: Catalogue) -> None:
    """Write the register of organisations: the departments of the catalogue, except a few unregistered ones."""
    departments = sorted(set(zip(items.department_code, items.department, items.city, strict=True)))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(validity.ORGANISATION_COLUMNS)
        for code, name, city in departments:
            if name not in UNREGISTERED:
                writer.writerow([code, f"{name}（示例）", city, "", "", "true"])


def blame_unregistered(story: Story) -> None:
    """R06: every case of a department that is not registered."""
    unregistered = story.items.department_code[np.isin(story.items.department, UNREGISTERED)]
    named = columns.strings(story.in_the_end("accept", ["org_code"])["org_code"])
    rows = np.flatnonzero(np.isin(named, unregistered) & story.is_delivered())
    rows = np.setdiff1d(rows, [row for found in story.findings if found.rule == "R06" for row in found.rows])
    story.blame("accept", rows, "R06", story.own_keys(rows), critical=False)


def new_cities(story: Story) -> np.ndarray:
    """Per case, the new city of its street on the accept day, or if that is delivered wrong, on the day of arrival."""
    cities = np.full(len(story.facts), story.source.new_city, object)
    accepted = columns.moments(story.facts.accepted_at)
    delivered = columns.first_characters(story.in_the_end("accept", ["accept_date"])["accept_date"], 10)
    is_right = columns.strings(delivered) == columns.strings(columns.first_characters(accepted, 10))
    day = np.where(is_right, story.facts.accepted_at, story.rows["accept"].arrived_at).astype("datetime64[D]")
    for city, valid in validity.streets().get(story.source.street, []):
        first, last = np.datetime64(valid.first, "D"), np.datetime64(valid.last, "D")
        cities[(day >= first) & (day <= last)] = city
    return cities
