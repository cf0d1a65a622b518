"""The objects of the warehouse: which file of sql/ makes which, and in which order they are installed.

A relation or function has one file, sql/<schema>/<name>.sql or sql/<schema>/functions/<name>.sql; a .j2 is written out from the contract,
sql/ods/feed.sql.j2 once for each feed. The order follows from what each file names: there is no list to keep.
"""

import re
from dataclasses import dataclass
from graphlib import TopologicalSorter

from govservice import contract, settings, warehouse

LAYERS = ("ops", "dim", "ods", "quality", "dwd", "dws", "ads")
FOR_EACH_FEED = "feed.sql.j2"
_NAME = re.compile(rf"\b(?:{'|'.join(LAYERS)})\.[a-z_][a-z0-9_]*")
_MADE = re.compile(
    r"\bCREATE (?:OR REPLACE )?(?:MATERIALIZED )?(?:TABLE|VIEW|FUNCTION)(?: IF NOT EXISTS)? ([a-z]+\.[a-z0-9_]+)"
)
_COMMENT = r"--[^\n]*|/\*.*?\*/"
_TEXT = r"'(?:[^']|'')*'"
_NO_CODE = re.compile(rf"{_COMMENT}|{_TEXT}", re.S)
_TOKEN = re.compile(rf"{_COMMENT}|({_TEXT}|\w+|\S)", re.S)


@dataclass(frozen=True)
class SqlObject:
    """A relation or function and the statements that make it, written out; `needs` are the others that it names."""

    name: str
    path: str
    text: str
    needs: frozenset[str]


def objects() -> list[SqlObject]:
    """Every relation and function in the order in which they are installed.

    Raises:
        graphlib.CycleError: two of them need each other.
    """
    found = {one.name: one for path in _paths() for one in _read(path)}
    order = TopologicalSorter({one.name: one.needs & found.keys() for one in found.values()})
    order.prepare()
    result = []
    while order.is_active():
        ready = sorted(order.get_ready())
        order.done(*ready)
        result += [found[name] for name in ready]
    return result


def functions() -> dict[str, str]:
    """The text of every function by name."""
    return {one.name: one.text for one in objects() if "/functions/" in one.path}


def installation() -> list[str]:
    """Every statement of the installation: the layers, what is in them, and who may do what."""
    texts = [one.text for one in objects()]
    return [warehouse.statement("schemas.sql"), *texts, warehouse.template("grants.sql.j2")]


def meaning(text: str) -> str:
    """A statement as its tokens, one space between them: what it says without comments, line breaks and indentation."""
    return " ".join(filter(None, _TOKEN.findall(text)))


def code(text: str) -> str:
    """A statement without its comments and texts."""
    return _NO_CODE.sub("", text)


def names(text: str) -> set[str]:
    """The relations and functions of the layers that a statement names, outside comments and texts."""
    return set(_NAME.findall(code(text)))


def _paths() -> list[str]:
    files = [*settings.SQL.glob("*/*.sql*"), *settings.SQL.glob("*/functions/*.sql")]
    return sorted(
        str(path.relative_to(settings.SQL)) for path in files if path.relative_to(settings.SQL).parts[0] in LAYERS
    )


def _read(path: str) -> list[SqlObject]:
    if path.endswith(f"/{FOR_EACH_FEED}"):
        texts = [warehouse.template(path, feed) for feed in contract.feeds()]
    else:
        texts = [warehouse.template(path) if path.endswith(".j2") else warehouse.statement(path)]
    result = []
    for text in texts:
        made = _MADE.search(code(text))
        if made is None:
            raise contract.ContractError(
                f"sql/{path} makes no relation and no function: statements that fill one go to write/"
            )
        result.append(SqlObject(made[1], path, text, frozenset(names(text) - {made[1]})))
    return result
