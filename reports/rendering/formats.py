"""Every format of the report: one registry, read by the command, the downloads and the package."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from disclosures.printing.pdf import Renderer, RenderingFailed
from disclosures.printing.text import LONE_SURROGATE
from reports.document import ReportDocument, freeze
from reports.rendering.html import print_page, standalone_page
from reports.rendering.json import render_json
from reports.rendering.package import package


@dataclass(frozen=True)
class Format:
    """``suffix`` is what stands behind the name, its dot included. ``shown``: a browser shows it, else it saves it."""

    key: str
    label: str
    suffix: str
    media_type: str
    write: Callable[[ReportDocument], bytes]
    shown: bool = False

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


def _package(document: ReportDocument) -> bytes:
    return render_all(document)[PACKAGE]


PACKAGE = "zip"
_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: dict[str, Format] = {
    each.key: each
    for each in (
        Format("pdf", "PDF", ".pdf", "application/pdf", _pdf, shown=True),
        Format("docx", "Word文档", ".docx", f"{_OFFICE}.wordprocessingml.document", _docx),
        Format("xlsx", "Excel表格", ".xlsx", f"{_OFFICE}.spreadsheetml.sheet", _xlsx),
        Format(
            "html", "网页", ".html", "text/html; charset=utf-8", lambda document: standalone_page(document).encode()
        ),
        Format("json", "开放格式数据", ".json", "application/json", lambda document: render_json(document).encode()),
        Format(PACKAGE, "全部格式打包", ".zip", "application/zip", _package),
    )
}


def format_of(filename: str) -> Format | None:
    """By the name's ending; of several that fit the longest."""
    fitting = [each for each in FORMATS.values() if filename.lower().endswith(each.suffix)]
    return max(fitting, key=lambda each: len(each.suffix), default=None)


def render_all(document: ReportDocument) -> dict[str, bytes]:
    """Every format by its key, each written once; the package holds the others. Raises as ``Format.render``."""
    single = {key: form.render(document) for key, form in FORMATS.items() if key != PACKAGE}
    packed = package(document, {key: (FORMATS[key].suffix, content) for key, content in single.items()})
    return {**single, PACKAGE: packed}
