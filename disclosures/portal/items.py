"""法定主动公开内容: lists by column, year and month, by what the law obliges to; the page of an item, its files."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlencode

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from disclosures import qr
from disclosures.asked import choice_asked, number_asked, year_asked
from disclosures.models import Agency, Attachment, Category, Item, NormativeDocument, Publication, Validity
from disclosures.models.catalogue import PUBLICATION_DUTIES, binds
from disclosures.models.documents import stands_as
from disclosures.portal import heads, numbers, paging
from disclosures.portal.agencies import agency_or_404
from disclosures.portal.columns import Columns, Duty
from disclosures.rich_text import sanitise
from disclosures.search import finding
from disclosures.search.own_kinds import ITEMS
from disclosures.search.units import stands_in
from disclosures.years import year_of

FILE_KINDS = {
    "pdf": "PDF文件", "doc": "Word文档", "docx": "Word文档", "wps": "WPS文字", "xls": "Excel表格", "xlsx": "Excel表格",
    "et": "WPS表格", "ppt": "演示文稿", "pptx": "演示文稿", "ofd": "OFD版式文件", "txt": "文本文件", "csv": "CSV数据表",
    "jpg": "图片", "png": "图片", "zip": "压缩包",
}  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed by; nothing of it beyond what the records know."""

    year: int | None
    validity: Validity | None
    number: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Filters":
        return cls(year_asked(request), choice_asked(request, "validity", Validity), number_asked(request))

    def __bool__(self) -> bool:
        return bool(self.year or self.validity or self.number)

    def query(self, column: Category | None) -> str:
        """As in an address; empty where nothing is asked."""
        asked = {"column": column and column.pk, "year": self.year, "validity": self.validity, "number": self.number}
        return urlencode({name: value for name, value in asked.items() if value})


def items(request: HttpRequest, agency: str) -> HttpResponse:
    """法定主动公开内容, newest first; by column, year, validity and 文号."""
    found = agency_or_404(agency)
    columns = Columns(found)
    return _list(request, found, columns, columns.asked(request.GET.get("column")))


def column(request: HttpRequest, agency: str, pk: int) -> HttpResponse:
    """The page of a column: what it is for, and its items with those of the columns beneath."""
    found = agency_or_404(agency)
    columns = Columns(found)
    return _list(request, found, columns, columns.get(pk))


def _list(request: HttpRequest, agency: Agency, columns: Columns, column: Category | None) -> HttpResponse:
    asked = Filters.of(request)
    listed, wanted = _listed(agency, columns, column), request.GET.get("page")
    days = paging.Days.of(listed)
    years, months = list(days.years()), days.months()
    if asked.validity:
        listed = listed.filter(_stands(agency, asked.validity))
    if asked.number:
        within = columns.within(column) if column else []
        page = paging.page_of_keys(_numbered(agency, within, listed, asked), wanted, _rows())
    else:
        if asked.validity:
            days = paging.Days.of(listed, through=days.total)
        if asked.year:
            listed, days = listed.filter(published_on__range=year_of(asked.year)), days.in_year(asked.year)
        page = paging.page_of(listed, wanted, _rows(), days)
    context = {
        "agency": agency,
        "here": "rules" if column in columns.rules else "items",
        "page": page,
        "asked": asked,
        "query": asked.query(column if request.GET.get("column") else None),
        "years": sorted({*years, *filter(None, [asked.year])}, reverse=True),
        "validities": Validity,
        "months": {} if asked else months,
        "head": heads.category(agency, column) if column else heads.items(agency),
        **_about(agency, columns, column),
    }
    return render(request, "disclosures/item_list.html", context)


def month(
    request: HttpRequest, agency: str, year: int, month: int, sheet: int = 1, pk: int | None = None
) -> HttpResponse:
    """All items of a month, of the agency or of a column; newer items change nothing on it."""
    found = agency_or_404(agency)
    columns = Columns(found)
    column = columns.get(pk) if pk is not None else None
    first = date(year, month, 1)
    listed = _listed(found, columns, column)
    of_month = listed.filter(published_on__range=(first, first + relativedelta(months=1, days=-1)))
    page = paging.sheet_of(of_month, sheet, _rows())
    known = [(y, m) for y, months in paging.Days.of(listed).months().items() for m in months]
    context = {
        "agency": found,
        "here": "rules" if column in columns.rules else "items",
        "page": page,
        "month": first,
        "later": min((each for each in known if each > (year, month)), default=None),
        "earlier": max((each for each in known if each < (year, month)), default=None),
        "base": _month_url(found, column, year, month),
        "head": heads.sheet(
            heads.category(found, column) if column else heads.items(found), f"{year}年{month}月", request.path
        ),
        **_about(found, columns, column),
    }
    return render(request, "disclosures/item_month.html", context)


