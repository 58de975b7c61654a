"""What is kept of an issued report beside its figures: its files, and the records that each cell counted."""

import json
import zlib
from collections.abc import Mapping
from itertools import islice

from django.db import models

from disclosures.areas import Area
from reports.models.reports import AnnualReport


def kept_name(file: "IssuedFile", filename: str) -> str:
    return f"{file.folder(file.report)}/{filename}"


class IssuedFile(models.Model):
    """A rendering of an issued report, made with it and never again."""

    access_area = Area.REPORTS
    agency_path = "report__agency"

    report = models.ForeignKey(AnnualReport, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField("格式", max_length=12)
    file = models.FileField("文件", upload_to=kept_name, max_length=200)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField("校验码", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "定稿文件"
        constraints = [models.UniqueConstraint(fields=["report", "kind"], name="issued_file_once")]

    def __str__(self) -> str:
        return self.kind

    @staticmethod
    def folder(report: AnnualReport) -> str:
        """A folder to each report, so that what a dying try left behind is found by the next."""
        return f"private/reports/{report.pk}"


class CountedRecords(models.Model):
    """The records behind one cell when the report was issued: their keys, and what each weighed in the sum.

    A count weighs each record 1; decisions weigh their quantity, fees their amount in yuan (as text).
    """

    access_area = Area.REPORTS
    agency_path = "report__agency"

    report = models.ForeignKey(AnnualReport, on_delete=models.CASCADE, related_name="counted")
    cell = models.CharField("单元格", max_length=60)
    packed = models.BinaryField()

    class Meta:
        verbose_name = verbose_name_plural = "计数的记录"
        constraints = [models.UniqueConstraint(fields=["report", "cell"], name="counted_once")]

    def __str__(self) -> str:
        return self.cell

    @property
    def weights(self) -> dict[int, str]:
        """Key of each record → its weight as a decimal string."""
        return {int(key): weight for key, weight in json.loads(zlib.decompress(bytes(self.packed))).items()}

    @staticmethod
    def pack(weights: Mapping[int, str]) -> bytes:
        """Piece by piece, for there may be a million."""
        squeeze, keys = zlib.compressobj(), iter(sorted(weights))
        pieces: list[bytes] = []
        while some := list(islice(keys, 10_000)):
            text = json.dumps({str(key): weights[key] for key in some})
            pieces.append(squeeze.compress((text[:-1] if not pieces else f", {text[1:-1]}").encode()))
        return b"".join([*pieces, squeeze.compress(b"}" if pieces else b"{}"), squeeze.flush()])
