"""OFD (GB/T 33190): the text of its pages and what else lies in the package."""

from typing import BinaryIO

from disclosures.gate.files import people
from disclosures.gate.files.container import Container
from disclosures.gate.files.content import Content, Find, Findings, HiddenKind, Inner, Unreadable, sample
from disclosures.gate.files.xml import local, tree

_REMAKE = "OFD不能直接{}，请在原稿中改好，重新生成OFD后再上传"


def read(stream: BinaryIO, name: str, inner: Inner) -> Content:
    """Raises ``Unreadable``."""
    container = Container(stream)
    parts = {entry.filename: entry for entry in container.entries if not entry.is_dir()}
    if "OFD.xml" not in parts:
        raise Unreadable("文件内容与扩展名不符，不是OFD，请从原稿重新生成后再上传")
    findings = Findings()
    pages, pictures = 0, 0
    for part, entry in parts.items():
        lower = part.lower()
        if not lower.endswith(".xml"):
            pictures += lower.endswith((".jpg", ".jpeg", ".png", ".bmp", ".tif", ".jb2"))
            if "/attachs/" in f"/{lower}":
                _attached(part, container.read(entry), findings, inner)
            continue
        root = tree(container.read(entry))
        words = "".join(element.text or "" for element in root.iter() if local(element) == "TextCode")
        if lower.endswith("content.xml"):
            pages += 1
            findings.say(f"第{pages}页", words)
        elif words:
            findings.say("模板或批注", words)
        if "annot" in lower and any(local(element) == "Annot" for element in root.iter()):
            findings.hide(HiddenKind.COMMENT, "批注", "文件里有批注", cleanable=False)
        for element in root.iter():
            text = (element.text or "").strip()
            if local(element) in ("Author", "Title", "Subject", "Abstract", "Keyword", "CustomData") and text:
                findings.say("文件属性", text)
                if local(element) == "Author" and people.is_person(text):
                    findings.hide(HiddenKind.AUTHOR, "文件属性", f"作者是“{sample(text)}”", cleanable=False)
    if container.gap:
        findings.hide(HiddenKind.LEFTOVER, "文件内部", "文件内部残留有目录里没有的数据", cleanable=False)
    if pictures:
        findings.unread(f"文件里有{pictures}张图片，图片里的文字无法自动检查，请人工看一遍")
    return findings.content


def _attached(part: str, data: bytes, findings: Findings, inner: Inner) -> None:
    name = part.rpartition("/")[2]
    findings.hide(HiddenKind.EMBEDDED_FILE, f"附件{name}", "OFD里附着另一个文件", cleanable=False)
    try:
        findings.take(inner(name, data), f"{name} 内 ", cleanable=False)
    except Unreadable as refused:
        findings.unread(f"OFD里附着的{name}无法检查（{refused}），请去掉")


def cleaned(stream: BinaryIO, name: str) -> bytes:
    raise Unreadable(_REMAKE.format("清除"))


def masked(stream: BinaryIO, name: str, find: Find) -> bytes:
    raise Unreadable(_REMAKE.format("遮盖"))
