"""The index says what the public querysets say, after whatever was done and in whatever order."""

import random
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from disclosures import actions, bulk_changes, cleanup
from disclosures.ledger import import_workbook
from disclosures.ledger.workbook import SheetRows, Workbook
from disclosures.models import (
    AdministrativeDecision,
    Agency,
    Attachment,
    AttachmentText,
    CleanUpResult,
    Item,
    ItemState,
    NormativeDocument,
    Openness,
    Role,
    SearchEntry,
)
from disclosures.models.search import key_of
from disclosures.search import keeping
from disclosures.search.engines import Wanted, engine
from disclosures.search.finding import Filters, find
from disclosures.search.kinds import kinds
from disclosures.search.queries import parse
from disclosures.search.units import facet
from reports.models import AnnualReport
from requests_app.models import Proposal
from tests.factories.disclosures import (
    AdministrativeDecisionFactory,
    AgencyFactory,
    CategoryFactory,
    ChannelFactory,
    ItemFactory,
    MembershipFactory,
    NormativeDocumentFactory,
    PublicationFactory,
    UserFactory,
)
from tests.factories.reports import AnnualReportFactory, published
from tests.factories.requests_app import ProposalFactory

pytestmark = pytest.mark.django_db
WORDS = ("渣土运输", "占道经营", "供热服务", "停车管理", "燃气安全")


def assert_in_step():
    """Entries, and what the index finds, are what the kinds' own questions answer."""
    for number, kind in kinds().items():
        wanted = {row.pk: kind.entry(row) for row in kind.rows()}
        entries = {entry.object_id: entry for entry in SearchEntry.objects.filter(kind=number)}
        assert set(entries) == set(wanted), kind.name
        for pk, entry in entries.items():
            shown = wanted[pk]
            assert (entry.title, entry.text, entry.day) == (shown.title, shown.text, shown.day), kind.name
            assert (entry.agency_id, entry.column_id, entry.arguments) == (shown.agency, shown.column, shown.arguments)
            assert entry.pk == key_of(shown.day, number, pk)
            assert entry.pk in find(parse(f"“{entry.title}”"), Filters(), by_relevance=False).keys
        everything = engine().find(Wanted(((((facet("k", number)),),),)), 10_000)
        assert sorted(everything) == sorted(entry.pk for entry in entries.values()), kind.name
    public = Item.objects.public().filter(agency__has_portal=True)
    assert set(SearchEntry.objects.filter(kind=1).values_list("object_id", flat=True)) == set(
        public.values_list("pk", flat=True)
    )


