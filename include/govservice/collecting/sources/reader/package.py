"""The parts of a workbook, found as its relationships say: which sheet stands where, and what is wrong with a part that is read.

What nobody parses (pictures, themes, sheets of another name) is inflated under the budget and not looked at.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import unquote
from xml.parsers import expat

from govservice.collecting.sources.reader import archive, limits, worksheet
from govservice.collecting.sources.reader.archive import Budget
from govservice.collecting.sources.reader.refusal import Refused

CONTENT_TYPES, RELATIONS, WORKBOOK = archive.CONTENT_TYPES.lower(), "_rels/.rels", "xl/workbook.xml"
WORKBOOK_TYPES = ("sheet.main+xml", "sheet.macroenabled.main+xml", "template.main+xml")
OFFICE_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
STRINGS, STYLES = "/sharedStrings", "/styles"  # how the types of these relations end
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
TAIL = 4096  # what is looked for may lie across two pieces


@dataclass(frozen=True)
class Relation:
    """What one part says of another: its type, the name of the other part, and how that name was written."""

    kind: str
    part: str
    target: str


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: its title, whether it is shown, and the id of its relation to the workbook."""

    title: str
    is_visible: bool
    relation: str


class Package:
    """A workbook as the zip that it is."""

    def __init__(self, opened: zipfile.ZipFile, name: str, budget: Budget) -> None:
        """Raises:
        Refused: ZIP, BOMB, DOCTYPE, ACTIVE.
        """
        self._archive, self._name, self._budget = opened, name, budget
        self._entries = {_plain(entry.filename): entry for entry in opened.infolist()}
        if len(self._entries) != len(opened.infolist()):
            raise Refused("ZIP", f"{name} 的压缩目录不正常")
        if any(archive.ACTIVE.search(part) for part in self._entries):
            raise Refused("ACTIVE", f"{name} 含宏、外部链接或嵌入对象")
        self._contents: dict[str, bytes] = {}
        self._workbook = self._workbook_part()
        folder, file = posixpath.split(self._workbook)
        self._relations = {
            found.get("Id", ""): Relation(
                found.get("Type", ""), _resolved(folder, found.get("Target", "")), found.get("Target", "")
            )
            for found in self._elements(f"{folder}/_rels/{file}.rels", "Relationship")
        }
        self.sheets = [
            Sheet(found.get("name", ""), found.get("state", "visible") == "visible", found.get("id", ""))
            for found in self._elements(self._workbook, "sheet")
        ]

    def unvalued_cells(self, sheets: Iterable[Sheet]) -> dict[str, worksheet.Unvalued]:
        """Look at every part, and into those that are parsed; gives, by title of the sheets that are read, the cells without a value.

        Raises:
            Refused: ZIP, BOMB, DOCTYPE, SHAPE.
        """
        title_of = {self._part(sheet): sheet.title for sheet in sheets}
        parsed = {one.part for one in self._relations.values() if one.kind.endswith((STRINGS, STYLES))}
        unvalued = {}
        for part in [one for one in self._entries if one not in self._contents]:
            look = worksheet.Look()
            tail = b""
            for piece in self._inflated(part, self._budget):
                if part in title_of or part in parsed:
                    seen = tail + piece
                    self._refuse_declarations(seen, part)
                    if part in title_of:
                        look.at(seen)
                    tail = piece[-TAIL:]
            if look.is_suspect(tail):
                title = title_of[part]
                pieces = self._inflated(part, Budget(limits.INFLATED_BYTES))
                unvalued[title] = worksheet.unvalued_cells(pieces, f"{self._name} {title}")
        return unvalued

    def standard(self, content: bytes) -> bytes:
        """The workbook as the library finds its parts: itself, or a copy with every part in its usual place.

        Args:
            content: of the workbook.
        """
        targets = [one.target for one in self._relations.values()]
        if self._workbook == WORKBOOK and not any(".." in target or "%" in target for target in targets):
            return content
        made = io.BytesIO()
        budget = Budget(limits.INFLATED_BYTES)  # all of it has been counted once
        with zipfile.ZipFile(made, "w") as copy:
            relations = []
            for number, (key, one) in enumerate(self._relations.items()):
                place = {STRINGS: "sharedStrings.xml", STYLES: "styles.xml"}.get(
                    f"/{one.kind.rpartition('/')[2]}", f"parts/{number}.xml"
                )
                relations.append((key, one.kind, place))
                if one.part in self._entries:
                    copy.writestr(f"xl/{place}", b"".join(self._inflated(one.part, budget)))
            copy.writestr("xl/_rels/workbook.xml.rels", _relations(relations))
            copy.writestr(WORKBOOK, self._whole(self._workbook))
            copy.writestr(RELATIONS, _relations([("rId1", OFFICE_DOCUMENT, WORKBOOK)]))
            copy.writestr(archive.CONTENT_TYPES, self._whole(CONTENT_TYPES))
        return made.getvalue()

    def _part(self, sheet: Sheet) -> str:
        return self._relations[sheet.relation].part if sheet.relation in self._relations else ""

    def _workbook_part(self) -> str:
        """As the relations of the package say, else as the content types, else as is usual."""
        relations = self._elements(RELATIONS, "Relationship")
        named = [found.get("Target", "") for found in relations if found.get("Type", "").endswith("/officeDocument")]
        types = self._elements(CONTENT_TYPES, "Override")
        named += [
            found.get("PartName", "")
            for found in types
            if found.get("ContentType", "").lower().endswith(WORKBOOK_TYPES)
        ]
        return next((part for part in (_resolved("", one) for one in named) if part in self._entries), WORKBOOK)

    def _elements(self, part: str, tag: str) -> list[dict[str, str]]:
        """The attributes of the elements of a name in a part that is small, by their names without namespace; none where it is missing."""
        found: list[dict[str, str]] = []
        if part not in self._entries:
            return found

        def start(name: str, attributes: dict[str, str]) -> None:
            if _local(name) == tag:
                found.append({_local(key): value for key, value in attributes.items()})

        def doctype(*_: object) -> None:
            raise self._with_doctype(part)

        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.StartDoctypeDeclHandler = start, doctype
        try:
            parser.Parse(self._whole(part), True)
        except expat.ExpatError:
            raise Refused("ZIP", f"{self._name} 的 {part} 不是完好的 XML") from None
        return found

    def _whole(self, part: str) -> bytes:
        if part not in self._contents:
            self._contents[part] = b"".join(self._inflated(part, self._budget))
        return self._contents[part]

    def _inflated(self, part: str, budget: Budget) -> Iterator[bytes]:
        return archive.inflated(self._archive, self._entries[part], self._name, budget)

    def _refuse_declarations(self, piece: bytes, part: str) -> None:
        if any(declaration in piece for declaration in DECLARATIONS):
            raise self._with_doctype(part)

    def _with_doctype(self, part: str) -> Refused:
        return Refused("DOCTYPE", f"{self._name} 的 {part} 含文档类型声明")


def _plain(name: str) -> str:
    """A part's name as it is compared: some write it with backslashes, and case does not count."""
    return name.replace("\\", "/").lstrip("/").lower()


def _resolved(folder: str, target: str) -> str:
    """The part that a relation of a part in this folder points to."""
    path = unquote(target.replace("\\", "/"))
    return _plain(path if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path)))


def _relations(relations: list[tuple[str, str, str]]) -> str:
    """A list of relations (id, type, target) as a part."""
    lines = [
        f'<Relationship Id="{escape(key)}" Type="{escape(kind)}" Target="{escape(to)}"/>' for key, kind, to in relations
    ]
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{"".join(lines)}</Relationships>'


def _local(name: str) -> str:
    return name.rpartition(":")[2]
