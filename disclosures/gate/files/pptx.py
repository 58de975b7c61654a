"""Slides (.pptx): their texts by slide, hidden slides, notes, comments; copies without them."""

import re
from typing import Any, BinaryIO

from disclosures.gate.files import opc
from disclosures.gate.files.content import Content, Find, Findings, HiddenKind, Inner, sample
from disclosures.gate.files.xml import nodes, remove, strays

MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_COMMENTS = {"comments", "commentAuthors", "authors", "notesSlide"}


def _slides(package: opc.Package) -> list[tuple[Any, str]]:
    targets = {relationship.id: relationship.target for relationship in package.relationships(package.main)}
    listed = package.tree(package.main).iter(f"{P}sldId")
    return [(slide, targets[slide.get(R_ID, "")]) for slide in listed if slide.get(R_ID, "") in targets]


def read(stream: BinaryIO, name: str, inner: Inner) -> Content:
    """Raises ``Unreadable``."""
    package = opc.Package(stream, MAIN)
    findings = Findings()
    labels: dict[str, Any] = {}
    size = _size(package)
    for number, (_, part) in enumerate(_slides(package), start=1):
        if part not in package.names:
            continue
        labels[part] = None
        root = package.tree(part)
        last_row, last_body = None, None
        for paragraph in root.iter(f"{A}p"):
            body = paragraph.getparent()
            row = next(body.iterancestors(f"{A}tr"), None)
            join = "\n" if body is last_body else "\t" if row is not None and row is last_row else ""
            last_row, last_body = row, body
            findings.say(f"幻灯片{number}", "".join(text for _, text in nodes(paragraph)), join)
        for text in strays(root, {f"{A}t"}):
            findings.say(f"幻灯片{number}", text)
        opc.say_attributes(package.data(part), findings, f"幻灯片{number}")
        for shape in _out_of_sight(root, size):
            text = " ".join("".join(text for _, text in nodes(paragraph)) for paragraph in shape.iter(f"{A}p"))
            findings.hide(HiddenKind.HIDDEN_TEXT, f"幻灯片{number}", f"看不见的文字：{sample(text)}")
        if root.get("show") in ("0", "false"):
            findings.hide(HiddenKind.HIDDEN_SLIDE, f"幻灯片{number}", "这一张放映时不显示，但仍可看到")
        for relationship in package.relationships(part):
            if relationship.kind == "notesSlide" and relationship.target in package.names:
                text = _note(package.tree(relationship.target))
                if text:
                    findings.hide(HiddenKind.NOTES, f"幻灯片{number}", f"备注：{sample(text)}")
    for part in sorted(package.names):
        if re.search(r"/comments/[^/]*\.xml$", part):
            for comment in package.tree(part).iter("{*}cm"):
                text = " ".join("".join(comment.itertext()).split())
                findings.hide(HiddenKind.COMMENT, "批注", f"批注：{sample(text)}")
    opc.inspect(package, findings, inner, labels)
    return findings.content


def _size(package: opc.Package) -> tuple[int, int]:
    size = next(package.tree(package.main).iter(f"{P}sldSz"), None)
    return (0, 0) if size is None else (int(size.get("cx", 0)), int(size.get("cy", 0)))


def _out_of_sight(root: Any, size: tuple[int, int]) -> list[Any]:
    """The shapes with words that are hidden or lie beside the slide; groups are told by their own place."""
    found = []
    for shape in root.iterfind(f"{P}cSld/{P}spTree/*"):
        if not any(text.text and text.text.strip() for text in shape.iter(f"{A}t")):
            continue
        marks = [shape.find(f"{P}{kind}/{P}cNvPr") for kind in ("nvSpPr", "nvGrpSpPr", "nvGraphicFramePr", "nvCxnSpPr")]
        if any(mark is not None and mark.get("hidden") in ("1", "true") for mark in marks) or _is_beside(shape, size):
            found.append(shape)
    return found


def _is_beside(shape: Any, size: tuple[int, int]) -> bool:
    place = next((e for e in shape.iterfind("*/{*}xfrm")), shape.find(f"{P}xfrm"))
    if place is None or not all(size):
        return False
    begin, extent = place.find(f"{A}off"), place.find(f"{A}ext")
    if begin is None or extent is None:
        return False
    x, y, width, height = (
        int(e.get(name, 0)) for e, name in ((begin, "x"), (begin, "y"), (extent, "cx"), (extent, "cy"))
    )
    return x + width <= 0 or y + height <= 0 or x >= size[0] or y >= size[1]


def _note(root: Any) -> str:
    """The words of a note, without the slide's number."""
    said = []
    for shape in root.iter(f"{P}sp"):
        placeholder = shape.find(f".//{P}ph")
        if placeholder is not None and placeholder.get("type") in ("sldNum", "dt", "hdr", "ftr", "sldImg"):
            continue
        said += ["".join(text for _, text in nodes(paragraph)) for paragraph in shape.iter(f"{A}p")]
    return " ".join(text for text in said if text.strip())


def cleaned(stream: BinaryIO, name: str) -> bytes:
    """Hidden slides, notes and comments taken out."""
    package = opc.Package(stream, MAIN)
    targets = {relationship.id: relationship for relationship in package.relationships(package.main)}
    for slide, part in _slides(package):
        if part in package.names and package.tree(part).get("show") in ("0", "false"):
            relationship = targets[slide.get(R_ID, "")]
            remove(slide)
            package.unlink(package.main, relationship)
    size = _size(package)
    for _, part in _slides(package):
        if part in package.names:
            for shape in _out_of_sight(package.tree(part), size):
                remove(shape)
    for section in list(package.tree(package.main).iter("{*}sectionLst")):
        remove(section)
    for source, relationship in package.all_relationships():
        if relationship.kind in _COMMENTS:
            package.unlink(source, relationship)
    opc.clean(package)
    return package.save()


def masked(stream: BinaryIO, name: str, find: Find) -> bytes:
    package = opc.Package(stream, MAIN)
    opc.mask(package, find)
    return package.save()
