"""What may stand in a printed text, whatever the file it is printed into."""

import re

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# What comes along in text copied from office programs and web pages, and was never meant to be printed.
UNSEEN: dict[int, str] = {code: "" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"}
UNSEEN |= dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n")  # line breaks of theirs
UNSEEN |= dict.fromkeys((0xFFFE, 0xFFFF), "")  # no characters at all, and XML refuses them


def printable(text: str) -> str:
    """Without the control characters that print nothing and that XML cannot hold."""
    return text.translate(UNSEEN)
