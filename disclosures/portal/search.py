"""检索 of one agency's portal and of all of them: whatever is typed is text, and nothing found is a way on."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from disclosures.models import Agency, Category, NormativeDocument, SearchEntry, Validity
from disclosures.portal.agencies import agency_or_404
from disclosures.search import snippets
from disclosures.search.finding import MOST, Filters, Found, find, find_nearly
from disclosures.search.kinds import Kind, kinds
from disclosures.search.own_kinds import DOCUMENTS, ITEMS
from disclosures.search.queries import Query, parse, printable
from disclosures.search.suggesting import suggest, telling
from disclosures.search.units import fold
from disclosures.years import year_of

PER_PAGE = 20
ORDERS = {"relevance": "最相关的", "newest": "最新的"}
NEARLY = 5  # results shown where there are none
COLUMNS_NAMED = 5
MOST_AGENCIES = 50  # that a part of a name may mean
LONGEST_NAME = 40


@dataclass
class Asked:
    """What the address asks for; ``faults``: what of it is not understood, and is left out."""

    query: Query
    order: str = "relevance"
    kind: Kind | None = None
    column: Category | None = None
    organ: str = ""
    year: int | None = None
    since: date | None = None
    until: date | None = None
    page: int = 1
    filters: Filters = field(default_factory=Filters)
    faults: list[str] = field(default_factory=list)

    @property
    def is_narrowed(self) -> bool:
        return any((self.kind, self.column, self.organ, self.year, self.since, self.until))

    @property
    def parameters(self) -> str:
        """The address without its page."""
        return self._address(self.order)

    @property
    def in_orders(self) -> list[tuple[str, str]]:
        """Each order's label and address; the address of the present one is empty."""
        return [(label, "" if order == self.order else self._address(order)) for order, label in ORDERS.items()]

    def _address(self, order: str) -> str:
        given = {
            "q": self.query.text,
            "order": order if order != "relevance" else "",
            "kind": self.kind.name if self.kind else "",
            "column": self.column.pk if self.column else "",
            "organ": self.organ,
            "year": self.year or "",
            "since": self.since or "",
            "until": self.until or "",
        }
        return urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True)
class Result:
    entry: SearchEntry
    title: SafeString
    number: SafeString
    excerpt: SafeString
    validity: str


@require_safe
def search(request: HttpRequest, agency: str | None = None) -> HttpResponse:
    found_agency = agency_or_404(agency) if agency else None
    columns = list(Category.objects.filter(agency=found_agency)) if found_agency else []
    asked = _asked(request, found_agency, columns)
    found = find(asked.query, asked.filters, by_relevance=asked.order == "relevance")
    first = (asked.page - 1) * PER_PAGE
    status = 400 if asked.faults else 200
    if asked.page > 1 and first >= len(found):
        asked.faults.append("没有这一页，下面是第一页")
        asked.page, first, status = 1, 0, 404
    context: dict[str, Any] = {
        "agency": found_agency,
        "asked": asked,
        "found": found,
        "most": MOST,
        "results": list(_results(found.entries(first, first + PER_PAGE), asked.query)) if found.keys else [],
        "start": first + 1,
        "all_agencies": found_agency is None,
        "is_last": first + PER_PAGE >= len(found),
        "kinds": kinds().values(),
        "columns": columns,
        "years": range(timezone.localdate().year, timezone.localdate().year - 18, -1),
        "named": _named(columns, asked.query),
    }
    if asked.query and not found.keys:
        context |= _help(asked, found_agency)
    return render(request, "disclosures/search.html", context, status=status)


# Reading what was asked


def _asked(request: HttpRequest, agency: Agency | None, columns: list[Category]) -> Asked:
    given = request.GET
    asked = Asked(parse(given.get("q", "")))
    asked.order = given.get("order", "") if given.get("order", "") in ORDERS else "relevance"
    if name := given.get("kind", ""):
        asked.kind = next((kind for kind in kinds().values() if kind.name == name), None)
        if asked.kind is None:
            asked.faults.append("没有这个种类，没有按种类筛选")
    if (number := given.get("column", "")) and agency:
        asked.column = next((column for column in columns if str(column.pk) == number), None)
        if asked.column is None:
            asked.faults.append("没有这个栏目，没有按栏目筛选")
    _read_days(asked, given)
    page = given.get("page", "1")
    # What is no number is no page either; a page too far says so.
    asked.page = int(page) if page.isascii() and page.isdigit() and 0 < len(page) <= 4 and int(page) else MOST
    agencies = [agency.pk] if agency else []
    if agency is None and (organ := printable(given.get("organ", "")[:LONGEST_NAME]).strip()):
        named = Agency.objects.with_portal().filter(name__icontains=organ)
        agencies = list(named.order_by("pk").values_list("pk", flat=True)[:MOST_AGENCIES])
        if agencies:
            asked.organ = organ
        else:
            asked.faults.append(f"没有名称含“{organ}”的机关，没有按机关筛选")
    within = [column.pk for column in columns if asked.column and column.path.startswith(asked.column.path)]
    since, until = year_of(asked.year) if asked.year else (date.min, date.max)
    asked.filters = Filters(
        agencies=tuple(agencies),
        kind=asked.kind.number if asked.kind else None,
        columns=tuple(within),
        since=max(since, asked.since or date.min) if asked.year or asked.since else None,
        until=min(until, asked.until or date.max) if asked.year or asked.until else None,
    )
    return asked


