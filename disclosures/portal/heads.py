"""What a page says of itself to machines: <meta> tags of 国办发〔2017〕47号, Open Graph, schema.org; one declaration.

A view passes a ``Head`` as ``head``; ``templates/includes/head/site.html`` writes it. What is not known is left out:
no tag is empty, none is made up. Every address is the site's own (``SITE_URL``), without a query, whoever asks.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from disclosures.dates import told
from disclosures.models import (
    AdministrativeDecision,
    Agency,
    Category,
    HistoryEntry,
    Item,
    ItemState,
    NormativeDocument,
)
from disclosures.models.catalogue import Article20, ColumnKind
from disclosures.portal.columns import Duty
from disclosures.portal.site import site

LONGEST_DESCRIPTION = 150  # characters
PLATFORM = "政府信息公开"  # what the column of 国办公开办函〔2019〕61号 is called
REGULATION = "《中华人民共和国政府信息公开条例》"
# Names of columns that 国办发〔2017〕47号 gives.
CATALOGUE, INSTITUTION, PAPERS, NEWS = "信息公开目录", "机构职能", "文件资料", "政务动态"
_UNSAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


@dataclass(frozen=True)
class Column:
    """A column or list. ``description``: a true sentence; ``kind``: ColumnType."""

    name: str
    description: str
    kind: str
    path: str
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Article:
    """One piece. ``published``: see ``published_at``; ``identifier``: 索引号 or 文号, empty where there is none."""

    title: str
    published: datetime
    source: str
    description: str
    modified: datetime | None = None
    identifier: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feed:
    title: str
    path: str

    @property
    def url(self) -> str:
        return absolute(self.path)


@dataclass(frozen=True)
class Head:
    """Of a home page (neither column nor article), a column or list, or an article within its column."""

    path: str
    agency: Agency | None = None
    column: Column | None = None
    article: Article | None = None
    feed: Feed | None = None

    @property
    def canonical(self) -> str:
        """The page's one address."""
        return absolute(self.path)

    @property
    def is_list(self) -> bool:
        """With a query it is a filter or a later page: nothing for a search engine to keep."""
        return self.column is not None and self.article is None

    @property
    def site_name(self) -> str:
        return site().name or (self.agency.name if self.agency else PLATFORM)

    @property
    def title(self) -> str:
        if self.article:
            return self.article.title
        name = self.agency.name if self.agency else self.site_name
        return f"{self.column.name} - {name}" if self.column else name + ("" if name == PLATFORM else PLATFORM)

    @property
    def description(self) -> str:
        if self.article:
            return self.article.description
        if self.column:
            return self.column.description
        return f"{self.agency.name if self.agency else self.site_name}依法公开政府信息的平台。"

    @property
    def tags(self) -> list[tuple[str, str]]:
        """(name, content) in the order of 国办发〔2017〕47号: 3 of a home page, 7 of a column, 10 of an article."""
        found = [("SiteName", self.site_name), ("SiteDomain", site().domain), ("SiteIDCode", site().id_code)]
        if self.column:
            found += [
                ("ColumnName", self.column.name),
                ("ColumnDescription", self.column.description),
                ("ColumnKeywords", ",".join(self.column.keywords)),
                ("ColumnType", self.column.kind),
            ]
        if self.article:
            found += [
                ("ArticleTitle", self.article.title),
                ("PubDate", f"{timezone.localtime(self.article.published):%Y-%m-%d %H:%M}"),
                ("ContentSource", self.article.source),
            ]
            found += [("Keywords", ",".join(self.article.keywords)), ("Url", self.canonical)]
        # Names of <meta> know no case: this is also what search engines show.
        found.append(("Description", self.description))
        return [(name, content) for name, content in found if content]

    @property
    def open_graph(self) -> list[tuple[str, str]]:
        found = [
            ("og:type", "article" if self.article else "website"),
            ("og:title", self.title),
            ("og:description", self.description),
            ("og:url", self.canonical),
            ("og:site_name", self.site_name),
            ("og:locale", "zh_CN"),
        ]
        if self.article:
            found.append(("article:published_time", self.article.published.isoformat()))
            if self.article.modified:
                found.append(("article:modified_time", self.article.modified.isoformat(timespec="seconds")))
        return found

    @property
    def json_ld(self) -> SafeString:
        """schema.org as JSON; no text in it can end the element it stands in."""
        graph = [_organisation(self.agency)] if self.agency else []
        if self.article:
            graph += [_trail(self), _article(self)]
        elif self.column:
            graph += [_trail(self), _collection(self)]
        else:
            graph.append(_website(self))
        said = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
        return mark_safe(said.translate(_UNSAFE))


