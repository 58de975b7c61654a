"""What docx, xlsx and pptx share: parts, the relationships between them, and what hides beside the text proper."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import Any, BinaryIO
from urllib.parse import unquote

from disclosures.gate.files import images, people
from disclosures.gate.files.container import Container
from disclosures.gate.files.content import Find, Findings, HiddenKind, Inner, Unreadable, sample
from disclosures.gate.files.xml import (
    attributes,
    local,
    mask_attributes,
    mask_nodes,
    nodes,
    plain_utf8,
    remove,
    serialised,
    tree,
    units,
)

TYPES = "[Content_Types].xml"
_MACRO = re.compile(r"vbaProject|macroEnabled|macrosheet|dialogsheet|ms-office\.vba|xlMacrosheet|intlmacrosheet", re.I)
_LOCAL_PATH = re.compile(r"^(?:file:|\\\\|[A-Za-z]:[\\/]|/(?:Users|home)/)", re.I)
_IMAGE = re.compile(r"\.(?:jpe?g|jpe|jfif|png)$", re.I)
_PICTURE = re.compile(r"\.(?:jpe?g|jpe|jfif|png|gif|bmp|tiff?|emf|wmf|svg|wdp|webp)$", re.I)
_SOUND = re.compile(r"\.(?:mp[34]|m4[av]|wav|wma|wmv|avi|mov|ogg)$", re.I)
# Printers' settings, fonts, and what macro-free files keep of their drawings.
_WHOLE_FILES = (".rtf", ".mht", ".txt", ".doc", ".xls", ".ppt", ".pdf", ".docx", ".xlsx", ".pptx", ".zip", ".bin.zip")
_HARMLESS = re.compile(r"printerSettings\d*\.bin$|\.(?:odttf|fntdata|ttf|otf)$|/activeX\d*\.bin$|\.(?:dat|db)$")
_NO_WORDS = re.compile(
    r"/(?:theme|styles|stylesWithEffects|fontTable|webSettings|tableStyles|presProps|viewProps)\w*\.xml$"
)


_NAMES = re.compile(rb'[ :](?:val|name|typeface)="([^"<]{11,200})"')


@dataclass
class Relationship:
    element: Any
    kind: str  # the last word of its type
    target: str  # a part's name, or an address when external
    external: bool

    @property
    def id(self) -> str:
        return self.element.get("Id", "")


def part_of_rels(rels: str) -> str:
    """``word/_rels/document.xml.rels`` → ``word/document.xml``; the package's own → empty."""
    folder, name = rels.rsplit("_rels/", 1)
    return folder + name.removesuffix(".rels")


def rels_of_part(part: str) -> str:
    folder = dirname(part)
    return join(folder, "_rels", part[len(folder) :].lstrip("/") + ".rels") if part else "_rels/.rels"