def _read_days(asked: Asked, given: Any) -> None:
    if year := given.get("year", "").strip():
        if year.isascii() and year.isdigit() and len(year) == 4 and 1949 <= int(year) <= 2100:
            asked.year = int(year)
        else:
            asked.faults.append("年份应为四位数字，例如2022；没有按年份筛选")
    for name, label in (("since", "起始日期"), ("until", "截止日期")):
        if not (text := given.get(name, "").strip()):
            continue
        try:
            setattr(asked, name, date.fromisoformat(text[:20]))
        except ValueError:
            asked.faults.append(f"{label}应写成2022-01-31的样子；没有按它筛选")


# What is shown


def _results(entries: list[SearchEntry], query: Query) -> Iterator[Result]:
    validities = _validities(entries)
    for entry in entries:
        yield Result(
            entry,
            snippets.marked(entry.title, query.phrases),
            snippets.marked(entry.document_number, query.phrases),
            snippets.excerpt(entry.text, query.phrases),
            validities.get(entry.pk, ""),
        )


def _validities(entries: list[SearchEntry]) -> dict[int, str]:
    """有效性 today; the full text of a document has the document's force, whatever was written beside the item."""
    today = timezone.localdate()
    found = {entry.pk: Validity(entry.validity).label for entry in entries if entry.validity}
    of = {
        number: {e.object_id: e.pk for e in entries if e.kind == number} for number in (ITEMS.number, DOCUMENTS.number)
    }
    items, documents = of[ITEMS.number], of[DOCUMENTS.number]
    if items or documents:
        listed = NormativeDocument.objects.filter(pk__in=documents)
        listed |= NormativeDocument.objects.filter(item__in=items)
        for document in listed:
            label = document.validity_on(today).label
            for key in (documents.get(document.pk), items.get(document.item_id or 0)):
                if key:
                    found[key] = label
    return found


def _named(columns: list[Category], query: Query) -> list[Category]:
    """Columns whose name has one of the words."""
    words = ["".join(phrase) for phrase in query.phrases if len(phrase) > 1]
    return [each for each in columns if any(word in fold(each.name) for word in words)][:COLUMNS_NAMED]


def _help(asked: Asked, agency: Agency | None) -> dict[str, Any]:
    """Ways on where nothing was found."""
    query = urlencode({"q": asked.query.text})
    own = Filters(agencies=(agency.pk,) if agency else ())
    here = reverse("portal:search", args=[agency.code]) if agency else reverse("search")
    wider: list[tuple[str, str, Found]] = []
    if asked.is_narrowed:
        wider.append(("不加筛选条件", f"{here}?{query}", find(asked.query, own, by_relevance=False)))
    if agency:
        wider.append(
            ("在全部机关中检索", f"{reverse('search')}?{query}", find(asked.query, Filters(), by_relevance=False))
        )
    nearly = find_nearly(asked.query, asked.filters).entries(0, NEARLY)
    if not nearly and not asked.is_narrowed:
        nearly = suggest(agency, asked.query.text)  # a whole question, perhaps
    parts = [part for part in telling(asked.query.text) if part != asked.query.text]
    return {
        "wider": [(label, address, found) for label, address, found in wider if found.keys],
        "parts": [(part, f"{here}?{urlencode({'q': part})}") for part in parts[:COLUMNS_NAMED]],
        "nearly": list(_results(nearly, _loosened(asked.query))),
    }


def _loosened(query: Query) -> Query:
    """Halves of the phrases, to be marked in what has one character otherwise."""
    halves = {phrase[place : place + 2] for phrase in query.phrases for place in range(len(phrase) - 1)}
    return replace(query, phrases=tuple(halves))
