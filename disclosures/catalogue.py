"""The columns and channels that a new agency starts with; it may change them all."""

from dataclasses import dataclass

from django.db import transaction

from disclosures.models import Agency, Article20, Category, Channel, ChannelKind, ColumnKind


@dataclass(frozen=True)
class DefaultCategory:
    """``freshness_limit`` in calendar days; None for the usual one of the kind (国办秘函〔2019〕19号)."""

    name: str
    article_20: str
    kind: str
    freshness_limit: int | None = None
    must_not_be_empty: bool = False


CATEGORIES = (
    DefaultCategory("机构职能", Article20.INSTITUTION, ColumnKind.FIXED, must_not_be_empty=True),
    DefaultCategory("业务动态", Article20.OTHER, ColumnKind.NEWS, 14),
    DefaultCategory("政策文件", Article20.REGULATIONS, ColumnKind.NOTICES, 180),
    DefaultCategory("政策解读", Article20.REGULATIONS, ColumnKind.NOTICES, 180),
    DefaultCategory("重点领域信息公开", Article20.OTHER, ColumnKind.REGULAR, 180),
    DefaultCategory("政务公开组织推进", Article20.OTHER, ColumnKind.REGULAR, 180),
    DefaultCategory("执行公开", Article20.OTHER, ColumnKind.REGULAR, 180),
    DefaultCategory("管理公开", Article20.OTHER, ColumnKind.REGULAR, 180),
    DefaultCategory("其他信息", Article20.OTHER, ColumnKind.REGULAR),
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
                "kind": default.kind,
                "freshness_limit": default.freshness_limit,
                "must_not_be_empty": default.must_not_be_empty,
                "position": position,
            },
        )
    for name, kind in CHANNELS:
        Channel.objects.get_or_create(agency=agency, name=name, defaults={"kind": kind})
