"""The ledger sheets of this floor: 公开信息, 规范性文件, 行政决定, 事业性收费."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any
from urllib.parse import unquote

from django.db.models import QuerySet
from django.utils import timezone

from disclosures import access, history
from disclosures.actions import EDITABLE
from disclosures.areas import Action, Area
from disclosures.gate.clearing import kinds_in, known_to_all
from disclosures.ledger.columns import Column, LinkColumn
from disclosures.ledger.sheets import BATCH, IMPORTED, Key, LedgerResource, Sheet, register
from disclosures.ledger.widgets import FOREVER, Choice, Day, Money, Text, Whole, YesNo
from disclosures.models import (
    AdministrativeDecision,
    Category,
    Channel,
    ChannelKind,
    DecisionKind,
    DocumentKind,
    FeeCollection,
    Item,
    ItemState,
    NormativeDocument,
    Openness,
    Publication,
)

# The columns of an item that a row writes.
WRITTEN = ["title", "category", "document_number", "formed_on", "openness", "summary", "office"]
HIDE_FIRST = "含有{}，请遮盖后再导入；依法应当公开的，请在系统页面录入并写明理由"


def labels(choices: Any) -> dict[str, Any]:
    """Label → value of an enumeration, as a spreadsheet shows it."""
    return {choice.label: choice.value for choice in choices}


class PublicationResource(LedgerResource):
    """A row is an item on a channel: the same 索引号 on two channels is one item published twice."""

    begins = "published_on"
    columns = (
        Column(
            "标题",
            "item__title",
            Text(200),
            required=True,
            synonyms=("名称", "信息标题", "信息名称", "文件标题", "文件名称", "公开信息标题", "标题名称", "题名"),
        ),
        LinkColumn(
            "栏目",
            "item__category",
            "name",
            Text(60),
            required=True,
            note="栏目名称，与网站栏目一致",
            synonyms=("所属栏目", "栏目名称", "发布栏目", "信息栏目", "所在栏目", "信息类别", "信息分类"),
        ),
        LinkColumn(
            "发布渠道",
            "channel",
            "name",
            Text(60),
            required=True,
            note="例如：政府网站、微信公众号、新闻发布会",
            synonyms=("公开渠道", "发布平台", "公开平台", "发布载体", "公开载体", "信息发布渠道"),
        ),
        Column(
            "发布日期",
            "published_on",
            Day(),
            required=True,
            synonyms=("发布时间", "公开日期", "公开时间", "信息发布日期", "信息发布时间"),
        ),
        Column(
            "索引号",
            "item__index_number",
            Text(60),
            note="有索引号的信息按索引号查重",
            synonyms=("信息索引号", "信息索引", "索引编号"),
        ),
        Column("发文字号", "item__document_number", Text(60), synonyms=("文号", "发文号", "文件字号", "文件文号")),
        Column("成文日期", "item__formed_on", Day(), synonyms=("成文时间", "生成日期", "形成日期")),
        Column(
            "公开属性",
            "item__openness",
            Choice(
                labels(Openness), {"主动": Openness.PROACTIVE, "依申请": Openness.ON_REQUEST, "不公开": Openness.CLOSED}
            ),
            note="不填为主动公开",
            synonyms=("公开类型", "公开类别", "信息公开属性"),
        ),
        Column("内容概述", "item__summary", Text(500), synonyms=("内容摘要", "摘要", "概述", "信息概述", "内容简介")),
        Column(
            "链接",
            "url",
            Text(500),
            note="以 http:// 或 https:// 开头",
            synonyms=("网址", "链接地址", "信息链接", "网页地址", "发布网址", "公开网址", "URL"),
        ),
        Column("责任科室", "item__office", Text(60), synonyms=("责任部门", "责任处室", "责任股室", "发布科室")),
    )

    class Meta:
        model = Publication

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = {category.name: category for category in Category.objects.filter(agency=self.agency)}
        self.channels = {channel.name: channel for channel in Channel.objects.filter(agency=self.agency)}
        self.may_found = self.by is None or access.can(self.by, Action.ADD, Area.SETUP, self.agency)
        # What comes in by hand of someone who may not review waits for the reviewer.
        reviewed = self.by is None or access.can(self.by, Action.REVIEW, Area.PUBLISHING, self.agency)
        self.item_state = ItemState.PUBLISHED if reviewed else ItemState.SUBMITTED
        self.reviews = reviewed
        self.items: dict[str, Item] = {}
        self.stored: dict[int, list[Any]] = {}
        self.known_to_all = known_to_all(self.agency)

    # Found again by 索引号 and channel, else by title, channel and day.

    def keys_of_row(self, row: Any) -> list[Key]:
        channel = self.value("发布渠道", row.get("发布渠道"))
        if index_number := self.value("索引号", row.get("索引号")):
            return [("index", index_number, channel)]
        return [("title", self.value("标题", row.get("标题")), channel, self.value("发布日期", row.get("发布日期")))]

    def key_of(self, instance: Publication) -> list[Key]:
        channel, item = instance.channel.name, instance.item
        numbered: list[Key] = [("index", item.index_number, channel)] if item.index_number else []
        # Numbered here since: the ledger it came from may not know the number.
        return [*numbered, ("title", item.title, channel, instance.published_on)]

    def key_column(self, row: Any) -> str:
        return "索引号" if self.value("索引号", row.get("索引号")) else "标题"

    def candidates(self, dataset: Any) -> Iterator[QuerySet[Any]]:
        stored = Publication.objects.of(self.agency).select_related("item__category", "channel")
        for column, lookup in (("索引号", "item__index_number__in"), ("标题", "item__title__in")):
            texts = self.texts(dataset, column)
            for start in range(0, len(texts), BATCH):
                found = stored.filter(**{lookup: texts[start : start + BATCH]})
                self._remember(publication.item for publication in found)
                yield found
        index_numbers = self.texts(dataset, "索引号")
        for start in range(0, len(index_numbers), BATCH):
            items = Item.objects.of(self.agency).select_related("category")
            for item in items.filter(index_number__in=index_numbers[start : start + BATCH]):
                self.items[item.index_number] = item
        self._remember(self.items.values())

    def _remember(self, items: Iterable[Item]) -> None:
        """What the public or the reviewer was shown, before a row writes over it."""
        for item in items:
            self.stored[item.pk] = [getattr(item, field) for field in WRITTEN]

    def existing(self, dataset: Any) -> dict[Key, Any]:
        # A row without 索引号 is rather the record that has none than a numbered one of the same title and day.
        stored = [found for records in self.candidates(dataset) for found in records]
        stored.sort(key=lambda publication: not publication.item.index_number)
        return {key: publication for publication in stored for key in self.key_of(publication)}

    @classmethod
    def subject_model(cls) -> type[Item]:
        return Item

    @classmethod
    def related(cls, records: QuerySet[Any]) -> QuerySet[Any]:
        return records.select_related("item__category", "item__agency", "channel")

    def subject_of(self, instance: Publication) -> Item:
        return instance.item

    def new_instance(self, row: Any) -> Publication:
        index_number = self.value("索引号", row.get("索引号")) or ""
        item = self.items.get(index_number) or Item(
            agency=self.agency, index_number=index_number, state=self.item_state, created_by=self.by
        )
        if index_number:
            self.items[index_number] = item
        return Publication(item=item)

    def look_up(self, row: Any, faults: dict[str, list[str]]) -> None:
        links: tuple[tuple[str, dict[str, Any], Any], ...] = (
            ("栏目", self.categories, self._category),
            ("发布渠道", self.channels, self._channel),
        )
        for column, known, found in links:
            name = self.value(column, row.get(column))
            if name is None or name in known:
                continue
            if near := get_close_matches(name, known, n=1, cutoff=0.75):
                faults.setdefault(column, []).append(f"没有“{name}”，是否为“{near[0]}”？请改正，或先在系统中新建")
            elif kinds := kinds_in(name or "", self.known_to_all):
                faults.setdefault(column, []).append(f"含有{'、'.join(kinds)}，栏目和渠道的名称是公开的，请改正")
            elif not self.may_found:
                faults.setdefault(column, []).append(f"没有“{name}”，请先由负责人在系统中新建")
            else:
                known[name] = found(name)
                self.notes.append(f"新建{column}：{name}")

    def relate(self, instance: Publication, row: Any, faults: dict[str, list[str]]) -> None:
        instance.item.category = self.categories[self.value("栏目", row.get("栏目"))]
        instance.channel = self.channels[self.value("发布渠道", row.get("发布渠道"))]

    def rules(self, instance: Publication) -> list[tuple[str, str]]:
        broken = super().rules(instance)
        item = instance.item
        if item.formed_on and instance.published_on < item.formed_on:
            broken.append(("published_on", "发布日期早于成文日期"))
        if item.state in (ItemState.PUBLISHED, ItemState.APPROVED) and item.openness == Openness.PROACTIVE:
            broken += self._leaks(item, instance)
        if not self.reviews and self._changes_what_was_reviewed(item):
            now = f"这条信息现在是“{item.get_state_display()}”"
            broken.append(("title", f"{now}，您不能用导入改动它；请先撤下或者请审核员退回，改好后再提交审核"))
        if instance.url and not instance.url.startswith(("http://", "https://")):
            broken.append(("url", "链接须以 http:// 或 https:// 开头"))
        return broken

    def _changes_what_was_reviewed(self, item: Item) -> bool:
        before = self.stored.get(item.pk) if item.state not in EDITABLE else None
        return before is not None and before != [getattr(item, field) for field in WRITTEN]

    def _leaks(self, item: Item, publication: Publication) -> list[tuple[str, str]]:
        """What would become public with this import: no reason to let it pass is asked for here."""
        texts = {field: getattr(item, field) for field in ("title", "summary", "document_number", "office")}
        texts |= {"index_number": item.index_number, "url": unquote(publication.url)}
        return [
            (field, HIDE_FIRST.format(kind))
            for field, text in texts.items()
            for kind in kinds_in(text, self.known_to_all)
        ]

    def _category(self, name: str) -> Category:
        return self._founded(Category(agency=self.agency, name=name, position=len(self.categories) + 1))

    def _channel(self, name: str) -> Channel:
        return self._founded(Channel(agency=self.agency, name=name, kind=ChannelKind.of_name(name)))

    def _founded(self, record: Any) -> Any:
        if not self.dry:
            record.save()
        return record

    def take_back_new(self, records: QuerySet[Any]) -> None:
        items = list(records.values_list("item_id", flat=True))
        super().take_back_new(records)
        for start in range(0, len(items), BATCH):
            # An item that was there before keeps its other publications, and its trail began before.
            bare = Item.objects.filter(pk__in=items[start : start + BATCH], publications=None)
            told = history.told_otherwise(Item, bare.values("pk"), step=IMPORTED)
            bare.exclude(pk__in=told).delete()

    def store_new(self, instances: list[Publication]) -> None:
        items = list({id(publication.item): publication.item for publication in instances}.values())
        fresh = [item for item in items if item._state.adding]
        for publication in instances:
            item = publication.item
            if item.openness == Openness.PROACTIVE and item.state == ItemState.PUBLISHED:
                item.published_on = min(filter(None, (item.published_on, publication.published_on)))
        Item.objects.bulk_create(fresh, batch_size=BATCH)
        self._update_items([item for item in items if item not in fresh] if len(fresh) < len(items) else [])
        for publication in instances:
            publication.item = publication.item  # the key it has now
        super().store_new(instances)

    def store_changed(self, instances: list[Publication]) -> None:
        Publication.objects.bulk_update(instances, ["published_on", "url"], batch_size=BATCH)
        self._update_items([publication.item for publication in instances])

    @staticmethod
    def _update_items(items: list[Item]) -> None:
        now = timezone.now()
        for item in items:
            item.updated_at = now  # feeds, sitemaps and the static edition see a change by it
        Item.objects.bulk_update(items, [*WRITTEN, "published_on", "updated_at"], batch_size=BATCH)

    def records(self) -> QuerySet[Any]:
        records = Publication.objects.of(self.agency).select_related("item__category", "channel").order_by("pk")
        return records if self.year is None else self.of_year(records, self.year)


class NormativeDocumentResource(LedgerResource):
    begins, ends = "issued_on", ("repealed_on", "lapsed_on")
    columns = (
        Column("标题", "title", Text(200), required=True, synonyms=("名称", "文件名称", "文件标题", "规范性文件名称")),
        Column(
            "文件类别",
            "kind",
            Choice(labels(DocumentKind), {"规范性文件": DocumentKind.NORMATIVE}),
            required=True,
            synonyms=("类别", "文件类型", "文件种类"),
        ),
        Column(
            "发文字号",
            "number",
            Text(60),
            required=True,
            note="按发文字号查重",
            synonyms=("文号", "发文号", "文件字号", "文件文号"),
        ),
        Column(
            "制发日期", "issued_on", Day(), required=True, synonyms=("制发时间", "印发日期", "印发时间", "发文日期")
        ),
        Column("废止日期", "repealed_on", Day(), synonyms=("废止时间",)),
        Column("失效日期", "lapsed_on", Day(FOREVER), note="有效期届满后的第一天", synonyms=("失效时间",)),
        Column("起草科室", "drafting_office", Text(60), note="谁起草、谁解读", synonyms=("起草部门", "起草单位")),
    )

    class Meta:
        model = NormativeDocument

    def keys_of_row(self, row: Any) -> list[Key]:
        return [(self.value("发文字号", row.get("发文字号")),)]

    def key_of(self, instance: NormativeDocument) -> list[Key]:
        return [(instance.number,)]

    def rules(self, instance: NormativeDocument) -> list[tuple[str, str]]:
        """The list of documents is public as it stands."""
        known = known_to_all(self.agency)
        found = [
            (field, HIDE_FIRST.format(kind))
            for field in ("title", "number", "drafting_office")
            for kind in kinds_in(getattr(instance, field), known)
        ]
        return [*super().rules(instance), *found]

    def key_column(self, row: Any) -> str:
        return "发文字号"

    def candidates(self, dataset: Any) -> Iterator[QuerySet[Any]]:
        numbers = self.texts(dataset, "发文字号")
        for start in range(0, len(numbers), BATCH):
            yield NormativeDocument.objects.of(self.agency).filter(number__in=numbers[start : start + BATCH])


class AdministrativeDecisionResource(LedgerResource):
    begins = "decided_on"
    without_key = {"number": ""}
    columns = (
        Column(
            "决定类别",
            "kind",
            Choice(labels(DecisionKind), {each.label.removeprefix("行政"): each for each in DecisionKind}),
            required=True,
            synonyms=("类别", "决定类型", "决定种类"),
        ),
        Column(
            "决定书文号",
            "number",
            Text(80),
            note="按类别和文号查重；没有文号的每次都新增",
            synonyms=("文号", "决定文号", "决定书编号", "决定书号"),
        ),
        Column(
            "决定日期",
            "decided_on",
            Day(),
            required=True,
            synonyms=("决定时间", "作出决定日期", "作出决定时间", "决定书日期", "日期"),
        ),
        Column("相对人", "party", Text(100), synonyms=("行政相对人", "相对人名称", "行政相对人名称", "当事人")),
        Column(
            "件数",
            "quantity",
            Whole(least=1, units=("件", "起", "宗", "例")),
            note="不填为1；只有总数时填汇总件数",
            synonyms=("数量", "办件数", "办理件数"),
        ),
        Column("公示日期", "published_on", Day(), synonyms=("公示时间",)),
        Column("公示链接", "publicity_url", Text(500), note="以 http:// 或 https:// 开头", synonyms=("公示网址",)),
        Column("撤销日期", "annulled_on", Day(), note="决定被撤销、变更的日期", synonyms=("撤销时间",)),
        Column("是否汇总", "is_total", YesNo(), note="不填为否；件数大于1的都按汇总处理", synonyms=("汇总",)),
    )

    class Meta:
        model = AdministrativeDecision

    def rules(self, instance: AdministrativeDecision) -> list[tuple[str, str]]:
        broken = super().rules(instance)
        if instance.publicity_url and not instance.publicity_url.startswith(("http://", "https://")):
            broken.append(("publicity_url", "链接须以 http:// 或 https:// 开头"))
        if instance.published_on and instance.published_on > timezone.localdate():
            broken.append(("published_on", "公示日期晚于今天，请在公示之后再填"))
        return broken

    def keys_of_row(self, row: Any) -> list[Key]:
        number = self.value("决定书文号", row.get("决定书文号"))
        return [(self.value("决定类别", row.get("决定类别")), number)] if number else []

    def key_of(self, instance: AdministrativeDecision) -> list[Key]:
        return [(instance.kind, instance.number)]

    def key_column(self, row: Any) -> str:
        return "决定书文号"

    def candidates(self, dataset: Any) -> Iterator[QuerySet[Any]]:
        numbers = self.texts(dataset, "决定书文号")
        for start in range(0, len(numbers), BATCH):
            yield AdministrativeDecision.objects.of(self.agency).filter(number__in=numbers[start : start + BATCH])


class FeeCollectionResource(LedgerResource):
    begins = "collected_on"
    without_key = {"receipt_number": ""}
    columns = (
        Column("收费项目", "name", Text(100), required=True, synonyms=("项目", "项目名称", "收费项目名称")),
        Column("收费日期", "collected_on", Day(), required=True, synonyms=("收费时间", "收款日期", "缴费日期", "日期")),
        Column(
            "金额（元）",
            "amount",
            Money(),
            required=True,
            note="单位：元，报告自动换算为万元",
            synonyms=("金额", "收费金额", "收费金额（元）", "实收金额", "实收金额（元）", "收费额（元）"),
        ),
        Column(
            "票据号",
            "receipt_number",
            Text(60),
            note="按票据号查重；没有票据号的每次都新增",
            synonyms=("票据号码", "票据编号", "票号", "收据号", "发票号", "发票号码"),
        ),
    )

    class Meta:
        model = FeeCollection

    def keys_of_row(self, row: Any) -> list[Key]:
        number = self.value("票据号", row.get("票据号"))
        return [(number,)] if number else []

    def key_of(self, instance: FeeCollection) -> list[Key]:
        return [(instance.receipt_number,)]

    def key_column(self, row: Any) -> str:
        return "票据号"

    def candidates(self, dataset: Any) -> Iterator[QuerySet[Any]]:
        numbers = self.texts(dataset, "票据号")
        for start in range(0, len(numbers), BATCH):
            yield FeeCollection.objects.of(self.agency).filter(receipt_number__in=numbers[start : start + BATCH])


def register_sheets() -> None:
    register(Sheet("公开信息", Area.PUBLISHING, PublicationResource))
    register(Sheet("规范性文件", Area.PUBLISHING, NormativeDocumentResource))
    register(Sheet("行政决定", Area.PUBLISHING, AdministrativeDecisionResource))
    register(Sheet("事业性收费", Area.PUBLISHING, FeeCollectionResource))