def by_law(request: HttpRequest, agency: str) -> HttpResponse:
    """What 条例 Art. 20 and 21 oblige to, item by item, and the columns where it is."""
    found = agency_or_404(agency)
    columns = Columns(found)
    counts, serving = numbers.by_column(columns.all), columns.serving()
    articles = []
    for title, choices in PUBLICATION_DUTIES:
        asked = [(code, label) for code, label in choices if code in serving or binds(code, found.level)]
        rows = [(code, label, [(each, counts[each.pk]) for each in serving.get(code, [])]) for code, label in asked]
        if rows:
            articles.append((title, rows))
    context = {"agency": found, "here": "items", "head": heads.by_law(found), "articles": articles}
    return render(request, "disclosures/item_by_law.html", context)


def _listed(agency: Agency, columns: Columns, column: Category | None) -> QuerySet[Item]:
    """Public items of a column and those beneath it, or of all columns but those of 政府信息公开制度."""
    if column:
        return Item.objects.public().filter(category__in=columns.within(column))
    public = Item.objects.of(agency).public()
    if not columns.rules:
        return public
    # By key: both sides are read from indexes alone, and the order of the agency's index stays.
    return public.exclude(pk__in=Item.objects.public().filter(category__in=columns.rules).order_by().values("pk"))


def _stands(agency: Agency, validity: Validity) -> Q:
    """The full text of a document has the document's force, whatever was written beside the item."""
    documents = NormativeDocument.objects.of(agency).filter(item__isnull=False).order_by()
    standing = documents.filter(stands_as(validity, timezone.localdate()))
    own = Q(validity=validity) & ~Q(pk__in=documents.values("item"))
    return own | Q(pk__in=standing.values("item"))


def _numbered(agency: Agency, within: list[Category], listed: QuerySet[Item], asked: Filters) -> list[int]:
    """Keys of the items listed whose 文号 has what is asked for: first exactly that, then the newest.

    The search knows them without looking at the others; it knows a number by either of its names, so that those with
    it as their 索引号 alone are left out here.
    """
    since, until = year_of(asked.year) if asked.year else (None, None)
    columns = tuple(each.pk for each in within)
    narrowed = finding.Filters((agency.pk,), ITEMS.number, columns, since, until)
    found = finding.numbered(asked.number, narrowed)
    rows = listed.filter(pk__in=found).values_list("pk", "document_number")
    if asked.year:
        rows = rows.filter(published_on__range=(since, until))
    fitting = [(pk, number) for pk, number in rows if stands_in(asked.number, number)]
    return [pk for pk, number in sorted(fitting, key=lambda row: row[1] != asked.number)]


def _rows() -> QuerySet[Item]:
    """What a list shows of each item; bodies stay where they are.

    Public ones alone: keys of a list that was found some minutes ago may be those of items taken down since.
    """
    shown = ("title", "published_on", "document_number", "validity", "category__name")
    return Item.objects.public().select_related("category").only(*shown)


def _about(agency: Agency, columns: Columns, column: Category | None) -> dict[str, Any]:
    """What a list says of its column, and its place in the tree of columns."""
    home = reverse("portal:items", args=[agency.code])
    return {
        "column": column,
        "duty": Duty.of(column) if column else None,
        "beneath": columns.beneath(column) if column else [],
        "plain": column is not None and len(columns.within(column)) == 1,
        "columns": columns.statutory,
        "trail": trail(agency, columns, column)[:-1] if column else [],
        "list_url": _column_url(agency, column) if column else home,
        "is_rules": column in columns.rules,
    }


def trail(agency: Agency, columns: Columns, column: Category) -> list[tuple[str, str]]:
    """(address, name) from the head of the navigation down to the column."""
    kind = "rules" if column in columns.rules else "items"
    name = "政府信息公开制度" if kind == "rules" else "法定主动公开内容"
    line = [(_column_url(agency, each), each.name) for each in columns.line(column)]
    return [(reverse(f"portal:{kind}", args=[agency.code]), name), *line]


def _column_url(agency: Agency, column: Category) -> str:
    return reverse("portal:column", args=[agency.code, column.pk])


