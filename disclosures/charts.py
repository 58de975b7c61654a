"""Bar charts as SVG, the same on the page and in the PDF. Pure: labels and numbers in, markup out."""

from collections.abc import Sequence
from html import escape
from unicodedata import east_asian_width

# Both fills stand out from white paper by 3 : 1 and more (WCAG 1.4.11).
BAR, BAR_BEFORE, INK, RULE = "#2f5d8a", "#7592b3", "#222222", "#c8ccd0"
FONT = "Gongkai Song, Gongkai Fallback, SimSun, Songti SC, Noto Serif CJK SC, serif"
WIDTH, ROW, SIZE = 640, 28, 15  # user units; one Chinese character is SIZE wide
OF_A_PHONE = 288  # the width that fits the narrowest telephone without being made smaller
LINE, LONGEST_LABEL, NARROWEST_SLOT = 18, 16, 80  # pitch of a wrapped label; its width in characters; a column's room

PAIR = 20  # pitch of the two bars of a pair

Data = Sequence[tuple[str, int]]
Pairs = Sequence[tuple[str, int, int]]


def bar_chart(title: str, data: Data, *, unit: str, key: str = "bars", width: int = WIDTH) -> str:
    """Horizontal bars, one a label, with the number beyond its end. ``key`` makes the ids of the page unique.

    ``width`` in user units: half of the usual one still reads well on a telephone.
    """
    labels = [_wrapped(label, LONGEST_LABEL * width // WIDTH) for label, _ in data]
    label_width = max((_length(line) for lines in labels for line in lines), default=0) * SIZE + 16
    number_width = max((_length(f"{value}{unit}") for _, value in data), default=0) * SIZE + 12
    room = width - label_width - number_width
    most = max((value for _, value in data), default=0) or 1
    height = sum(_row(lines) for lines in labels) + 12
    marks = [f'<line x1="{label_width:g}" y1="4" x2="{label_width:g}" y2="{height - 4}" stroke="{RULE}"/>']
    top = 6
    for lines, (_, value) in zip(labels, data, strict=True):
        middle = top + _row(lines) / 2
        top += _row(lines)
        length = round(room * max(value, 0) / most, 1)
        marks.extend(_lines(lines, label_width - 8, middle, "end"))
        marks.append(f'<rect x="{label_width:g}" y="{middle - 9:g}" width="{length}" height="18" fill="{BAR}"/>')
        marks.append(_text(f"{value}{unit}", label_width + length + 6, middle, "start"))
    return _svg(title, data, unit, height, marks, key, width)


def comparison_chart(title: str, data: Data, *, unit: str, key: str = "columns", width: int = WIDTH) -> str:
    """Upright columns, the last one in the strong colour: this year beside the years before."""
    full_width = max(width, NARROWEST_SLOT * len(data))
    slot = full_width / max(len(data), 1)
    labels = [_wrapped(label, int(slot / SIZE) - 1) for label, _ in data]
    base, top = 220, 34
    height = base + 22 + LINE * max(map(len, labels), default=1)
    most = max((value for _, value in data), default=0) or 1
    thick = min(90, slot * 0.5)
    marks = []
    for place, (lines, (_, value)) in enumerate(zip(labels, data, strict=True)):
        centre = round(slot * (place + 0.5), 1)
        tall = round((base - top) * max(value, 0) / most, 1)
        colour = BAR if place == len(data) - 1 else BAR_BEFORE
        marks.append(
            f'<rect x="{centre - thick / 2:g}" y="{base - tall:g}" width="{thick:g}" height="{tall}" fill="{colour}"/>'
        )
        marks.append(_text(f"{value}{unit}", centre, base - tall - 12, "middle"))
        marks.extend(_lines(lines, centre, base + 11 + LINE * len(lines) / 2, "middle"))
    marks.append(f'<line x1="20" y1="{base}" x2="{full_width - 20}" y2="{base}" stroke="{INK}"/>')
    return _svg(title, data, unit, height, marks, key, full_width)


def paired_chart(title: str, data: Pairs, *, names: tuple[str, str], unit: str, key: str = "pairs") -> str:
    """Two horizontal bars a label, before and now. Each says which it is, so that nothing hangs on the colour."""
    told = [(f"{label}{name}", value) for label, *values in data for name, value in zip(names, values, strict=True)]
    labels = [_wrapped(label, LONGEST_LABEL) for label, *_ in data]
    label_width = max((_length(line) for lines in labels for line in lines), default=0) * SIZE + 16
    numbers = [f"{name} {value}{unit}" for _, *values in data for name, value in zip(names, values, strict=True)]
    room = WIDTH - label_width - max(map(_length, numbers), default=0) * SIZE - 12
    most = max((value for _, value in told), default=0) or 1
    pitch = [max(2 * PAIR + 14, _row(lines) + 6) for lines in labels]
    height = sum(pitch) + 12
    marks = [f'<line x1="{label_width:g}" y1="4" x2="{label_width:g}" y2="{height - 4}" stroke="{RULE}"/>']
    top = 6
    for lines, (_, *values), tall in zip(labels, data, pitch, strict=True):
        middle = top + tall / 2
        top += tall
        marks.extend(_lines(lines, label_width - 8, middle, "end"))
        for name, value, colour, y in zip(names, values, (BAR_BEFORE, BAR), (middle - PAIR, middle), strict=True):
            length = round(room * max(value, 0) / most, 1)
            marks.append(
                f'<rect x="{label_width:g}" y="{y + 1:g}" width="{length}" height="{PAIR - 2}" fill="{colour}"/>'
            )
            marks.append(_text(f"{name} {value}{unit}", label_width + length + 6, y + PAIR / 2, "start"))
    return _svg(title, told, unit, height, marks, key)


def _length(text: str) -> float:
    """In Chinese characters' widths, rather too wide than clipped; quotation marks are full-width in our fonts."""
    return sum(
        1.0 if east_asian_width(character) in "WFA" else 0.9 if character.isupper() or character in "%@&" else 0.6
        for character in text
    )


def _wrapped(text: str, most: int) -> list[str]:
    """The text in lines of no more than that many characters' widths, none of them a single character if possible."""
    if _length(text) <= most:
        return [text]
    goal = _length(text) / -(-_length(text) // most)  # lines of even length
    lines = [""]
    for character in text:
        if lines[-1] and (_length(lines[-1]) >= goal or _length(lines[-1] + character) > most):
            lines.append("")
        lines[-1] += character
    return lines


def _row(lines: list[str]) -> int:
    return ROW + LINE * (len(lines) - 1)


def _lines(lines: list[str], x: float, middle: float, anchor: str) -> list[str]:
    first = middle - LINE * (len(lines) - 1) / 2
    return [_text(line, x, first + LINE * place, anchor) for place, line in enumerate(lines)]


def _text(text: str, x: float, y: float, anchor: str) -> str:
    # Middle of the line set by hand: dominant-baseline is not everywhere.
    return (
        f'<text x="{x:g}" y="{y + SIZE * 0.36:.1f}" text-anchor="{anchor}" font-size="{SIZE}" '
        f'font-family="{FONT}" fill="{INK}">{escape(text)}</text>'
    )


def _svg(title: str, data: Data, unit: str, height: float, marks: list[str], key: str, width: float = WIDTH) -> str:
    told = "；".join(f"{label}{value}{unit}" for label, value in data) or "没有数据"
    if not data:
        height, marks = 60, [_text(told, width / 2, 30, "middle")]
    # The numbers are in the title too: of the two only it becomes the PDF's alternative text.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-labelledby="chart-{escape(key)}-title">'
        f'<title id="chart-{escape(key)}-title">{escape(f"{title}：{told}")}</title>'
        f"{''.join(marks)}</svg>"
    )
