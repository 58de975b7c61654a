from disclosures.models.agencies import Agency, AgencyLevel, Membership, Role
from disclosures.models.calendar import CalendarChange, CalendarDay, CalendarNotice, DayKind
from disclosures.models.catalogue import Article20, Category, Channel, ChannelKind
from disclosures.models.cleanup import CleanUp, CleanUpEntry, CleanUpResult
from disclosures.models.counters import Counter
from disclosures.models.decisions import AdministrativeDecision, Annulment, DecisionKind, FeeCollection
from disclosures.models.documents import DocumentKind, NormativeDocument
from disclosures.models.history import AppendOnly, HistoryEntry
from disclosures.models.items import Attachment, Item, ItemState, Openness, Publication, Validity
from disclosures.models.ledger import LedgerImport, LedgerImportState
from disclosures.models.terms import DutyKind, DutyTerm

__all__ = [
    "AdministrativeDecision",
    "Agency",
    "AgencyLevel",
    "Annulment",
    "Article20",
    "AppendOnly",
    "Attachment",
    "CalendarChange",
    "CalendarDay",
    "CalendarNotice",
    "Category",
    "Channel",
    "ChannelKind",
    "CleanUp",
    "CleanUpEntry",
    "CleanUpResult",
    "Counter",
    "DayKind",
    "DecisionKind",
    "DocumentKind",
    "DutyKind",
    "DutyTerm",
    "FeeCollection",
    "HistoryEntry",
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