class Package:
    """An Office file: its parts as bytes, as trees once changed, and written anew with what is still reachable."""

    def __init__(self, stream: BinaryIO, main_type: str) -> None:
        self.container = Container(stream)
        self.names = {entry.filename: entry for entry in self.container.entries if not entry.is_dir()}
        if TYPES not in self.names:
            raise Unreadable("文件内容与扩展名不符，请用WPS或Office打开，另存为相应格式后再上传")
        self._bytes: dict[str, bytes] = {}
        self._trees: dict[str, Any] = {}
        self._read_types()
        self.main = next((r.target for r in self.relationships("") if r.kind == "officeDocument"), "")
        if self.main not in self.names or self.type_of(self.main) != main_type:
            raise Unreadable("文件内容与扩展名不符，请用WPS或Office打开，另存为相应格式后再上传")

    def _read_types(self) -> None:
        self._defaults: dict[str, str] = {}
        self._overrides: dict[str, str] = {}
        for entry in self.tree(TYPES):
            kind = entry.get("ContentType", "")
            if _MACRO.search(kind):
                raise Unreadable("文件带有宏，不能公开，请另存为不带宏的格式（.docx、.xlsx、.pptx）后再上传")
            if local(entry) == "Default":
                self._defaults[entry.get("Extension", "").lower()] = kind
            elif local(entry) == "Override":
                self._overrides[entry.get("PartName", "").lstrip("/")] = kind
        for name in self.names:
            if _MACRO.search(name) or name.lower().endswith((".exe", ".dll", ".vbs", ".js", ".bat", ".htm", ".html")):
                raise Unreadable("文件带有宏或程序，不能公开，请另存为不带宏的格式（.docx、.xlsx、.pptx）后再上传")

    def type_of(self, part: str) -> str:
        return self._overrides.get(part) or self._defaults.get(part.rpartition(".")[2].lower(), "")

    def is_xml(self, part: str) -> bool:
        return part.endswith((".xml", ".vml")) or self.type_of(part).endswith(("+xml", "/xml"))

    def data(self, part: str) -> bytes:
        if part in self._trees:
            return serialised(self._trees[part])
        if part in self._bytes:
            return self._bytes[part]
        if part not in self.names:
            raise Unreadable("文件已损坏，请用WPS或Office打开检查，另存后再上传")
        return self.container.read(self.names[part])

    def tree(self, part: str) -> Any:
        """The part's root, to be changed in place."""
        if part not in self._trees:
            self._trees[part] = tree(self.data(part))
        return self._trees[part]

    def put(self, part: str, data: bytes) -> None:
        self._trees.pop(part, None)
        self._bytes[part] = data

    def drop(self, part: str) -> None:
        for name in (part, rels_of_part(part)):
            self.names.pop(name, None)
            self._trees.pop(name, None)

    def relationships(self, part: str) -> list[Relationship]:
        rels = rels_of_part(part)
        if rels not in self.names:
            return []
        found = []
        for element in self.tree(rels):
            if local(element) != "Relationship":
                continue
            target, external = element.get("Target", ""), element.get("TargetMode") == "External"
            if not external:
                target = unquote(target.split("#")[0])
                target = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
                if target not in self.names and (same := self._by_case(target)):
                    target = same
            found.append(Relationship(element, element.get("Type", "").rpartition("/")[2], target, external))
        return found

    def _by_case(self, target: str) -> str | None:
        return next((name for name in self.names if name.lower() == target.lower()), None)

    def all_relationships(self) -> list[tuple[str, Relationship]]:
        return [
            (part_of_rels(rels), relationship)
            for rels in sorted(self.names)
            if rels.endswith(".rels") and "_rels/" in rels
            for relationship in self.relationships(part_of_rels(rels))
        ]

    def reachable(self) -> set[str]:
        seen: set[str] = {TYPES}
        waiting = [""]
        while waiting:
            part = waiting.pop()
            if rels_of_part(part) in self.names:
                seen.add(rels_of_part(part))
            for relationship in self.relationships(part):
                if not relationship.external and relationship.target in self.names and relationship.target not in seen:
                    seen.add(relationship.target)
                    waiting.append(relationship.target)
        return seen

    def unlink(self, source: str, relationship: Relationship) -> None:
        """Take a relationship out, and the attributes that name it from the source's elements."""
        identity = relationship.id
        relationship.element.getparent().remove(relationship.element)
        if source in self.names and self.is_xml(source):
            for element in self.tree(source).iter():
                if not isinstance(element.tag, str):
                    continue
                for name, value in list(element.attrib.items()):
                    if value == identity and "relationships" in name:
                        del element.attrib[name]

    def cut(self, source: str, relationship: Relationship, elements: set[str]) -> None:
        """``unlink`` that also takes out the elements of these names that hung on the relationship."""
        root: Any = self.tree(source) if source in self.names and self.is_xml(source) else ()
        for element in [e for e in (root.iter() if len(root) else ()) if local(e) in elements]:
            if relationship.id in element.attrib.values():
                remove(element)
        self.unlink(source, relationship)

    def save(self) -> bytes:
        """The package with only what can be reached from its root."""
        kept = self.reachable()
        types = self.tree(TYPES)
        for entry in list(types):
            if local(entry) == "Override" and entry.get("PartName", "").lstrip("/") not in kept:
                types.remove(entry)
        written = BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in [TYPES, *(name for name in self.names if name in kept and name != TYPES)]:
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), self.data(name), zipfile.ZIP_DEFLATED)
        return written.getvalue()


# Reading


def inspect(package: Package, findings: Findings, inner: Inner, labels: dict[str, str | None]) -> None:
    """Everything that is not the format's own text. ``labels``: the parts read elsewhere are left out, others named."""
    reached = package.reachable()
    if package.container.gap:
        findings.hide(HiddenKind.LEFTOVER, "文件内部", "文件内部残留有目录里没有的数据，可能是已删除的内容")
    for part in package.names:
        if part not in reached and not part.endswith(".rels"):
            findings.hide(HiddenKind.LEFTOVER, "文件内部", f"文件里夹带着没有用到的部分“{sample(part)}”")
    _properties(package, findings)
    _links(package, findings)
    pictures = 0
    for part in sorted(package.names):
        if part == TYPES or part.endswith(".rels") or "docProps/" in part and "thumbnail" not in part.lower():
            continue
        if _PICTURE.search(part):
            pictures += _picture(package, part, findings)
        elif _SOUND.search(part):
            findings.unread("文件里有音频或视频，无法自动检查，请人工听看一遍")
        elif is_embedded(package, part):
            _embedded(package, part, findings, inner)
        elif "activeX" in part and not part.endswith(".bin"):
            findings.hide(HiddenKind.MACRO, "控件", "文件里有可以运行程序的控件（ActiveX）")
            _generic(package, part, findings, "控件")
        elif package.is_xml(part):
            if labels.get(part, "") is not None:
                _generic(package, part, findings, labels.get(part) or place_of(part))
        elif not _HARMLESS.search(part):
            findings.unread(
                f"文件里有无法检查的部分“{sample(part)}”，请用WPS或Office重新另存；仍有的，请删去其中的对象"
            )
    if pictures:
        findings.unread(f"文件里有{pictures}张图片，图片里的文字无法自动检查，请逐张看一遍")


