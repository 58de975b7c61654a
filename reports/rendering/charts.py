"""Bar charts as SVG, the same on the page and in the PDF. Pure: labels and numbers in, markup out."""

from collections.abc import Sequence
from html import escape

BAR, BAR_BEFORE, INK, RULE = "#2f5d8a", "#9db4cc", "#222222", "#c8ccd0"
FONT = "Gongkai Song, Gongkai Fallback, SimSun, Songti SC, Noto Serif CJK SC, serif"
WIDTH, ROW, SIZE = 640, 28, 15  # user units; one Chinese character is SIZE wide

Data = Sequence[tuple[str, int]]


def bar_chart(title: str, data: Data, *, unit: str, key: str = "bars") -> str:
    """Horizontal bars, one a label, with the number beyond its end. ``key`` makes the ids of the page unique."""
    label_width = max((_length(label) for label, _ in data), default=0) * SIZE + 16
    number_width = max((_length(f"{value}{unit}") for _, value in data), default=0) * SIZE + 12
    room = WIDTH - label_width - number_width
    most = max((value for _, value in data), default=0) or 1
    height = ROW * len(data) + 12
    marks = [f'<line x1="{label_width}" y1="4" x2="{label_width}" y2="{height - 4}" stroke="{RULE}"/>']
    for place, (label, value) in enumerate(data):
        middle = 6 + ROW * place + ROW / 2
        length = round(room * value / most, 1)
        marks.append(_text(label, label_width - 8, middle, "end"))
        marks.append(f'<rect x="{label_width}" y="{middle - 9}" width="{length}" height="18" fill="{BAR}"/>')
        marks.append(_text(f"{value}{unit}", label_width + length + 6, middle, "start"))
    return _svg(title, data, unit, height, marks, key)


def comparison_chart(title: str, data: Data, *, unit: str, key: str = "columns") -> str:
    """Upright columns, the last one in the strong colour: this year beside the years before."""
    height, base, top = 260, 220, 34
    most = max((value for _, value in data), default=0) or 1
    slot = WIDTH / max(len(data), 1)
    width = min(90, slot * 0.5)
    marks = []
    for place, (label, value) in enumerate(data):
        centre = round(slot * (place + 0.5), 1)
        tall = round((base - top) * value / most, 1)
        colour = BAR if place == len(data) - 1 else BAR_BEFORE
        marks.append(
            f'<rect x="{centre - width / 2}" y="{base - tall}" width="{width}" height="{tall}" fill="{colour}"/>'
        )
        marks.append(_text(f"{value}{unit}", centre, base - tall - 12, "middle"))
        marks.append(_text(label, centre, base + 20, "middle"))
    marks.append(f'<line x1="20" y1="{base}" x2="{WIDTH - 20}" y2="{base}" stroke="{INK}"/>')
    return _svg(title, data, unit, height, marks, key)


def _length(text: str) -> float:
    """In characters' widths: a half-width one counts half."""
    return sum(0.55 if ord(character) < 0x2E80 else 1.0 for character in text)


def _text(text: str, x: float, y: float, anchor: str) -> str:
    # Middle of the line set by hand: dominant-baseline is not everywhere.
    return (
        f'<text x="{x}" y="{y + SIZE * 0.36:.1f}" text-anchor="{anchor}" font-size="{SIZE}" '
        f'font-family="{FONT}" fill="{INK}">{escape(text)}</text>'
    )


def _svg(title: str, data: Data, unit: str, height: float, marks: list[str], key: str) -> str:
    told = "；".join(f"{label}{value}{unit}" for label, value in data) or "没有数据"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}" '
        f'role="img" aria-labelledby="chart-{key}-title chart-{key}-desc">'
        f'<title id="chart-{key}-title">{escape(title)}</title><desc id="chart-{key}-desc">{escape(told)}</desc>'
        f"{''.join(marks)}</svg>"
    )