def _month_url(agency: Agency, column: Category | None, year: int, month: int) -> str:
    if column:
        return reverse("portal:column_month", args=[agency.code, column.pk, year, month])
    return reverse("portal:items_month", args=[agency.code, year, month])


def item(request: HttpRequest, agency: str, pk: int) -> HttpResponse:
    found = agency_or_404(agency)
    explained = Prefetch("documents__interpretations", Item.objects.public())
    related = ("attachments", explained, "interpreted_documents", Prefetch("publications", _on_channels()))
    shown = Item.objects.of(found).public().select_related("category", "agency").prefetch_related(*related)
    return show_item(request, get_object_or_404(shown, pk=pk))


@dataclass(frozen=True)
class Around:
    """What the page of an item shows of what lies around it; for many items it is asked at once."""

    columns: Columns
    newer: Item | None
    older: Item | None
    published: datetime

    @classmethod
    def of(cls, shown: Item) -> "Around":
        newer, older = _neighbour(shown, newer=True), _neighbour(shown, newer=False)
        return cls(Columns(shown.agency), newer, older, heads.published_at([shown])[shown.pk])


def show_item(
    request: HttpRequest, shown: Item, *, preview: bool = False, around: Around | None = None
) -> HttpResponse:
    """The page of an item; ``preview`` shows the same page to staff before it is public."""
    around = around or Around.of(shown)
    agency, columns = shown.agency, around.columns
    address = settings.SITE_URL + quote(reverse("portal:item", args=[agency.code, shown.pk]))
    context = {
        "agency": agency,
        "here": "rules" if shown.category in columns.rules else "items",
        "head": heads.item(shown, around.published),
        "item": shown,
        # Cleaned when saved and again here: what reached the database by another way is not trusted.
        "body": mark_safe(sanitise(shown.body)),
        **_force(shown),
        "files": [FileRow.of(each, preview=preview) for each in shown.attachments.all()],
        "trail": trail(agency, columns, shown.category),
        "newer": around.newer,
        "older": around.older,
        "address": address,
        "code": qr.svg(address, "本页网址的二维码"),
        "preview": preview,
    }
    response = render(request, "disclosures/item_detail.html", context)
    if preview:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _force(shown: Item) -> dict[str, Any]:
    """有效性, in words; and the document whose full text this is, which lends it its force."""
    documents, today = list(shown.documents.all()), timezone.localdate()
    validity = documents[0].validity_on(today) if documents else Validity(shown.validity)
    return {
        "validity": validity.label,
        "out_of_force": validity in (Validity.REPEALED, Validity.LAPSED),
        "document": documents[0] if documents else None,
    }


def _neighbour(shown: Item, *, newer: bool) -> Item | None:
    """The next item of the column; None at its end, and of an item that is not yet in any list."""
    if shown.published_on is None:
        return None
    way, order = ("gt", ("published_on", "pk")) if newer else ("lt", ("-published_on", "-pk"))
    beyond = Q(**{f"published_on__{way}": shown.published_on}) | Q(**{f"pk__{way}": shown.pk})
    others = Item.objects.public().filter(beyond, category=shown.category_id)
    return others.filter(**{f"published_on__{way}e": shown.published_on}).order_by(*order).only("title").first()


@dataclass(frozen=True)
class FileRow:
    """An attachment as a reader sees it. ``size`` in bytes; None for a file that is not in its place."""

    name: str
    url: str
    kind: str
    size: int | None

    @classmethod
    def of(cls, attachment: Attachment, *, preview: bool) -> "FileRow":
        try:
            size = attachment.file.size
        except OSError:
            size = None
        if preview:
            url = reverse("admin:disclosures_item_attachment", args=[attachment.pk])
        else:
            code = attachment.item.agency.code
            url = reverse("portal:attachment", args=[code, attachment.item_id, attachment.pk])
        ending = str(attachment.file.name).rsplit(".", 1)[-1].lower()
        return cls(attachment.name, url, FILE_KINDS.get(ending, "文件"), size)


def attachment(request: HttpRequest, agency: str, item: int, pk: int) -> FileResponse:
    public = Item.objects.of(agency_or_404(agency)).public()
    # Asked by the item's own key, which Django knows to be too large; of a key that only points there it does not.
    file = get_object_or_404(Attachment, pk=pk, item__in=public.filter(pk=item))
    try:
        response = FileResponse(file.file.open("rb"), content_type="application/octet-stream")
    except FileNotFoundError:
        raise Http404("附件文件不在了，请联系公开工作机构") from None
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _on_channels() -> Any:
    return Publication.objects.select_related("channel")
