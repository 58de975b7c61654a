"""Which font file plays which part of GB/T 9704, as ``@font-face`` rules; a folder of licensed fonts wins."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

logger = logging.getLogger(__name__)


class FontsMissing(Exception):
    """A font file is not where it should be; the message says what to do."""


@dataclass(frozen=True)
class Face:
    """A part a font plays: CSS family, the free file, and the names under which a licensed one is known."""

    family: str
    file: str
    weight: int = 400
    licensed_names: tuple[str, ...] = ()


# Fandol has the four styles in one design, but little beyond GB 2312: rare characters come from Noto.
FACES = (
    Face(
        "Gongkai Title",
        "FandolSong-Bold.otf",
        licensed_names=("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S"),
    ),
    Face("Gongkai Title Fallback", "NotoSerifSC-Bold.otf"),
    Face(
        "Gongkai Fang", "FandolFang-Regular.otf", licensed_names=("仿宋_GB2312", "仿宋", "FangSong_GB2312", "FangSong")
    ),
    Face("Gongkai Kai", "FandolKai-Regular.otf", licensed_names=("楷体_GB2312", "楷体", "KaiTi_GB2312", "KaiTi")),
    Face("Gongkai Hei", "FandolHei-Regular.otf", licensed_names=("黑体", "SimHei")),
    Face("Gongkai Hei Fallback", "NotoSansSC-Bold.otf"),
    Face("Gongkai Song", "FandolSong-Regular.otf", licensed_names=("宋体", "SimSun")),
    Face("Gongkai Fallback", "NotoSerifSC-Regular.otf"),
)
FONT_SUFFIXES = {".ttf", ".otf", ".ttc"}
NAME_ID_FAMILY, NAME_ID_FULL = 1, 4


def files(free: Path, licensed: Path | None) -> dict[str, Path]:
    """CSS family → file. Raises ``FontsMissing``."""
    named = _named_fonts(licensed) if licensed else {}
    chosen = {}
    for face in FACES:
        found = next((named[name] for name in face.licensed_names if name in named), free / face.file)
        if not found.exists():
            raise FontsMissing(f"缺少字体文件 {found.name}，请先运行 make install")
        chosen[face.family] = found
    return chosen


def stylesheet(chosen: dict[str, Path]) -> str:
    return "\n".join(
        f'@font-face {{ font-family: "{family}"; src: url("{path.as_uri()}"); }}' for family, path in chosen.items()
    )


def addresses(chosen: dict[str, Path]) -> list[str]:
    """What the PDF process may fetch."""
    return sorted({path.as_uri() for path in chosen.values()})


@lru_cache
def _named_fonts(folder: Path) -> dict[str, Path]:
    """The folder's fonts by the names they give themselves: file names differ from office to office."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in FONT_SUFFIXES)
    except OSError as error:
        raise FontsMissing(f"无法读取字体文件夹 {folder}（LICENSED_FONTS_DIR）：{error.strerror}") from None
    return {name: path for path in paths for name in _names(path)}


def _names(path: Path) -> Iterable[str]:
    # Needed for licensed fonts alone, and slow to load.
    from fontTools.ttLib import TTFont

    try:
        # Of a collection (simsun.ttc) a style sheet gets the first face, so only that one's names count.
        with path.open("rb") as file, TTFont(file, lazy=True, fontNumber=0) as font:
            records = [record for record in font["name"].names if record.nameID in (NAME_ID_FAMILY, NAME_ID_FULL)]
            return {record.toUnicode() for record in records}
    except Exception as error:  # whatever a broken file makes the parser raise, it is no font for us
        logger.warning("字体文件 %s 无法识别，未使用：%s", path, error)
        return ()