def is_embedded(package: Package, part: str) -> bool:
    return (
        "/embeddings/" in part
        or "oleObject" in package.type_of(part)
        or bool(re.search(r"/(?:afchunk|model/item|altChunk)", part, re.I))
        or part.lower().endswith(_WHOLE_FILES)
        or package.type_of(part).startswith(("application/vnd.openxmlformats-officedocument.",))
        and not package.is_xml(part)
        and part.endswith((".docx", ".xlsx", ".pptx"))
    )


def place_of(part: str) -> str:
    """A part's name in the clerk's words."""
    for word, place in (
        ("comment", "批注"), ("persons/", "批注的作者"), ("people", "批注的作者"), ("authors", "批注的作者"),
        ("footnotes", "脚注"), ("endnotes", "尾注"), ("header", "页眉"), ("footer", "页脚"), ("glossary", "文档部件"),
        ("charts/", "图表"), ("diagrams/", "智能图形"), ("drawing", "图形"), ("customXml", "自定义数据"),
        ("notesSlides", "备注"), ("notesMaster", "备注母版"), ("slideMaster", "幻灯片母版"),
        ("slideLayout", "幻灯片版式"), ("handout", "讲义母版"), ("tags/", "标签"), ("pivotCache", "数据透视表的缓存"),
        ("pivotTable", "数据透视表"), ("externalLink", "外部链接"), ("connections", "数据连接"),
        ("queryTable", "数据连接"), ("revisions/", "修订记录"), ("settings", "文档设置"), ("numbering", "编号"),
        ("docProps", "文件属性"), ("tables/", "表格"), ("slicer", "切片器"),
    ):  # fmt: skip
        if word in part:
            return place
    return "其他部分"


def _generic(package: Package, part: str, findings: Findings, place: str) -> None:
    data = plain_utf8(package.data(part))
    if _NO_WORDS.search("/" + part):
        for name in set(_NAMES.findall(data)):
            findings.say("样式或字体的名称", name.decode("utf-8", "replace"))
        return
    root = tree(data)
    for unit in units(root):
        findings.say(place, "".join(text for _, text in unit))
    say_attributes(data, findings, place)
    if part.startswith("customXml/") or "/customXml/" in part:
        _custom_data(root, part, findings)


def say_attributes(data: bytes, findings: Findings, place: str) -> None:
    for name, value in attributes(data):
        if name.rpartition(":")[2] in ("descr", "title", "alt"):
            findings.say(f"{place}的说明文字", value)
        else:
            findings.say(f"{place}的属性", value)


def _custom_data(root: Any, part: str, findings: Findings) -> None:
    if "itemProps" in part:
        return
    text = " ".join(text for unit in units(root) for _, text in unit if text.strip())
    if text and not any(word in root.tag for word in ("contentType", "customXsn")):
        findings.hide(HiddenKind.CUSTOM_DATA, "自定义数据", f"文件里存着看不见的数据：{sample(text)}")


def _properties(package: Package, findings: Findings) -> None:
    for part in sorted(package.names):
        if not part.startswith("docProps/") or not package.is_xml(part):
            continue
        for element in package.tree(part).iter():
            text = (element.text or "").strip()
            name = local(element)
            if not name or not text:
                continue
            if name in people.COUNTS:
                continue
            findings.say("文件属性", text)
            if name in people.PERSONS and people.is_person(text):
                findings.hide(HiddenKind.AUTHOR, "文件属性", f"{people.PERSONS[name]}是“{sample(text)}”")
            elif name in people.REMARKS and people.is_remark(text):
                findings.hide(HiddenKind.AUTHOR, "文件属性", f"{people.REMARKS[name]}写着“{sample(text)}”")
            elif (custom := _custom_property(element)) and custom not in people.BY_PROGRAMS:
                findings.hide(HiddenKind.CUSTOM_DATA, "文件属性", f"自定义属性“{sample(custom)}”是“{sample(text)}”")
    for part in package.names:
        if _is_thumbnail(part) and not images.is_blank(package.data(part)):
            findings.hide(HiddenKind.THUMBNAIL, "缩略图", "文件里存着第一页的缩略图，可能是修改前的样子")


def _is_thumbnail(part: str) -> bool:
    return part.startswith("docProps/") and "thumbnail" in part.lower()


def _custom_property(element: Any) -> str:
    parent = element.getparent()
    return parent.get("name", "") if parent is not None and local(parent) == "property" else ""


