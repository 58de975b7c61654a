from reports.models.corrections import Adjustment, Justification
from reports.models.issued import CountedRecords, IssuedFile
from reports.models.outline import OutlineSection
from reports.models.reports import EDITABLE, FINAL, FIRST_YEAR, AnnualReport, ReportState, ReportText
from reports.models.rollup import (
    BatchState,
    Delivery,
    DeliveryState,
    FormerReport,
    ReportBatch,
)

__all__ = [
    "EDITABLE",
    "FINAL",
    "FIRST_YEAR",
    "Adjustment",
    "AnnualReport",
    "BatchState",
    "CountedRecords",
    "Delivery",
    "DeliveryState",
    "FormerReport",
    "IssuedFile",
    "Justification",
    "OutlineSection",
    "ReportBatch",
    "ReportState",
    "ReportText",
]
