"""Is the file somebody holds the one that was issued? Answered from what was kept on issuing; nothing is stored."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from disclosures.dates import told
from disclosures.models import Agency
from reports import document, strict_json
from reports.models import FINAL, AnnualReport, IssuedFile
from reports.rendering.formats import KEPT
from reports.sealing import seal, signatures

LARGEST = 10 * 1024**2


class Tone(StrEnum):
    """How the answer is shown: in words first, the colour only repeats them."""

    GOOD = "good"
    CAUTION = "caution"
    BAD = "bad"


@dataclass(frozen=True)
class Verdict:
    tone: Tone
    heading: str
    sentences: list[str] = field(default_factory=list)


def kind_label(kind: str) -> str:
    return KEPT[kind].label if kind in KEPT else kind.upper()


def published_versions(agency: Agency, year: int) -> list[AnnualReport]:
    """The published versions with their files, the newest first: two queries."""
    return list(
        AnnualReport.objects.of(agency)
        .published()
        .filter(year=year)
        .select_related("agency")
        .prefetch_related("files")
        .order_by("-version")
    )


def verify(data: bytes, versions: Sequence[AnnualReport]) -> Verdict:
    """What the file is beside the published versions, newest first; there is at least one."""
    if (kept := _kept_as(data, versions)) is not None:
        return _identical(data, kept, versions[0])
    if data.startswith(b"%PDF-"):
        return _other_pdf(data)
    if data.lstrip()[:1] == b"{":
        return _other_json(data, versions)
    return Verdict(Tone.BAD, "与定稿文件不一致", ["这个文件与本站保存的定稿文件都不相同。", DIFFERENT])


DIFFERENT = "内容可能被改动过，也可能是另存、打印或转换格式后的文件。请以本页“下载”取得的文件为准。"


def _kept_as(data: bytes, versions: Sequence[AnnualReport]) -> IssuedFile | None:
    digest = hashlib.sha256(data).hexdigest()
    return next((file for report in versions for file in report.files.all() if file.sha256 == digest), None)


def _identical(data: bytes, kept: IssuedFile, newest: AnnualReport) -> Verdict:
    report = kept.report
    sentences = [
        f"它就是{told(report.issued_on)}定稿的第{report.version}版的{kind_label(kept.kind)}，一个字节也没有改动。"
    ]
    if data.startswith(b"%PDF-"):
        sentences += [_signature_told(one) for one in _signatures(data) or ()]
    if report.version == newest.version:
        return Verdict(Tone.GOOD, "与定稿文件完全一致", sentences)
    sentences.append(f"但这一版已被{told(newest.issued_on)}的第{newest.version}版更正，请使用新版本。")
    return Verdict(Tone.CAUTION, "与定稿文件完全一致，但已有更正版", sentences)


def _other_pdf(data: bytes) -> Verdict:
    found = _signatures(data)
    if found is None:
        return Verdict(Tone.BAD, "与定稿文件不一致", ["这个PDF文件已损坏或结构异常，读不出签章。", DIFFERENT])
    if not found:
        return Verdict(Tone.BAD, "与定稿文件不一致", ["这个PDF文件没有电子签章。", DIFFERENT])
    sentences = [_signature_told(one) for one in found]
    if not all(one.holds for one in found):
        return Verdict(Tone.BAD, "电子签章已失效", [*sentences, "这个文件在签章之后被改动过，请勿采信。"])
    if any(one.fingerprint == seal.own_fingerprint() for one in found):
        sentences.append("但它不是本站保存的这一年度的定稿文件，请核对年度和版本。")
        return Verdict(Tone.CAUTION, "本机关签章完好，但不是这一年度的定稿文件", sentences)
    sentences.append("签章的证书不是本机关现在使用的证书，签章人是谁请另行核实。")
    return Verdict(Tone.CAUTION, "与定稿文件不一致", [*sentences, DIFFERENT])


def _signatures(data: bytes) -> list[signatures.Signature] | None:
    try:
        return signatures.of(data)
    except signatures.Unreadable:
        return None


def _signature_told(one: signatures.Signature) -> str:
    own = "（本机关的证书）" if one.fingerprint == seal.own_fingerprint() else ""
    when = f"{told(one.on)}" if one.on else ""
    state = "签章完好，签章后没有改动" if one.holds else "签章已失效"
    return f"电子签章：{one.signer}{own}{when}签署，{state}。"


def _other_json(data: bytes, versions: Sequence[AnnualReport]) -> Verdict:
    try:
        given = strict_json.loads(data)
    except ValueError:
        return Verdict(Tone.BAD, "与定稿文件不一致", ["这个文件不是完整的JSON数据。", DIFFERENT])
    for report in versions:
        issued = document.as_json(document.of(report))
        if _canonical(given) in [_canonical({**issued, "status": str(status)}) for status in FINAL]:
            newest = report.version == versions[0].version
            sentences = [f"数据与{told(report.issued_on)}定稿的第{report.version}版逐项相同，只是文件的排版不同。"]
            if not newest:
                sentences.append(f"但这一版已被第{versions[0].version}版更正，请使用新版本。")
            return Verdict(Tone.GOOD if newest else Tone.CAUTION, "数据与定稿一致", sentences)
    return Verdict(Tone.BAD, "与定稿文件不一致", ["这份数据与本站定稿的数据不相同。", DIFFERENT])


def _canonical(content: object) -> str:
    """``true`` is not 1 here, as it would be to Python."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True)