def absolute(path: str) -> str:
    return settings.SITE_URL + quote(path, safe="/%")


# schema.org


def _home_of(agency: Agency) -> str:
    return absolute(reverse("portal:home", args=[agency.code]))


def _organisation(agency: Agency) -> dict[str, Any]:
    known = {
        "telephone": agency.phone,
        "faxNumber": agency.fax,
        "email": agency.email,
        "identifier": agency.credit_code,
    }
    found: dict[str, Any] = {
        "@type": "GovernmentOrganization",
        "@id": f"{_home_of(agency)}#organisation",
        "name": agency.name,
        "url": agency.website_url or _home_of(agency),
        **{name: value for name, value in known.items() if value},
    }
    if agency.address:
        postcode = {"postalCode": agency.postcode} if agency.postcode else {}
        found["address"] = {
            "@type": "PostalAddress",
            "addressCountry": "CN",
            "streetAddress": agency.address,
            **postcode,
        }
    return found


def _publisher(head: Head) -> dict[str, Any]:
    return {"publisher": {"@id": f"{_home_of(head.agency)}#organisation"}} if head.agency else {}


def _website(head: Head) -> dict[str, Any]:
    about = {"name": head.title, "url": head.canonical, "description": head.description, "inLanguage": "zh-CN"}
    return {"@type": "WebSite", "@id": f"{head.canonical}#website", **about, **_publisher(head)}


