"""The 台账 workbook: one sheet a ledger, in and out. Its face; the floors above register sheets of their own."""

from disclosures.ledger.exporting import export_workbook, template_workbook
from disclosures.ledger.fault_file import fault_workbook
from disclosures.ledger.importing import Counts, Fault, ImportReport, import_workbook
from disclosures.ledger.limits import Limits, UnusableFile, for_commands, for_pages
from disclosures.ledger.sheets import Sheet, register, sheets
from disclosures.ledger.workbook import Workbook, read

__all__ = [
    "Counts",
    "Fault",
    "ImportReport",
    "Limits",
    "Sheet",
    "UnusableFile",
    "Workbook",
    "export_workbook",
    "fault_workbook",
    "for_commands",
    "for_pages",
    "import_workbook",
    "read",
    "register",
    "sheets",
    "template_workbook",
]
