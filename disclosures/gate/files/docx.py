"""Word documents (.docx): every paragraph with its place, revisions, comments, hidden text; copies without them."""

import re
from typing import Any, BinaryIO

from disclosures.gate.files import opc
from disclosures.gate.files.content import Content, Find, Findings, HiddenKind, Inner, sample
from disclosures.gate.files.xml import local, nodes, remove, strays, tree, units, unwrap

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TAKEN_OUT = {"del", "moveFrom", "cellDel"}
_PUT_IN = {"ins", "moveTo"}
_MARKS = {
    "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "cellIns", "cellMerge",
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange", "trPrChange", "tcPrChange",
    "tblPrExChange", "numberingChange", "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart",
    "customXmlDelRangeEnd",
}  # fmt: skip
_COMMENT_MARKS = {"commentRangeStart", "commentRangeEnd", "commentReference"}
_COMMENTS = {"comments", "commentsExtended", "commentsIds", "commentsExtensible", "people"}
_READ = {f"{W}t", f"{W}delText", f"{W}instrText"}
_WHITE = re.compile(r"(?:[Ff][A-Fa-f89]){3}")
_DEEPEST = 10  # styles based on each other
_SMALLEST = 4  # half points; smaller letters are not read by anybody


def read(stream: BinaryIO, name: str, inner: Inner) -> Content:
    """Raises ``Unreadable``."""
    package = opc.Package(stream, MAIN)
    findings = Findings()
    root = package.tree(package.main)
    _say_body(root, findings)
    styles = _hiding_styles(package)
    for part in _texts_of(package):
        place = "正文" if part == package.main else opc.place_of(part)
        _revisions(package.tree(part), place, findings)
        _hidden_text(package.tree(part), place, styles, findings)
    for _, relationship in package.all_relationships():
        if relationship.kind == "comments" and relationship.target in package.names:
            for number, comment in enumerate(package.tree(relationship.target).iter(f"{W}comment"), start=1):
                text = "".join(opc.paragraph_text(paragraph) for paragraph in comment.iter(f"{W}p"))
                author = comment.get(f"{W}author", "")
                findings.say("批注的作者", author)
                findings.hide(HiddenKind.COMMENT, f"批注{number}", f"{author or '有人'}批注：{sample(text)}")
    opc.say_attributes(package.data(package.main), findings, "正文")
    opc.inspect(package, findings, inner, {package.main: None})
    return findings.content


def cleaned(stream: BinaryIO, name: str) -> bytes:
    """All revisions accepted, comments and hidden text taken out, properties cleared."""
    package = opc.Package(stream, MAIN)
    styles = _hiding_styles(package)
    for part in _texts_of(package):
        root = package.tree(part)
        for element in [e for e in root.iter() if local(e) in _TAKEN_OUT | _MARKS | _COMMENT_MARKS]:
            remove(element)
        for element in [e for e in root.iter() if local(e) in _PUT_IN]:
            if local(element.getparent()) in ("rPr", "trPr"):
                remove(element)
            else:
                unwrap(element)
        for run in _hidden_runs(root, styles):
            remove(run)
    for source, relationship in package.all_relationships():
        if relationship.kind in _COMMENTS:
            package.unlink(source, relationship)
    opc.clean(package)
    return package.save()


def masked(stream: BinaryIO, name: str, find: Find) -> bytes:
    package = opc.Package(stream, MAIN)
    opc.mask(package, find)
    return package.save()


def _texts_of(package: opc.Package) -> list[str]:
    kinds = ("header", "footer", "footnotes", "endnotes", "comments")
    return [
        part
        for part in package.names
        if part == package.main
        or (part.startswith("word/") and part.endswith(".xml") and part.rpartition("/")[2].startswith(kinds))
    ]


def _say_body(root: Any, findings: Findings) -> None:
    paragraphs, tables = 0, 0
    places: dict[Any, str] = {}
    last_row, last_cell = None, None
    for element in root.iter("{*}p", f"{W}tbl"):
        if local(element) == "tbl":
            tables += 1
            for row, line in enumerate(element.iter(f"{W}tr"), start=1):
                for column, cell in enumerate((c for c in line if local(c) == "tc"), start=1):
                    places.setdefault(cell, f"表格{tables} 第{row}行第{column}列")
            continue
        cell = next(element.iterancestors(f"{W}tc"), None)
        boxed = next(element.iterancestors(f"{W}txbxContent"), None)
        if cell is None and boxed is None:
            paragraphs += 1
        place = "文本框" if boxed is not None else places.get(cell, f"第{paragraphs}段")
        line = None if cell is None else cell.getparent()
        join = "\t" if line is not None and line is last_row and cell is not last_cell else "\n"
        for leaf, told in (("t", place), ("delText", "修订痕迹"), ("instrText", f"{place}的域代码")):
            if parts := nodes(element, leaf):
                findings.say(told, "".join(text for _, text in parts), join if leaf == "t" else "")
                last_row, last_cell = line, cell
    for text in strays(root, _READ):
        findings.say("正文", text)


