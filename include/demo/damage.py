"""Ways to damage clean rows, and the rows that suit: the building blocks of defects.py and conditions.py."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa

from demo import columns, people
from demo.story import Story
from govservice import contract

MINUTE, HOUR, DAY = 60, 3600, 86400
BLANKS: list[str | None] = [
    None,
    "",
    "　",
    "\u200b",
    "\ufeff",
]  # one character, for the shortest columns of a front database
SENTINELS = [
    *("0001-01-01 00:00:00", "1753-01-01 00:00:00", "1899-12-30 00:00:00", "1900-01-01 00:00:00"),
    *("1949-09-30 23:59:59", "1969-12-31 16:00:00", "1970-01-01 00:00:00"),
]
TIMES_OF_POSTGRES = ["infinity", "-infinity", "0044-03-15 12:00:00 BC"]
MALFORMED = ["2021/11/1", "20211101", "2021年11月1日", "2021-02-30 09:00:00", "2021-13-01 10:00:00", "44501", "now"]
NOT_JUDGED = ("row_guid", "project_no", "cd_operation", "cd_time", "cd_batch")

Damage = Callable[[Story, np.ndarray], None]
Condition = Callable[[Story], np.ndarray]
Edit = Callable[[str], str]


def blank(feed: str, *names: str) -> Damage:
    """Empty one of the named columns; without names, one of the required ones that the source itself must fill."""

    def damage(story: Story, rows: np.ndarray) -> None:
        fields = contract.feeds()[feed].fields
        sent = [field for field in fields if story.source.carries(feed, field.name)]
        required = [field.name for field in sent if field.required and field.name not in NOT_JUDGED]
        typed = [field.name for field in fields if field.kind == "datetime"] + ["task_version"]
        for name, some in _divided(story, names or required, rows):
            only_null = story.source.protocol == "database" and name in typed
            story.rows[feed].put(name, some, _chosen(story, [None] if only_null else BLANKS, some))

    return damage


def _divided(story: Story, names: Sequence[str], rows: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """The rows divided at random among the columns."""
    choice = story.rng.integers(0, len(names), len(rows))
    return [(name, rows[choice == at]) for at, name in enumerate(names)]


def _chosen(story: Story, values: Sequence[str | None], rows: np.ndarray) -> list[str | None]:
    return [values[at] for at in story.rng.integers(0, len(values), len(rows))]


def replace(feed: str, values: dict[str, list[str | None]]) -> Damage:
    """Put one of these values into one of these columns.

    Only a column that the source carries; of a vendor only one with standard codes, not one with its own list.
    """

    def damage(story: Story, rows: np.ndarray) -> None:
        carried = [name for name in values if story.source.carries(feed, name)]
        if story.source.way == "vendor":
            carried = [name for name in carried if not contract.feeds()[feed].field(name).own_list]
        for name, some in _divided(story, carried, rows):
            story.rows[feed].put(name, some, _chosen(story, values[name], some))

    return damage


def foreign_code(feed: str, *names: str) -> Damage:
    """Put a code into one of the columns that no list of a vendor translates."""

    def damage(story: Story, rows: np.ndarray) -> None:
        for name, some in _divided(story, names, rows):
            story.rows[feed].put(name, some, _chosen(story, ["8", "99"], some))

    return damage


def rewrite(feed: str, name: str, *edits: Edit) -> Damage:
    """Change the value in the column by one of these edits."""

    def damage(story: Story, rows: np.ndarray) -> None:
        old = columns.strings(story.rows[feed].table.column(name).take(pa.array(rows)))
        choice = story.rng.integers(0, len(edits), len(rows))
        story.rows[feed].put(name, rows, [edits[at](value) for at, value in zip(choice, old, strict=True)])

    return damage


def bad_date(feed: str, *names: str) -> Damage:
    """Sentinels everywhere, malformed text where the protocol can carry it, what no calendar has in a national database."""

    def damage(story: Story, rows: np.ndarray) -> None:
        others = {"database": TIMES_OF_POSTGRES, "vendor": []}
        values = SENTINELS + others.get(story.source.way, [] if story.source.protocol == "database" else MALFORMED)
        for name, some in _divided(story, names, rows):
            story.rows[feed].put(name, some, _chosen(story, values, some))

    return damage


def bad_text(feed: str, *names: str) -> Damage:
    """Blanks at an end, a character that nobody sees, a control character, or more characters than the column holds."""

    def damage(story: Story, rows: np.ndarray) -> None:
        carried = [name for name in names if story.source.carries(feed, name)]
        for name, some in _divided(story, carried, rows):
            rewrite(feed, name, *_text_edits(story, contract.feeds()[feed].field(name).max or 0))(story, some)

    return damage


def _text_edits(story: Story, limit: int) -> list[Edit]:
    edits: list[Edit] = [lambda text: f" {text}", lambda text: f"{text} ", lambda text: f"　{text}"]
    edits += [lambda text: f"{text[:1]}\u200b{text[1:]}", lambda text: f"\u202e{text}"]
    if not story.source.is_workbook:  # XML cannot carry control characters
        edits += [lambda text: f"{text}\x07", lambda text: f"\x01{text}"]
    if story.source.protocol != "database":  # nor varchar(n) a longer text
        edits.append(lambda text: (text * limit)[: limit + 1])
    return edits


PLACEHOLDERS: list[str | None] = ["无", "测试", "test", "11111", "1", "null", "undefined", "N/A", "暂无", "不详"]
LOST_TEXTS = (lambda text: f"{text[:1]}\ufffd{text[2:]}", lambda text: f"{text[:1]}锟斤拷")
MISREAD_TEXTS: list[str | None] = ["李四".encode().decode("gbk"), "张三".encode().decode("cp1252"), "张??"]
"""What conversions of text leave behind that cannot be undone, and what can."""


def shift(feed: str, names: Sequence[str], seconds: tuple[int, int], since: Condition) -> Damage:
    """Set the columns to one moment, that many seconds after (or before) another."""

    def damage(story: Story, rows: np.ndarray) -> None:
        moment = since(story)[rows] + story.rng.integers(*seconds, len(rows))
        for name in names:
            story.rows[feed].put(name, rows, columns.moments(moment))

    return damage


def wrong_check(code: str) -> str:
    """The same 18-character code, or code that begins with one, with another check character."""
    return code[:17] + ("0" if code[17] != "0" else "1") + code[18:]


CREDIT_CODE_EDITS = (
    wrong_check,
    lambda _: "0" * 18,
    lambda code: f"0{code[1:]}",
    lambda code: f"{code[:2]}A{code[3:]}",
    lambda _: "11010519491231002X",  # a person's number
)


def wrong_credit_code(story: Story, rows: np.ndarray) -> None:
    """No credit code in the place of the applicant's, or else of that of the accepting body."""
    own = has_credit_code(story)[rows] & (story.rng.random(len(rows)) < 0.8)
    rewrite("accept", "applyer_page_code", *CREDIT_CODE_EDITS)(story, rows[own])
    rewrite("accept", "org_code", *CREDIT_CODE_EDITS)(story, rows[~own])


