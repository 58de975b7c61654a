"""Cell formats of a workbook that show nothing: ``;;;``, or letters in the colour of what is behind them."""

from typing import Any

from disclosures.gate.files import opc
from disclosures.gate.files.cells import S
from disclosures.gate.files.xml import tree


def unseen_formats(package: opc.Package) -> set[str]:
    """Their places in the list of cell formats."""
    part = next((r.target for r in package.relationships(package.main) if r.kind == "styles"), "")
    if part not in package.names:
        return set()
    root = tree(package.data(part))
    nothing = {n.get("numFmtId") for n in root.iter(f"{S}numFmt") if n.get("formatCode", "").strip() in (";;;", ";;")}
    fonts, fills = root.find(f"{S}fonts"), root.find(f"{S}fills")
    inks = [_colour(font.find(f"{S}color")) for font in (fonts if fonts is not None else ())]
    grounds = [_ground(fill) for fill in (fills if fills is not None else ())]
    formats = root.find(f"{S}cellXfs")
    return {
        str(place)
        for place, cell in enumerate(formats if formats is not None else ())
        if cell.get("numFmtId") in nothing or _vanishes(_of(inks, cell.get("fontId")), _of(grounds, cell.get("fillId")))
    }


def _of(colours: list[str], place: str | None) -> str:
    return colours[int(place)] if place and place.isdigit() and int(place) < len(colours) else ""


def _vanishes(ink: str, ground: str) -> bool:
    """Letters in the colour of what is behind them; an empty ground is the white of the paper, an empty ink black."""
    return (ink or "000000") == (ground or "FFFFFF")


def _colour(colour: Any) -> str:
    """Six signs, or empty where none is set or it cannot be told."""
    if colour is None:
        return ""
    if rgb := colour.get("rgb"):
        return rgb.upper()[-6:]
    tint = colour.get("tint", "0")
    if tint not in ("0", "0.0"):
        return f"theme {colour.get('theme')} {tint}"
    named = {"theme 0": "FFFFFF", "theme 1": "000000", "indexed 9": "FFFFFF", "indexed 8": "000000"}
    for name in ("theme", "indexed"):
        if colour.get(name):
            return named.get(f"{name} {colour.get(name)}", f"{name} {colour.get(name)}")
    return ""


def _ground(fill: Any) -> str:
    pattern = fill.find(f"{S}patternFill")
    if pattern is None:
        return "gradient"
    kind = pattern.get("patternType", "none")
    if kind == "none":
        return ""
    return _colour(pattern.find(f"{S}fgColor")) or "unknown" if kind == "solid" else kind