def _revisions(root: Any, place: str, findings: Findings) -> None:
    for element in root.iter():
        kind = local(element)
        if kind in _TAKEN_OUT | _PUT_IN:
            texts = [e.text or "" for e in element.iter(f"{W}t", f"{W}delText")]
            text = sample("".join(texts))
            if not text and local(element.getparent()) not in ("rPr", "trPr"):
                continue
            said = "删除" if kind in _TAKEN_OUT else "插入"
            findings.hide(
                HiddenKind.TRACKED_CHANGE, place, f"{said}的内容仍可看到：{text}" if text else f"{said}段落的痕迹"
            )
            findings.say("修订者", element.get(f"{W}author"))
        elif kind.endswith("Change") and kind in _MARKS:
            author = element.get(f"{W}author", "")
            findings.hide(HiddenKind.TRACKED_CHANGE, place, f"{author or '有人'}修改格式的痕迹")


def _hiding_styles(package: opc.Package) -> set[str]:
    """Names of the styles whose text does not show."""
    part = next((r.target for r in package.relationships(package.main) if r.kind == "styles"), "")
    if part not in package.names:
        return set()
    styles = {style.get(f"{W}styleId", ""): style for style in tree(package.data(part)).iter(f"{W}style")}
    hiding = {
        name
        for name, style in styles.items()
        if any(_on(mark) for mark in style.iter(f"{W}vanish"))
        or any(_is_white(properties) and style.find(f".//{W}shd") is None for properties in style.iter(f"{W}rPr"))
    }
    for _ in range(_DEEPEST):  # a style takes after the one it is based on
        based = {
            name
            for name, style in styles.items()
            if (base := style.find(f"{W}basedOn")) is not None
            and base.get(f"{W}val", "") in hiding
            and style.find(f"{W}rPr/{W}vanish") is None
        }
        if based <= hiding:
            break
        hiding |= based
    return hiding


def _hidden_text(root: Any, place: str, styles: set[str], findings: Findings) -> None:
    for run in _hidden_runs(root, styles):
        text = "".join(text for unit in units(run) for _, text in unit)
        findings.hide(HiddenKind.HIDDEN_TEXT, place, f"看不见的文字：{sample(text)}")


def _hidden_runs(root: Any, styles: set[str]) -> list[Any]:
    rows = {row for row in root.iter(f"{W}tr") if any(_on(mark) for mark in row.iterfind(f"{W}trPr/{W}hidden"))}
    return [
        run
        for run in root.iter(f"{W}r")
        if any(e.text for e in run.iter(f"{W}t"))
        and (_is_hidden(run, styles) or rows and any(row in rows for row in run.iterancestors(f"{W}tr")))
    ]


def _is_hidden(run: Any, styles: set[str]) -> bool:
    properties = run.find(f"{W}rPr")
    paragraph = next(run.iterancestors(f"{W}p"), None)
    named = [] if paragraph is None else paragraph.findall(f"{W}pPr/{W}pStyle")
    if properties is not None:
        vanish = properties.find(f"{W}vanish")
        if vanish is not None:
            return _on(vanish)
        size = properties.find(f"{W}sz")
        if size is not None and size.get(f"{W}val", "").isdigit() and int(size.get(f"{W}val")) < _SMALLEST:
            return True
        if _is_white(properties) and not _has_ground(run):
            return True
        named += properties.findall(f"{W}rStyle")
    if properties is not None and properties.find(f"{W}color") is not None and not _is_white(properties):
        return False
    return any(style.get(f"{W}val", "") in styles for style in named) and not _has_ground(run)


def _is_white(properties: Any) -> bool:
    colour = properties.find(f"{W}color")
    if colour is None:
        return False
    return colour.get(f"{W}themeColor") in ("background1", "bg1") or bool(_WHITE.fullmatch(colour.get(f"{W}val", "")))


def _has_ground(run: Any) -> bool:
    """White letters on a dark ground are meant to be read."""
    if run.find(f"{W}rPr/{W}highlight") is not None:
        return True
    around = [run, *run.iterancestors(f"{W}p", f"{W}tc", f"{W}txbxContent", f"{W}tbl")]
    return any(
        local(element) == "txbxContent" or any(_is_filled(shade) for shade in element.iter(f"{W}shd"))
        for element in around
    )


def _is_filled(shade: Any) -> bool:
    return shade.get(f"{W}fill", "auto").upper() not in ("AUTO", "FFFFFF", "")


def _on(mark: Any) -> bool:
    return mark.get(f"{W}val", "true") not in ("0", "false", "off")
