"""Every format of the report: one registry, read by the command, the downloads and the package."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from disclosures.printing.pdf import Renderer, RenderingFailed
from disclosures.printing.text import LONE_SURROGATE
from reports.document import ReportDocument, freeze
from reports.rendering.html import print_page, standalone_page
from reports.rendering.json import render_json
from reports.rendering.package import package
from reports.sealing.seal import is_configured


@dataclass(frozen=True)
class Format:
    """``suffix`` is what stands behind the name, its dot included. ``shown``: a browser shows it, else it saves it."""

    key: str
    label: str
    suffix: str
    media_type: str
    write: Callable[[ReportDocument], bytes]
    shown: bool = False

    @property
    def stored_name(self) -> str:
        return f"{self.key}.{self.suffix.rpartition('.')[2]}"

    def render(self, document: ReportDocument) -> bytes:
        """The file; the same document gives the same bytes.

        Raises ``RenderingFailed`` and ``fonts.FontsMissing``, each with what to do.
        """
        # Half a character: no file can hold it, and each would fail in its own way.
        if broken := LONE_SURROGATE.search(json.dumps(freeze(document), ensure_ascii=False)):
            raise RenderingFailed(
                f"报告中有残缺的字符（U+{ord(broken.group()):04X}），请在正文、机关名称和栏目名称中找到并删除后重试"
            )
        return self.write(document)


def _pdf(document: ReportDocument) -> bytes:
    with Renderer() as renderer:
        return renderer.render(print_page(document, renderer.font_faces()))


# Loaded when one is written: every command line would wait for them.


def _docx(document: ReportDocument) -> bytes:
    from reports.rendering.docx import docx

    return docx(document)


def _xlsx(document: ReportDocument) -> bytes:
    from reports.rendering.xlsx import xlsx

    return xlsx(document)


def _archive(document: ReportDocument) -> bytes:
    from reports.rendering.archive import render_archive

    return render_archive(document)


def _sealed(document: ReportDocument) -> bytes:
    from reports.rendering.archive import render_archive
    from reports.sealing.seal import render_signed

    return render_signed(render_archive(document, for_seal=True), reason=document.title, at=timezone.now())


def _package(document: ReportDocument) -> bytes:
    return render_all(document)[PACKAGE]


PACKAGE = "zip"
_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: dict[str, Format] = {
    each.key: each
    for each in (
        Format("pdf", "PDF", ".pdf", "application/pdf", _pdf, shown=True),
        Format("archive", "存档PDF（内含数据）", "（存档）.pdf", "application/pdf", _archive, shown=True),
        Format("docx", "Word文档", ".docx", f"{_OFFICE}.wordprocessingml.document", _docx),
        Format("xlsx", "Excel表格", ".xlsx", f"{_OFFICE}.spreadsheetml.sheet", _xlsx),
        Format(
            "html", "网页", ".html", "text/html; charset=utf-8", lambda document: standalone_page(document).encode()
        ),
        Format("json", "开放格式数据", ".json", "application/json", lambda document: render_json(document).encode()),
        Format(PACKAGE, "全部格式打包", ".zip", "application/zip", _package),
    )
}

# Made on issuing only, and where the office has a seal: a signature tells its moment, so no two are the same.
SEALED = Format("sealed", "电子签章PDF", "（电子签章）.pdf", "application/pdf", _sealed, shown=True)
KEPT = {**FORMATS, SEALED.key: SEALED}


def format_of(filename: str) -> Format | None:
    """By the name's ending; of several that fit the longest."""
    fitting = [each for each in FORMATS.values() if filename.lower().endswith(each.suffix)]
    return max(fitting, key=lambda each: len(each.suffix), default=None)


def render_all(document: ReportDocument) -> dict[str, bytes]:
    """Every format by its key, each written once; the package holds the others. Raises as ``Format.render``."""
    single = {key: form.render(document) for key, form in FORMATS.items() if key != PACKAGE}
    packed = package(document, {key: (FORMATS[key].suffix, content) for key, content in single.items()})
    return {**single, PACKAGE: packed}


def issued_files(document: ReportDocument) -> dict[str, bytes]:
    """What is kept of an issued report: every format, and the sealed copy where a seal is configured.

    Raises ``seal.SealUnusable`` too.
    """
    sealed = {SEALED.key: SEALED.render(document)} if is_configured() else {}
    return {**render_all(document), **sealed}
