"""A QR code made here, as SVG for a page: no picture from elsewhere, no script, no inline style."""

from html import escape

import segno
from django.utils.safestring import SafeString, mark_safe


def svg(text: str, told: str) -> SafeString:
    """``told``: what it is, for whoever cannot see it. Dark on white in every contrast, as readers of codes want it."""
    # Any mask is read; looking for the best of the eight takes as long as the rest of a page.
    code = segno.make_qr(text, error="m", mask=3)
    drawn = code.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, title=told)
    return mark_safe(drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(told)}" ', 1))
