from disclosures.models.agencies import Agency, AgencyLevel, Membership, Role
from disclosures.models.calendar import CalendarChange, CalendarDay, CalendarNotice, DayKind
from disclosures.models.catalogue import Article20, Category, Channel, ChannelKind, ColumnKind
from disclosures.models.counters import Counter
from disclosures.models.decisions import AdministrativeDecision, DecisionKind, FeeCollection
from disclosures.models.documents import DocumentKind, NormativeDocument
from disclosures.models.history import AppendOnly, HistoryEntry
from disclosures.models.inspection import InspectionSetting
from disclosures.models.items import Attachment, Item, ItemState, Openness, Publication, Validity
from disclosures.models.ledger import LedgerImport, LedgerImportState

__all__ = [
    "AdministrativeDecision",
    "Agency",
    "AgencyLevel",
    "Article20",
    "AppendOnly",
    "Attachment",
    "CalendarChange",
    "CalendarDay",
    "CalendarNotice",
    "Category",
    "Channel",
    "ChannelKind",
    "ColumnKind",
    "Counter",
    "DayKind",
    "DecisionKind",
    "DocumentKind",
    "FeeCollection",
    "HistoryEntry",
    "InspectionSetting",
    "Item",
    "ItemState",
    "LedgerImport",
    "LedgerImportState",
    "Membership",
    "NormativeDocument",
    "Openness",
    "Publication",
    "Role",
    "Validity",
]
