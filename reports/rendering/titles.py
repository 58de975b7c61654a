"""A title in lines: GB/T 9704 7.3.1 breaks it by sense, and no line is a remnant of one or two characters. Pure."""

from unicodedata import east_asian_width

CHARACTERS_A_LINE = 20  # of 22pt in the measure of 156 mm
# Where the name of an organ may be parted: after a place and after a level.
SENSE = "省市区县州盟旗镇乡"


def broken(line: str, most: int = CHARACTERS_A_LINE) -> list[str]:
    """The line in as few pieces as fit, of about even length, parted after a place's name where one is near."""
    pieces = -(-width(line) // most)
    if pieces < 2:
        return [line]
    places = range(1, len(line))
    fitting = [at for at in places if width(line[:at]) <= most and width(line[at:]) <= most * (pieces - 1)]
    goal = width(line) / pieces
    # A place's name ends the line if that costs no more than three characters of evenness.
    at = min(fitting, key=lambda at: abs(width(line[:at]) - goal) - 3 * (line[at - 1] in SENSE))
    return [line[:at], *broken(line[at:], most)]


def width(text: str) -> float:
    """In Chinese characters."""
    return sum(1.0 if east_asian_width(character) in "WFA" else 0.5 for character in text)
