"""A letter on paper: HTML for the PDF, in the typography of the report."""

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from disclosures.printing.pdf import PRINT_CSS, Renderer
from requests_app.letters.document import LetterText


def page(text: LetterText, *, font_faces: str = "", draft: bool = False) -> str:
    """A complete HTML page; with ``font_faces`` for our own PDF, without for a browser's print."""
    context = {
        "letter": text,
        "draft": draft,
        "font_faces": mark_safe(font_faces),
        "css": mark_safe(PRINT_CSS.read_text("utf-8")),
    }
    return render_to_string("requests_app/letters/letter.html", context)


def pdf(text: LetterText, *, draft: bool = False) -> bytes:
    """Raises ``disclosures.printing.pdf.RenderingFailed`` and ``fonts.FontsMissing``."""
    with Renderer() as renderer:
        return renderer.render(page(text, font_faces=renderer.font_faces(), draft=draft))