def _links(package: Package, findings: Findings) -> None:
    for source, relationship in package.all_relationships():
        if relationship.external:
            findings.say("链接地址", unquote(relationship.target))
            if why := _bad_link(relationship):
                findings.hide(HiddenKind.EXTERNAL_LINK, place_of(source) if source != package.main else "正文", why)


def _bad_link(relationship: Relationship) -> str:
    if relationship.kind == "hyperlink":
        if _LOCAL_PATH.match(relationship.target):
            return f"链接指向内部的文件：{sample(relationship.target)}"
        if re.match(r"\s*(?:javascript|vbscript|data):", relationship.target, re.I):
            return "链接里带有脚本"
        return ""
    return f"文件打开时会去取外部的内容：{sample(relationship.target)}"


def _picture(package: Package, part: str, findings: Findings) -> int:
    """1 when a reader would look for words in it."""
    if _is_thumbnail(part):
        return 0
    data = package.data(part)
    place = f"图片{part.rpartition('/')[2]} "
    if part.lower().endswith(".svg"):
        _svg(data, findings, place)
        return 1
    if not images.looks_like_image(data):
        if _IMAGE.search(part):
            findings.hide(HiddenKind.EMBEDDED_FILE, place.strip(), "图片里装的不是图片", cleanable=False)
        return 1
    if _IMAGE.search(part):
        try:
            content = images.read(BytesIO(data), part)
        except Unreadable:
            findings.unread(f"{place.strip()}已损坏，无法检查，请换一张图片")
            return 1
        content.unread.clear()
        findings.take(content, place)
    return int(images.large(data))


def _svg(data: bytes, findings: Findings, place: str) -> None:
    root = tree(data)
    for unit in units(root):
        findings.say(place.strip(), "".join(text for _, text in unit))
    if any(local(element) == "script" for element in root.iter()):
        findings.hide(HiddenKind.SCRIPT, place.strip(), "图片里带有脚本", cleanable=False)


def _embedded(package: Package, part: str, findings: Findings, inner: Inner) -> None:
    name = part.rpartition("/")[2]
    findings.hide(
        HiddenKind.EMBEDDED_FILE, f"嵌入的{name}", "文件里嵌着另一个完整的文件", cleanable="afchunk" not in part
    )
    findings.say("文件名", name)
    try:
        content = inner(name, package.data(part))
    except Unreadable as refused:
        findings.unread(f"嵌入的{name}无法检查（{refused}），请打开原稿，把它改成图片或删除")
        return
    findings.take(content, f"{name} 内 ", cleanable="afchunk" not in part)


# Cleaning


def clean(package: Package) -> None:
    """Take out what ``inspect`` calls cleanable."""
    _clean_properties(package)
    for source, relationship in package.all_relationships():
        if relationship.external and _bad_link(relationship):
            package.cut(
                source, relationship, {"attachedTemplate", "subDoc", "externalReference", "OLEObject", "oleObj"}
            )
        elif relationship.kind == "customXml" or relationship.target.startswith("customXml/"):
            package.unlink(source, relationship)
        elif is_embedded(package, relationship.target) and not re.search("afchunk", relationship.target, re.I):
            package.cut(source, relationship, {"OLEObject", "externalData", "oleObject", "control", "oleObj"})
        elif "activeX" in relationship.target or relationship.kind == "control":
            package.cut(source, relationship, {"control"})
    for part in list(package.names):
        if _IMAGE.search(part) and not _is_thumbnail(part) and images.looks_like_image(package.data(part)):
            package.put(part, images.cleaned(BytesIO(package.data(part)), part))
        elif package.is_xml(part) and not part.endswith(".rels"):
            _drop_bindings(package, part)


def _drop_bindings(package: Package, part: str) -> None:
    if b"dataBinding" in package.data(part):
        for element in [e for e in package.tree(part).iter() if local(e) == "dataBinding"]:
            remove(element)


def _clean_properties(package: Package) -> None:
    for relationship in package.relationships(""):
        if relationship.kind in ("thumbnail", "custom-properties"):
            package.unlink("", relationship)
    for part in package.names:
        if part.startswith("docProps/") and package.is_xml(part):
            for element in [e for e in package.tree(part).iter() if local(e) in people.CLEARED]:
                remove(element)


# Masking


def mask(package: Package, find: Find) -> None:
    """Mask the texts and the words in attributes of every part of XML, relationships' addresses included."""
    for part in list(package.names):
        if part == TYPES or not package.is_xml(part) and not part.endswith(".rels"):
            continue
        root = package.tree(part)
        for unit in list(units(root)):
            mask_nodes(unit, find)
        mask_attributes(root, find)


def paragraph_text(paragraph: Any) -> str:
    return "".join(text for _, text in nodes(paragraph))