def wrong_applicant_type(story: Story, rows: np.ndarray) -> None:
    """A person typed as an enterprise (with a legal representative, so that only this is wrong), or the reverse."""
    is_person = text_is("accept", "applyer_type", "1")(story)[rows]
    accept = story.rows["accept"]
    accept.put("legal", rows[is_person], people.person_names(story.rng, int(is_person.sum())))
    accept.put("applyer_type", rows, columns.where(is_person, "2", "1"))


def foreign_handle_item(story: Story, rows: np.ndarray) -> None:
    """A handling item of another service item."""
    other = story.items.task_code[story.facts.item[rows] - 1]
    story.rows["accept"].put("task_handle_item", rows, [code + "01" for code in other])


def foreign_catalog_code(story: Story, rows: np.ndarray) -> None:
    """The base code of another service item."""
    story.rows["accept"].put("catalog_code", rows, list(story.items.catalog_code[story.facts.item[rows] - 1]))


def unknown_item(story: Story, rows: np.ndarray) -> None:
    """A well-formed item code that the catalogue does not have, with everything that is derived from it."""
    old = story.facts.number[rows].astype("U43")
    invented = story.rng.integers(0, 10**6, len(rows))
    codes = [number[:19] + f"6199{value:06d}00" for number, value in zip(old, invented, strict=True)]
    renumber(story, rows, [code + number[31:] for code, number in zip(codes, old, strict=True)])
    accept = story.rows["accept"]
    accept.put("task_code", rows, codes)
    accept.put("catalog_code", rows, [code[19:] for code in codes])
    accept.put("task_handle_item", rows, None)


def renumber(story: Story, cases: np.ndarray, numbers: Sequence[str]) -> None:
    """Give these cases other numbers, in the rows of every feed."""
    story.facts.number[cases] = [number.encode() for number in numbers]
    chosen = np.zeros(len(story.facts), bool)
    chosen[cases] = True
    for part in story.rows.values():
        renamed = np.flatnonzero(chosen[part.case])
        part.put("project_no", renamed, columns.text(story.facts.number[part.case[renamed]]))


def text_is(feed: str, name: str, *values: str) -> Condition:
    """Rows with one of the values in the column."""
    return lambda story: np.isin(columns.strings(story.rows[feed].table.column(name)), values)


def result_is(*outcomes: str) -> Condition:
    """Result rows of cases that ended so."""
    return lambda story: np.isin(story.of_case("result", story.facts.outcome), outcomes)


def has_credit_code(story: Story) -> np.ndarray:
    """Accept rows whose applicant is identified by a unified social credit code."""
    return text_is("accept", "applyer_page_type", "01", "001", "821", "822")(story)


def needs_legal(story: Story) -> np.ndarray:
    """Accept rows that must name a legal representative: a legal person, or an enterprise's credit code."""
    codes = columns.strings(columns.first_characters(story.rows["accept"].table.column("applyer_page_code"), 1))
    return text_is("accept", "applyer_type", "2", "3", "4")(story) | (has_credit_code(story) & (codes == "9"))


def is_promise(story: Story) -> np.ndarray:
    """Accept rows of cases with a promise."""
    return story.facts.is_promise


def is_open_promise(story: Story) -> np.ndarray:
    """Accept rows of open cases with a promise, where times are written to the second."""
    return story.facts.is_promise & np.isnat(story.facts.finished_at) & to_the_second(story)


def to_the_second(story: Story) -> bool:
    """Whether the source writes times of day."""
    return not story.source.day_only
