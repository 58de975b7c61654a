"""The report for the archive: PDF/A-3a with its data inside, so that figures can be read without the program."""

from datetime import date
from typing import Any

from disclosures.printing.pdf import Attachment, Renderer, Variant
from reports.document import ReportDocument
from reports.rendering.html import print_page
from reports.rendering.json import render_json


def render_archive(document: ReportDocument, *, for_seal: bool = False) -> bytes:
    """The same document gives the same bytes, on any day. ``for_seal`` leaves the seal its place by the signature.

    Raises ``disclosures.printing.pdf.RenderingFailed`` and ``fonts.FontsMissing``.
    """
    with Renderer() as renderer:
        page = print_page(document, renderer.font_faces(), for_seal=for_seal)
        return renderer.render(page, **archive_options(document))


def archive_options(document: ReportDocument) -> dict[str, Any]:
    """What ``Renderer.render`` and ``Renderers.render_all`` are told to make of the printed page its archival copy."""
    data = Attachment(
        name=f"annual-report-{document.year}.json",
        content=render_json(document).encode(),
        description=f"{document.title}的数据（JSON，格式见annual-report/1）",
        day=document.issued_on or date(document.year, 12, 31),
    )
    return {"variant": Variant.ARCHIVE, "attachments": [data]}
