"""Fetches the free fonts of the printed report once: ``python scripts/fonts.py FOLDER``.

Fandol (仿宋、楷体、黑体、宋体) out of Debian's texlive-lang-chinese, Noto Serif and Sans CJK out of
fonts-noto-cjk, by ``apt-get download`` and ``dpkg -x``: no root needed, nothing installed. Every file is checked
against its SHA-256. Of the Noto collections only the Simplified Chinese face is kept: a collection named in a
style sheet gives its first face, the Japanese one, whose shapes are ours only in text marked zh-CN.

What was made is listed in SHA256SUMS: a later run does nothing where all is whole, and makes anew what is not.
"""

import gzip
import hashlib
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

FANDOL = "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"
NOTO = "usr/share/fonts/opentype/noto"


@dataclass(frozen=True)
class Source:
    """A file of a Debian package, its SHA-256, and the name it gets; ``face`` is picked out of a collection."""

    package: str
    path: str
    sha256: str
    name: str
    face: str = ""


SOURCES = (
    Source(
        "texlive-lang-chinese",
        f"{FANDOL}/FandolFang-Regular.otf",
        "d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9",
        "FandolFang-Regular.otf",
    ),
    Source(
        "texlive-lang-chinese",
        f"{FANDOL}/FandolKai-Regular.otf",
        "ea7e7fb4f9b3ac694a68d43946e04d21deed6e8c29a7c2d3081e1a4138f2f827",
        "FandolKai-Regular.otf",
    ),
    Source(
        "texlive-lang-chinese",
        f"{FANDOL}/FandolHei-Regular.otf",
        "4afa97aa8751e0118617df88272b58d43691b5cffb7ea024c4580496e9f34d28",
        "FandolHei-Regular.otf",
    ),
    Source(
        "texlive-lang-chinese",
        f"{FANDOL}/FandolSong-Regular.otf",
        "a3820003227d4abe31fe28b493200d94a849ccfd078b50a019264f70353020b0",
        "FandolSong-Regular.otf",
    ),
    Source(
        "texlive-lang-chinese",
        f"{FANDOL}/FandolSong-Bold.otf",
        "ffa76a70e128947a4dd22151d5ee829b23e24ce3cb6fe8ad49891cd1c2d9e9b9",
        "FandolSong-Bold.otf",
    ),
    Source(
        "fonts-noto-cjk",
        f"{NOTO}/NotoSerifCJK-Regular.ttc",
        "a04178ec485dffdff7cc0c0c20e1fce9202d7e2160d805e8e44a4c8841c58481",
        "NotoSerifSC-Regular.otf",
        "Noto Serif CJK SC",
    ),
    Source(
        "fonts-noto-cjk",
        f"{NOTO}/NotoSerifCJK-Bold.ttc",
        "a5d4b046c127da3d7c72f98b46c41489cd29bf52abfdf18aba920903e920d4ac",
        "NotoSerifSC-Bold.otf",
        "Noto Serif CJK SC",
    ),
    Source(
        "fonts-noto-cjk",
        f"{NOTO}/NotoSansCJK-Regular.ttc",
        "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a",
        "NotoSansSC-Regular.otf",
        "Noto Sans CJK SC",
    ),
    Source(
        "fonts-noto-cjk",
        f"{NOTO}/NotoSansCJK-Bold.ttc",
        "faa5f3656a78b2e2d450d27fe8382c778bc2b6bb5ea29c986664a6a435056ceb",
        "NotoSansSC-Bold.otf",
        "Noto Sans CJK SC",
    ),
)
LICENCES = {
    "texlive-lang-chinese": (
        "usr/share/doc/texlive-doc/fonts/fandol/README",
        "usr/share/doc/texlive-doc/fonts/fandol/COPYING.gz",
    ),
    "fonts-noto-cjk": ("usr/share/doc/fonts-noto-cjk/copyright",),
}
NAME_ID_FAMILY = 1
LIST = "SHA256SUMS"


def main(folder: Path) -> int:
    listed = _listed(folder)
    missing = [source for source in SOURCES if not _whole(folder / source.name, listed.get(source.name))]
    if not missing:
        return 0
    print(f"下载公文字体到 {folder}（仅第一次，约100MB）", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        for package in dict.fromkeys(source.package for source in missing):
            unpacked = _unpacked(package, Path(scratch))
            for source in missing:
                if source.package == package:
                    listed[source.name] = _take(source, unpacked, folder, Path(scratch))
            for licence in LICENCES[package]:
                _take_licence(unpacked / licence, folder / f"{package}-{Path(licence).name.removesuffix('.gz')}.txt")
        ready = Path(scratch) / LIST
        ready.write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(listed.items())), "utf-8")
        ready.replace(folder / LIST)
    return 0


def _listed(folder: Path) -> dict[str, str]:
    """File → SHA-256 as written down when it was made."""
    try:
        lines = (folder / LIST).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _whole(file: Path, digest: str | None) -> bool:
    return digest is not None and file.exists() and _digest(file) == digest


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _unpacked(package: str, scratch: Path) -> Path:
    """The package's files under a folder of their own. Ends the program with what to do when it cannot be had."""
    downloads = scratch / package
    downloads.mkdir()
    command = ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", package]
    for attempt in (1, 2):
        try:
            done = subprocess.run(command, cwd=downloads, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            sys.exit(f"没有 apt-get，无法下载 {package}。请把公文字体放入一个文件夹，并设置 LICENSED_FONTS_DIR")
        if done.returncode == 0:
            break
        if attempt == 1:  # a fresh machine has no package lists yet
            subprocess.run(["apt-get", "update", "-qq"], capture_output=True, check=False)
    else:
        sys.exit(f"下载 {package} 失败，请检查软件源后重试（apt-get update）：{done.stderr.strip()[-200:]}")
    target = downloads / "files"
    subprocess.run(["dpkg", "-x", str(next(downloads.glob("*.deb"))), str(target)], check=True)
    return target


def _take(source: Source, unpacked: Path, folder: Path, scratch: Path) -> str:
    """Puts the file in its place and returns its SHA-256. Ends the program where the original is not the known one."""
    original = unpacked / source.path
    found = _digest(original)
    if found != source.sha256:
        sys.exit(f"{source.path} 的校验码不符（应为 {source.sha256}，实为 {found}），未采用")
    ready = scratch / source.name
    if source.face:
        # Imported where needed: nearly every run only checks.
        from fontTools.ttLib import TTCollection

        collection = TTCollection(original, recalcTimestamp=False, lazy=True)
        face = next(font for font in collection.fonts if font["name"].getDebugName(NAME_ID_FAMILY) == source.face)
        face.save(ready)
    else:
        shutil.copyfile(original, ready)
    digest = _digest(ready)
    ready.replace(folder / source.name)
    return digest


def _take_licence(original: Path, target: Path) -> None:
    content = gzip.decompress(original.read_bytes()) if original.suffix == ".gz" else original.read_bytes()
    target.write_bytes(content)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("用法：python scripts/fonts.py 文件夹")
    sys.exit(main(Path(sys.argv[1])))
