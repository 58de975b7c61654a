"""The report's charts as pictures for DOCX: the one SVG, printed by the PDF process, read back as PNG."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import pypdfium2
from lxml import etree
from PIL import Image

from disclosures.printing.pdf import Renderer
from disclosures.printing.text import printable
from reports.rendering.chart_set import Chart

SCALE = 3.6  # of pdfium's 72 dots an inch: 640 units at 145 mm make 300 dots an inch


@dataclass(frozen=True)
class Picture:
    title: str
    png: bytes
    told: str  # the numbers in words, for those who do not see it


def pictures(drawn: Sequence[Chart]) -> list[Picture]:
    """One a chart, in their order. Raises ``RenderingFailed``, ``FontsMissing``; starts nothing where none is drawn."""
    if not drawn:
        return []
    roots = [etree.fromstring(printable(chart.svg)) for chart in drawn]
    with Renderer() as renderer:
        pdf = renderer.render(_pages(renderer.font_faces(), drawn, roots))
    return [
        Picture(chart.title, png, root.findtext("{*}title") or chart.title)
        for chart, root, png in zip(drawn, roots, _pngs(pdf), strict=True)
    ]


def _pages(font_faces: str, drawn: Sequence[Chart], roots: Sequence[etree._Element]) -> str:
    """A page for each, of its own size."""
    sizes = "".join(
        f"@page chart{place} {{ size: {root.get('width')}px {root.get('height')}px; margin: 0 }}"
        f".chart{place} {{ page: chart{place} }}"
        for place, root in enumerate(roots)
    )
    style = f"{font_faces} {sizes} body, div {{ margin: 0 }} svg {{ display: block }}"
    divisions = "".join(f'<div class="chart{place}">{chart.svg}</div>' for place, chart in enumerate(drawn))
    return (
        f'<!doctype html><html lang="zh-CN"><head><title>图</title><style>{style}</style></head>'
        f"<body>{divisions}</body></html>"
    )


def _pngs(pdf: bytes) -> list[bytes]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_png(page) for page in document]
    finally:
        document.close()


def _png(page: pypdfium2.PdfPage) -> bytes:
    out = BytesIO()
    # Few colours: a palette takes a third of the bytes.
    drawn = page.render(scale=SCALE).to_pil().convert("RGB").quantize(64, Image.Quantize.FASTOCTREE)
    drawn.putpalette([255 if value == 254 else value for value in drawn.getpalette() or ()])  # paper stays white
    drawn.save(out, "PNG", optimize=True)
    return out.getvalue()
