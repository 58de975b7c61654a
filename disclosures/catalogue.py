"""The columns and channels that a new agency starts with; it may change them all."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from disclosures.models import Agency, Article20, Category, Channel, ChannelKind, ItemState, Openness


@dataclass(frozen=True)
class DefaultCategory:
    """``freshness_limit`` in calendar days: two weeks for news, six months for notices (国办秘函〔2019〕19号)."""

    name: str
    article_20: str
    freshness_limit: int | None


CATEGORIES = (
    DefaultCategory("机构职能", Article20.INSTITUTION, None),
    DefaultCategory("业务动态", Article20.OTHER, 14),
    DefaultCategory("政策文件", Article20.REGULATIONS, 180),
    DefaultCategory("政策解读", Article20.REGULATIONS, 180),
    DefaultCategory("重点领域信息公开", Article20.OTHER, 180),
    DefaultCategory("政务公开组织推进", Article20.OTHER, 180),
    DefaultCategory("执行公开", Article20.OTHER, 180),
    DefaultCategory("管理公开", Article20.OTHER, 180),
    DefaultCategory("其他信息", Article20.OTHER, None),
)
CHANNELS = (
    ("政府网站", ChannelKind.WEBSITE),
    ("微信公众号", ChannelKind.WECHAT),
    ("新闻发布会", ChannelKind.PRESS_EVENT),
)


@transaction.atomic
def found_catalogue(agency: Agency) -> None:
    """Gives ``agency`` the default columns and channels it lacks."""
    for position, default in enumerate(CATEGORIES, start=1):
        Category.objects.get_or_create(
            agency=agency,
            name=default.name,
            defaults={
                "article_20": default.article_20,
                "freshness_limit": default.freshness_limit,
                "position": position,
            },
        )
    for name, kind in CHANNELS:
        Channel.objects.get_or_create(agency=agency, name=name, defaults={"kind": kind})


def stale(categories: Any, day: date) -> list[tuple[Category, str]]:
    """Those of ``categories`` without public news for longer than their limit, and what to say of them; one query."""
    public = Q(items__state=ItemState.PUBLISHED, items__openness=Openness.PROACTIVE)
    watched = categories.filter(freshness_limit__isnull=False).select_related("agency")
    found = []
    for category in watched.annotate(last=Max("items__published_on", filter=public)):
        if category.last is None:
            found.append((category, "还没有发布过信息"))
        elif day - category.last > timedelta(days=category.freshness_limit):
            days = (day - category.last).days
            found.append((category, f"已{days}天没有更新（期限{category.freshness_limit}天）"))
    return found
