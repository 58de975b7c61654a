"""The words of a formatted text, a line for each paragraph, cell and heading."""

import html
import re

import nh3

_BLOCK = re.compile(r"<(?:/?(?:p|div|h[1-6]|ul|ol|li|table|caption|tr|td|th|blockquote)|br|hr)\b[^>]*>", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\s*\n\s*")


def plain_text(markup: str) -> str:
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    bare = html.unescape(nh3.clean(_BLOCK.sub("\n", markup), tags=set()))
    return _BLANK_LINES.sub("\n", bare).strip()


def lines(*texts: str) -> str:
    return "\n".join(text.strip() for text in texts if text.strip())