class World:
    """Two agencies, and everything that may happen to what they publish."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.agencies = [AgencyFactory(), AgencyFactory()]
        self.columns = {agency.pk: [CategoryFactory(agency=agency) for _ in range(2)] for agency in self.agencies}
        self.clerk, self.reviewer = UserFactory(), UserFactory()
        for agency in self.agencies:
            MembershipFactory(user=self.clerk, agency=agency, role=Role.CLERK)
            MembershipFactory(user=self.reviewer, agency=agency, role=Role.REVIEWER)
            ChannelFactory(agency=agency)
        self.steps = [name for name in dir(self) if name.startswith("do_")]

    def step(self):
        name = self.draw.choice(self.steps)
        getattr(self, name)()
        return name

    def some(self, rows):
        return self.draw.choice(list(rows) or [None])

    @property
    def words(self):
        return f"{self.draw.choice(WORDS)}示例{self.draw.randrange(1000)}"

    @property
    def agency(self):
        return self.draw.choice(self.agencies)

    def do_add_public_item(self):
        agency = self.agency
        ItemFactory(
            agency=agency,
            category=self.columns[agency.pk][0],
            public=True,
            title=self.words,
            body=f"<p>{self.words}</p>",
        )

    def do_go_through_review(self):
        agency = self.agency
        item = ItemFactory(agency=agency, category=self.columns[agency.pk][0], title=self.words, created_by=self.clerk)
        PublicationFactory(item=item, channel=agency.channels.first())
        actions.submit(item=item, by=self.clerk)
        later = timezone.now() + timezone.timedelta(hours=1) if self.draw.random() < 0.5 else None
        actions.approve(item=item, by=self.reviewer, answers=actions.YES, release_at=later)
        if later and self.draw.random() < 0.7:
            actions.release(later)

    def do_withdraw(self):
        if item := self.some(Item.objects.filter(state=ItemState.PUBLISHED, openness=Openness.PROACTIVE)):
            actions.withdraw(item=item, by=self.reviewer, reason="示例原因")

    def do_edit_in_a_form(self):
        if item := self.some(Item.objects.all()):
            item.title, item.category = self.words, self.draw.choice(self.columns[item.agency_id])
            item.published_on = date(2022, self.draw.randrange(1, 13), 5)
            item.save()

    def do_update_many(self):
        Item.objects.filter(state=ItemState.WITHDRAWN).update(state=ItemState.PUBLISHED, published_on=date(2023, 1, 5))

    def do_close_many(self):
        keys = [item.pk for item in Item.objects.public()[:3]]
        Item.objects.filter(pk__in=keys).update(openness=Openness.CLOSED)

    def do_bulk_update(self):
        items = list(Item.objects.all()[:5])
        for item in items:
            item.body = f"<p>{self.words}</p>"
        Item.objects.bulk_update(items, ["body"])

    def do_delete(self):
        if item := self.some(Item.objects.filter(proposals=None)):
            item.delete()

    def do_delete_many(self):
        Item.objects.filter(proposals=None, pk__in=[item.pk for item in Item.objects.all()[:2]]).delete()

    def do_import_a_ledger(self):
        headers = ["标题", "栏目", "发布渠道", "发布日期", "索引号"]
        agency = self.agency
        rows = [
            (
                number,
                [
                    self.words,
                    self.columns[agency.pk][0].name,
                    agency.channels.first().name,
                    "2022-03-01",
                    f"X-{number}",
                ],
            )
            for number in range(2, 5)
        ]
        sheet = SheetRows("公开信息", 1, headers, rows, headers)
        report = import_workbook(Workbook([sheet]), agency=agency)
        assert report.written, report.faults

    def do_add_a_file(self):
        if item := self.some(Item.objects.all()):
            file = Attachment.objects.create(item=item, name=f"{self.words}.txt", file=ContentFile(b"x", "x.txt"))
            AttachmentText.objects.create(attachment=file, file=file.file.name, text=self.words)

    def do_rename_a_file(self):
        Attachment.objects.filter(pk__in=[each.pk for each in Attachment.objects.all()[:2]]).update(
            name=f"{self.words}.txt"
        )

    def do_read_a_file_again(self):
        if text := self.some(AttachmentText.objects.all()):
            text.text = self.words
            text.save()

    def do_delete_a_file(self):
        if file := self.some(Attachment.objects.all()):
            file.delete()

    def do_add_a_document(self):
        agency = self.agency
        NormativeDocumentFactory(agency=agency, title=self.words, item=self.some(Item.objects.filter(agency=agency)))

    def do_clean_up(self):
        if document := self.some(NormativeDocument.objects.filter(repealed_on=None)):
            choice = cleanup.Choice(document.pk, CleanUpResult.REPEAL, date(2023, 5, 1))
            cleanup.carry_out(agency=document.agency, basis="示政发〔2023〕1号", choices=[choice], by=self.clerk)

    def do_add_a_decision(self):
        day = date(2022, 6, 5) if self.draw.random() < 0.5 else None
        AdministrativeDecisionFactory(agency=self.agency, number=self.words, published_on=day)

    def do_publish_decisions(self):
        AdministrativeDecision.objects.filter(published_on=None).update(published_on=date(2022, 6, 9))

    def do_take_a_decision_down(self):
        if decision := self.some(AdministrativeDecision.objects.filter(published_on__isnull=False, withdrawn_on=None)):
            decision.annulled_on = decision.withdrawn_on = date(2022, 7, 1)
            decision.annulment, decision.withdrawal_reason = "revoked", "示例"
            decision.save()

    def do_add_a_proposal(self):
        agency = self.agency
        item = self.some(Item.objects.filter(agency=agency))
        ProposalFactory(agency=agency, title=self.words, number=str(self.draw.random()), is_public=True, item=item)

    def do_hide_proposals(self):
        Proposal.objects.filter(is_public=True).update(is_public=self.draw.random() < 0.5)

    def do_move_a_column(self):
        one, other = self.columns[self.agencies[0].pk]
        one.parent = None if one.parent else other
        one.name = f"示例栏目{self.draw.random()}"
        one.save()

    def do_rename_an_agency(self):
        agency = Agency.objects.get(pk=self.agency.pk)
        agency.name = f"示例局{self.draw.random()}"
        agency.save()

    def do_close_or_open_a_portal(self):
        agency = Agency.objects.get(pk=self.agency.pk)
        if self.draw.random() < 0.5:
            agency.has_portal = not agency.has_portal
            agency.save()
        else:
            Agency.objects.filter(pk=agency.pk).update(has_portal=not agency.has_portal)

    def do_change_one_s_mind(self):
        with transaction.atomic():
            ItemFactory(agency=self.agencies[0], category=self.columns[self.agencies[0].pk][0], public=True)
            transaction.set_rollback(True)


@pytest.mark.parametrize("seed", range(6))
def test_the_index_is_what_is_public_after_anything(seed):
    world = World(seed)
    done = []

    for _ in range(30):
        done.append(world.step())
        if len(done) % 3 == 0:
            assert_in_step()


@pytest.mark.parametrize("step", [name for name in dir(World) if name.startswith("do_")])
def test_each_step_leaves_the_index_in_step(step):
    world = World(1)
    for name in (
        "do_add_public_item",
        "do_go_through_review",
        "do_add_a_file",
        "do_add_a_document",
        "do_add_a_decision",
    ):
        getattr(world, name)()
    world.do_add_a_proposal()

    for _ in range(2):
        getattr(world, step)()

        assert_in_step()


def test_with_nobody_listening_the_index_falls_behind():
    """The twin."""
    world = World(1)
    world.do_add_public_item()

    with bulk_changes.unheard():
        world.do_close_many()

    with pytest.raises(AssertionError):
        assert_in_step()


def test_without_the_signals_the_index_falls_behind(monkeypatch):
    """The twin."""
    monkeypatch.setattr(keeping, "refresh", lambda kind, keys: None)
    world = World(1)

    world.do_add_public_item()

    with pytest.raises(AssertionError):
        assert_in_step()


def test_reports_are_found_once_published_and_only_in_the_version_that_stands():
    agency = AgencyFactory()
    manager = MembershipFactory(agency=agency, role=Role.MANAGER).user
    report = AnnualReportFactory(agency=agency, year=2022)
    assert_in_step()
    published(report, manager)
    assert [entry.title for entry in SearchEntry.objects.filter(kind=5)] == ["2022年政府信息公开工作年度报告"]
    assert_in_step()

    AnnualReport.objects.filter(pk=report.pk).update(state="issued")

    assert not SearchEntry.objects.filter(kind=5).exists()
    assert_in_step()


def test_rebuilding_mends_what_is_wrong_and_changes_nothing_else():
    world = World(2)
    for _ in range(12):
        world.step()
    with bulk_changes.unheard():
        world.do_update_many()
        world.do_close_many()
    before = set(SearchEntry.objects.values_list("pk", flat=True))

    call_command("rebuild_search", verbosity=0)
    assert_in_step()
    after = set(SearchEntry.objects.values_list("pk", flat=True))
    call_command("rebuild_search", "--agency", world.agencies[0].code)
    call_command("rebuild_search", "--anew")

    assert_in_step()
    assert set(SearchEntry.objects.values_list("pk", flat=True)) == after
    assert before != after or not before


def test_an_installation_with_records_and_no_index_gets_one():
    world = World(3)
    world.do_add_public_item()
    keeping.empty()
    assert not SearchEntry.objects.exists()

    keeping.fill_if_empty()

    assert_in_step()


def test_a_private_reply_is_nowhere_in_the_index():
    item = ItemFactory(public=True, body="<p>公开的答复</p>")
    ProposalFactory(
        agency=item.agency,
        is_public=True,
        item=item,
        title="关于供热的建议",
        reply="张三代表 13900000000",
        lead_organ="不公开的单位",
    )
    ProposalFactory(agency=item.agency, is_public=False, title="不公开的建议")

    kept = " ".join(f"{entry.title}{entry.text}" for entry in SearchEntry.objects.all())

    assert "关于供热的建议" in kept and "公开的答复" in kept
    assert not any(word in kept for word in ("张三", "13900000000", "不公开"))
