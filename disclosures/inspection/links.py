"""Links inside our own site that lead to nothing public, and attachments whose file is gone; nothing is stored.

Only bodies with a link are read, some hundreds at a time, and all the targets of an agency are asked for in one
query. The floors above say of their own pages what is public (``leads_to``): this module knows nobody above.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import nh3
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.db.models import CharField, F, IntegerField, QuerySet, Value
from django.urls import Resolver404, resolve, reverse

from disclosures.models import Agency, Attachment, Category, Item, NormativeDocument

CHUNK = 200  # bodies in memory at a time
NAMED = 2000  # numbers named one by one in a query; more are asked for as a range
MOST = 10_000  # items with a fault that are told apart; the list stops there
LARGEST = 2**31 - 1  # a larger number in an address is nobody's


@dataclass(frozen=True)
class Target:
    """A page of ours: its kind, the agency's code and the numbers in its address (0 where there is none)."""

    kind: str
    agency: str
    first: int = 0
    second: int = 0


# The address leads to no public page whatever the records say.
DEAD = Target("dead", "")
PORTAL, COLUMN = "portal", "column"


@dataclass(frozen=True)
class Pages:
    """The public pages of a kind: rows, where their agency's code is, and names in the address with their look-ups."""

    rows: QuerySet[Any]
    agency: str
    numbers: tuple[tuple[str, str], ...] = ()


_pages: dict[str, Pages] = {}


def leads_to(view: str, rows: QuerySet[Any], *, agency: str = "agency__code", **numbers: str) -> None:
    """Says that ``view`` (a name of the address table) shows one of ``rows`` to anyone: at most two numbers."""
    _pages[view] = Pages(rows, agency, tuple(numbers.items()))


leads_to(PORTAL, Agency.objects.with_portal(), agency="code")
leads_to(COLUMN, Category.objects.filter(agency__has_portal=True), column="pk")
leads_to("portal:item", Item.objects.public().filter(agency__has_portal=True), pk="pk")
leads_to("portal:document", NormativeDocument.objects.filter(agency__has_portal=True), pk="pk")
leads_to(
    "portal:attachment",
    Attachment.objects.filter(item__in=Item.objects.public().filter(agency__has_portal=True)),
    agency="item__agency__code",
    pk="pk",
    item="item_id",
)


def with_dead_links(agency: Agency) -> list[int]:
    """Public items of the agency with a link inside the site that leads to nothing public, at most ``MOST``."""
    linking: dict[Target, list[int]] = defaultdict(list)
    for pk, body in _bodies_with_links(agency):
        own = partial(reverse, "portal:item", args=[agency.code, pk])
        for target in {target_of(address, own) for address in addresses(body)}:
            if target is not None:
                linking[target].append(pk)
    dead = set(linking) - _standing(set(linking))
    return sorted({pk for target in dead for pk in linking[target]})[:MOST]


def with_missing_files(agency: Agency) -> list[int]:
    """Public items of the agency with an attachment whose file is not in the store, at most ``MOST``."""
    public = Item.objects.of(agency).public().order_by()
    files = Attachment.objects.filter(item__in=public).order_by().values_list("item_id", "file")
    missing = {pk for pk, name in files.iterator(chunk_size=CHUNK) if not default_storage.exists(name)}
    return sorted(missing)[:MOST]


def addresses(body: str) -> set[str]:
    """Where the links of a text lead, as written."""
    found: set[str] = set()

    def note(tag: str, attribute: str, value: str) -> str:
        if attribute == "href":
            found.add(value.strip())
        return value

    nh3.clean(body, tags={"a"}, attributes={"a": {"href"}}, attribute_filter=note)
    return found


def _bodies_with_links(agency: Agency) -> Iterator[tuple[int, str]]:
    bodies = Item.objects.of(agency).public().filter(body__contains="href").order_by()
    return bodies.values_list("pk", "body").iterator(chunk_size=CHUNK)


def target_of(address: str, own: Callable[[], str]) -> Target | None:
    """The page of ours that a link leads to; None where it leads elsewhere or to what always stands.

    ``own`` gives the path of the page that the link stands on, for links that are relative to it.
    """
    site = urlsplit(settings.SITE_URL)
    try:
        parts = urlsplit(address)
    except ValueError:
        return DEAD
    if parts.scheme not in ("", "http", "https") or parts.netloc.lower() not in ("", site.netloc.lower()):
        return None
    path = parts.path
    if not parts.netloc and (not path.startswith("/") or "/." in path):
        path = urljoin(own(), path)
    target = _page(unquote(path) or "/")
    column = parse_qs(parts.query).get("column", [""])[0] if parts.query else ""
    if target is not None and target.kind == PORTAL and column.isascii() and column.isdigit():
        return _numbered(COLUMN, target.agency, [int(column)])
    return target


@lru_cache(maxsize=4096)
def _page(path: str) -> Target | None:
    static = f"/{settings.STATIC_URL.strip('/')}/"
    if path.startswith(static):
        return None if finders.find(path.removeprefix(static)) else DEAD
    match = _resolved(path) or _resolved(f"{path}/")  # without its last slash an address is redirected
    if match is None or "admin" in match.namespaces:
        return DEAD
    code, pages = match.kwargs.get("agency"), _pages.get(match.view_name)
    if pages is not None:
        return _numbered(match.view_name, code or "", [match.kwargs[name] for name, _ in pages.numbers])
    return Target(PORTAL, code) if code else None


def _numbered(kind: str, agency: str, numbers: list[int]) -> Target:
    return Target(kind, agency, *numbers) if max(numbers) <= LARGEST else DEAD


def _resolved(path: str) -> Any:
    try:
        return resolve(path)
    except Resolver404:
        return None


def _standing(wanted: set[Target]) -> set[Target]:
    """Those of the targets that anyone can open; one query."""
    by_kind: dict[str, list[Target]] = defaultdict(list)
    for target in wanted - {DEAD}:
        by_kind[target.kind].append(target)
    queries = [_asked(kind, targets) for kind, targets in sorted(by_kind.items())]
    if not queries:
        return set()
    found = queries[0].union(*queries[1:], all=True) if queries[1:] else queries[0]
    return {Target(*row) for row in found}


def _asked(kind: str, targets: list[Target]) -> QuerySet[Any]:
    pages = _pages[kind]
    look_ups: list[Any] = [F(look_up) for _, look_up in pages.numbers]
    columns = [*look_ups, Value(0, IntegerField()), Value(0, IntegerField())][:2]
    rows = pages.rows.filter(**{f"{pages.agency}__in": {target.agency for target in targets}})
    if pages.numbers:
        look_up, numbers = pages.numbers[0][1], {target.first for target in targets}
        few = {f"{look_up}__in": numbers}
        rows = rows.filter(**(few if len(numbers) <= NAMED else {f"{look_up}__range": (min(numbers), max(numbers))}))
    return rows.order_by().values_list(Value(kind, CharField()), F(pages.agency), *columns)
