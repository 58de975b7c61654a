"""Faults of published items and of normative documents: each indicator is one condition, counted and listed alike."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, ExtractYear

from disclosures.inspection.indicators import BY_CODE, Subject
from disclosures.inspection.links import with_dead_links, with_missing_files
from disclosures.inspection.scope import Scope
from disclosures.models import Attachment, Item, NormativeDocument, Publication, Validity
from disclosures.working_days import Calendar, CalendarNotCovered

FOUNDING = date(1949, 10, 1)
OPENING = "〔[［（(【"
BRACKETED_YEAR = r"[〔\[［（(【][0-9]{4}[〕\]］）)】]"
NO_TEXT = r"^(<[^>]*>|&nbsp;|\s)*$"

Condition = Callable[[Scope], Q]


def rows_of(subject: Subject, scope: Scope) -> QuerySet[Any]:
    """What is looked at: the agency's public items, or its documents in force on the day."""
    if subject is Subject.ITEM:
        return Item.objects.of(scope.agency).public()
    return NormativeDocument.objects.of(scope.agency).in_force_on(scope.day)


def listed(code: str, scope: Scope) -> QuerySet[Any]:
    """The rows under an indicator. Raises ``CalendarNotCovered`` where the day's year has no notice."""
    return rows_of(BY_CODE[code].subject, scope).filter(CONDITIONS[code](scope))


def counted(subject: Subject, codes: Iterable[str], scope: Scope) -> dict[str, int | None]:
    """How many rows are under each indicator; None where the calendar does not reach. One query."""
    conditions: dict[str, Q] = {}
    unknown: dict[str, None] = {}
    for code in codes:
        try:
            conditions[code] = CONDITIONS[code](scope)
        except CalendarNotCovered:
            unknown[code] = None
    counts = rows_of(subject, scope).aggregate(
        **{code: Count("pk", filter=condition) for code, condition in conditions.items()}
    )
    return {**counts, **unknown}


# Items


def future_date(scope: Scope) -> Q:
    published = Publication.objects.of(scope.agency).filter(published_on__gt=scope.day)
    return Q(formed_on__gt=scope.day) | Q(published_on__gt=scope.day) | Q(pk__in=published.order_by().values("item"))


def number_year(scope: Scope) -> Q:
    """The number has a year in brackets, and none of its years in brackets is that of 成文日期."""
    year = Cast(ExtractYear("formed_on"), CharField())
    agrees = Q()
    for bracket in OPENING:
        agrees |= Q(document_number__contains=Concat(Value(bracket), year, output_field=CharField()))
    return Q(formed_on__isnull=False, document_number__regex=BRACKETED_YEAR) & ~agrees


def late(scope: Scope) -> Q:
    """Published after the last working day of 条例 Art. 26; days of years without a notice are not judged."""
    found = Q(pk__in=[])
    for days, formed in spans(scope.calendar, scope.threshold("late")).items():
        found |= Q(formed_on__in=formed, published_on__gt=F("formed_on") + timedelta(days=days))
    return found


@lru_cache(maxsize=8)
def spans(calendar: Calendar, working_days: int) -> dict[int, list[date]]:
    """Calendar days that a period of ``working_days`` takes → the days on which such a period begins.

    A database cannot count working days, but a handful of lengths covers all the days of the loaded years.
    """
    found = defaultdict(list)
    for year in sorted(calendar.years):
        for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days):
            day = date(year, 1, 1) + timedelta(days=number)
            try:
                found[(calendar.after(day, working_days) - day).days].append(day)
            except CalendarNotCovered:
                break
    return dict(found)


def no_content(scope: Scope) -> Q:
    attached = Attachment.objects.filter(item=OuterRef("pk"))
    linked = Publication.objects.filter(item=OuterRef("pk")).exclude(url="")
    return Q(body__regex=NO_TEXT) & ~Exists(attached) & ~Exists(linked)


def same_title(scope: Scope) -> Q:
    titles = rows_of(Subject.ITEM, scope).order_by().values("title").annotate(number=Count("pk")).filter(number__gt=1)
    return Q(title__in=titles.values("title"))


def validity_shown(scope: Scope) -> Q:
    ended = Q(repealed_on__lte=scope.day) | Q(lapsed_on__lte=scope.day)
    documents = NormativeDocument.objects.of(scope.agency).filter(ended, item__isnull=False).order_by()
    return Q(validity__in=(Validity.IN_FORCE, Validity.AMENDED), pk__in=documents.values("item"))


# Documents


def no_text(scope: Scope) -> Q:
    return ~Q(Exists(Item.objects.public().filter(pk=OuterRef("item_id"))))


def no_expiry(scope: Scope) -> Q:
    oldest = scope.day - relativedelta(years=scope.threshold("no_expiry"))
    return Q(lapsed_on__isnull=True, repealed_on__isnull=True, issued_on__lte=oldest)


def no_interpretation(scope: Scope) -> Q:
    """Counted from the day the text was published, else from the day of issue."""
    explained = Item.objects.public().filter(interpreted_documents=OuterRef("pk"))
    last = last_day_over(scope.day, scope.threshold("no_interpretation"), scope.calendar)
    overdue = NormativeDocument.objects.annotate(since=Coalesce("item__published_on", "issued_on"))
    return Q(pk__in=overdue.filter(agency=scope.agency, since__lte=last).order_by().values("pk")) & ~Q(
        Exists(explained)
    )


def last_day_over(day: date, working_days: int, calendar: Calendar) -> date:
    """The latest day from which ``working_days`` have run out before ``day``. Raises ``CalendarNotCovered``."""
    start = day
    while calendar.after(start, working_days) >= day:
        start -= timedelta(days=1)
    return start


CONDITIONS: dict[str, Condition] = {
    "dead_link": lambda scope: Q(pk__in=with_dead_links(scope.agency)),
    "missing_file": lambda scope: Q(pk__in=with_missing_files(scope.agency)),
    "future_date": future_date,
    "before_formed": lambda scope: Q(published_on__lt=F("formed_on")),
    "ancient": lambda scope: Q(formed_on__lt=FOUNDING),
    "number_year": number_year,
    "late": late,
    "no_index": lambda scope: Q(index_number=""),
    "no_summary": lambda scope: Q(summary="") | Q(summary=F("title")),
    "no_formed": lambda scope: Q(formed_on__isnull=True),
    "no_office": lambda scope: Q(office=""),
    "no_content": no_content,
    "same_title": same_title,
    "validity_shown": validity_shown,
    "no_text": no_text,
    "no_expiry": no_expiry,
    "no_interpretation": no_interpretation,
}