def _trail(head: Head) -> dict[str, Any]:
    steps = [(PLATFORM, _home_of(head.agency))] if head.agency else []
    if head.column:
        steps.append((head.column.name, absolute(head.column.path)))
    if head.article:
        steps.append((head.article.title, head.canonical))
    entries = [
        {"@type": "ListItem", "position": place, "name": name, "item": url}
        for place, (name, url) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": entries}


def _collection(head: Head) -> dict[str, Any]:
    assert head.column is not None
    about = {"name": head.column.name, "description": head.description, "url": head.canonical, "inLanguage": "zh-CN"}
    return {"@type": "CollectionPage", "@id": head.canonical, **about, **_publisher(head)}


def _article(head: Head) -> dict[str, Any]:
    article = head.article
    assert article is not None
    modified = {"dateModified": article.modified.isoformat(timespec="seconds")} if article.modified else {}
    more = {"identifier": article.identifier, "keywords": ",".join(article.keywords)}
    return {
        "@type": "Article",
        "@id": head.canonical,
        "url": head.canonical,
        "mainEntityOfPage": head.canonical,
        "headline": article.title,
        "description": article.description,
        "datePublished": article.published.isoformat(),
        **modified,
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "author": {"@type": "GovernmentOrganization", "name": article.source},
        **{name: value for name, value in more.items() if value},
        **_publisher(head),
    }


# The pages of this floor; the floors above make theirs of the same pieces.


def front() -> Head:
    """The directory of agencies."""
    return Head(path=reverse("front"))


def home(agency: Agency) -> Head:
    return Head(path=reverse("portal:home", args=[agency.code]), agency=agency, feed=feed_of(agency))


def listing(agency: Agency, name: str, about: str, kind: str, path: str) -> Head:
    """A page that the portal itself lays out: ``about`` says in a sentence what stands there."""
    column = Column(name, f"{agency.name}{about}", kind, path, (name, agency.name, PLATFORM))
    return Head(path=path, agency=agency, column=column, feed=feed_of(agency))


def guide(agency: Agency) -> Head:
    about = f"的政府信息公开指南，依照{REGULATION}第十二条编制。"
    return listing(agency, "政府信息公开指南", about, "信息公开指南", reverse("portal:guide", args=[agency.code]))


def rules(agency: Agency) -> Head:
    about = "执行的政府信息公开法规和制度。"
    return listing(agency, "政府信息公开制度", about, "信息公开制度", reverse("portal:rules", args=[agency.code]))


def asking(agency: Agency) -> Head:
    about = "受理政府信息公开申请的方式、期限和收费说明。"
    return listing(agency, "依申请公开", about, "依申请公开", reverse("portal:how_to_ask", args=[agency.code]))


def items(agency: Agency) -> Head:
    about = f"依照{REGULATION}第十九条至第二十一条主动公开的政府信息。"
    return listing(agency, "法定主动公开内容", about, CATALOGUE, reverse("portal:items", args=[agency.code]))


def documents(agency: Agency) -> Head:
    about = "制发的规章、行政规范性文件及其有效性。"
    return listing(agency, "规范性文件", about, PAPERS, reverse("portal:documents", args=[agency.code]))


def stock(agency: Agency) -> Head:
    path = reverse("portal:document_stock", args=[agency.code])
    return listing(agency, "现行有效规范性文件", "现行有效的规章、行政规范性文件目录。", PAPERS, path)


def by_law(agency: Agency) -> Head:
    about = f"依照{REGULATION}第二十条、第二十一条应当公开的内容和所在栏目。"
    return listing(agency, "法定公开事项", about, CATALOGUE, reverse("portal:items_by_law", args=[agency.code]))


def decisions(agency: Agency) -> Head:
    about = "公示的行政许可、行政处罚、行政强制决定。"
    return listing(agency, "行政决定公示", about, CATALOGUE, reverse("portal:decisions", args=[agency.code]))


def sheet(of: Head, when: str, path: str) -> Head:
    """The part of a list that lies in a month or year: an address of its own, within the column of the whole."""
    assert of.column is not None
    about = replace(of.column, description=f"{of.column.description.removesuffix('。')}：{when}。")
    return replace(of, path=path, column=about)


def category(agency: Agency, shown: Category) -> Head:
    """A column of the office's own; its duty under Art. 20 or 21 says what stands in it."""
    path = column_path(agency, shown)
    column = Column(
        shown.name,
        f"{agency.name}“{shown.name}”栏目，{_duty(shown)}",
        column_kind(shown),
        path,
        (shown.name, agency.name, PLATFORM),
    )
    return Head(path=path, agency=agency, column=column, feed=feed_of(agency, shown))


def _duty(shown: Category) -> str:
    duty = Duty.of(shown)
    if duty is None:
        return "公开本机关的政府信息。"
    whole = duty.text if shown.article_20 in Article20.values else f"{duty.text.removeprefix('乡镇：')}信息"
    return f"公开{REGULATION}{duty.place}规定的{whole}。"


def column_kind(shown: Category) -> str:
    """ColumnType, in the names of 国办发〔2017〕47号."""
    if shown.article_20 == Article20.INSTITUTION:
        return INSTITUTION
    if shown.article_20 == Article20.REGULATIONS:
        return PAPERS
    return NEWS if shown.kind == ColumnKind.NEWS else CATALOGUE


def item(shown: Item, published: datetime | None = None) -> Head:
    """The page of an item within its column; one query for the minute of its publication where it is not given."""
    within = category(shown.agency, shown.category)
    article = Article(
        title=shown.title,
        published=published or published_at([shown])[shown.pk],
        source=shown.agency.name,
        description=described(shown.summary or strip_tags(shown.body)) or _barely(shown.agency, shown.title),
        modified=shown.updated_at,
        identifier=shown.index_number or shown.document_number,
        keywords=words_of(shown.keywords),
    )
    path = reverse("portal:item", args=[shown.agency.code, shown.pk])
    return Head(path=path, agency=shown.agency, column=within.column, article=article, feed=within.feed)


def document(shown: NormativeDocument) -> Head:
    """A 规范性文件: public from its 公布日期, else with its full text, else on the day it was made."""
    agency, within = shown.agency, documents(shown.agency)
    full_text = shown.item if shown.item and shown.item.state == ItemState.PUBLISHED else None
    day = shown.published_on or (full_text.published_on if full_text else None) or shown.issued_on
    article = Article(
        title=shown.title,
        published=midnight(day),
        source=agency.name,
        description=f"{agency.name}{told(shown.issued_on)}制发，文号{shown.number}。",
        identifier=shown.number,
    )
    path = reverse("portal:document", args=[agency.code, shown.pk])
    return Head(path=path, agency=agency, column=within.column, article=article, feed=within.feed)


def decision(agency: Agency, shown: AdministrativeDecision) -> Head:
    """A decision under 公示: kind, number and days; whom it concerns is for its page alone."""
    within, path = decisions(agency), reverse("portal:decision", args=[agency.code, shown.pk])
    number = f" {shown.number}" if shown.number else ""
    article = Article(
        title=f"{shown.get_kind_display()}决定{number}",
        published=midnight(shown.published_on or shown.decided_on),
        source=agency.name,
        description=f"{agency.name}{told(shown.decided_on)}作出的{shown.get_kind_display()}决定{number}。",
        identifier=shown.number,
    )
    return Head(path=path, agency=agency, column=within.column, article=article, feed=within.feed)


def column_path(agency: Agency, column: Category) -> str:
    return reverse("portal:column", args=[agency.code, column.pk])


def feed_of(agency: Agency, column: Category | None = None) -> Feed:
    if column is None:
        return Feed(f"{agency.name}最新公开的信息", reverse("portal:feed", args=[agency.code]))
    path = reverse("portal:column_feed", args=[agency.code, column.pk])
    return Feed(f"{agency.name}{column.name}", path)


# When and what


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def published_at(items: Iterable[Item]) -> dict[int, datetime]:
    """When each item first became public, by its key; one query.

    To the minute where the trail has a publication on the day that the item names as its first. Where it has none, as
    of what was imported or published elsewhere before, only the day is known, and 00:00 stands for it.
    """
    days = {item.pk: item.published_on or timezone.localdate() for item in items}
    moments = {pk: midnight(day) for pk, day in days.items()}
    entries = HistoryEntry.objects.filter(kind=Item._meta.label_lower, record_id__in=list(days), step="publish")
    for pk, at in entries.order_by("-id").values_list("record_id", "at"):
        if timezone.localdate(at) == days[pk]:
            moments[pk] = at  # the earliest of the day comes last
    return moments


def described(text: str) -> str:
    """The beginning of a text in one line, cut at the end of a sentence where there is one."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_DESCRIPTION:
        return line
    start = line[:LONGEST_DESCRIPTION]
    end = max(start.rfind(mark) for mark in "。！？；")
    return start[: end + 1] if end >= LONGEST_DESCRIPTION // 2 else f"{start[:-1]}…"


def _barely(agency: Agency, title: str) -> str:
    return f"{agency.name}公开的政府信息：{title}"


def words_of(keywords: str) -> tuple[str, ...]:
    """Key words as the office separates them."""
    for mark in "、，；;,／/":
        keywords = keywords.replace(mark, " ")
    return tuple(dict.fromkeys(keywords.split()))
