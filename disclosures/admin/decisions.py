"""行政决定 and 行政事业性收费 in the back office: publicity and withdrawal by light, rows pasted in, fees by month."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.decorators import display

from disclosures import duties
from disclosures.admin.paste import PasteEntry
from disclosures.areas import Action, Area
from disclosures.asked import agency_asked
from disclosures.back_office.base import BackOfficeAdmin, CheckedForm, YearFilter
from disclosures.back_office.pages import TONES, DutyFilter, LinkedPages
from disclosures.ledger.pasting import Layout
from disclosures.models import AdministrativeDecision, FeeCollection


class DecidedIn(YearFilter):
    title, question = "决定年度", "made_in"


class PublicityFilter(DutyFilter):
    title, parameter_name, open_words = "公示（参考期限）", "publicity", "尚未公示"

    def owing(self, queryset: Any, day: date) -> Any:
        return queryset.unpublished()

    def band(self, key: str, day: date, used: dict[str, set[int]]) -> Q | None:
        return duties.publicity_in(key, day, used)


class WithdrawalFilter(DutyFilter):
    title, parameter_name, open_words = "撤回公示", "withdraw", "应当撤回、尚未撤回"

    def owing(self, queryset: Any, day: date) -> Any:
        return queryset.to_withdraw()

    def band(self, key: str, day: date, used: dict[str, set[int]]) -> Q | None:
        return duties.withdrawals_in(key, day, used)


class TotalsFilter(admin.SimpleListFilter):
    title, parameter_name = "汇总", "totals"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "只看汇总"), ("no", "不含汇总")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        totals = AdministrativeDecision.objects.totals()
        return queryset.filter(pk__in=totals) if self.value() == "yes" else queryset.exclude(pk__in=totals)


class DecisionForm(CheckedForm):
    def clean_published_on(self) -> date | None:
        """A decision is public once it has this day: it is a fact, not a plan."""
        day = self.cleaned_data["published_on"]
        if day and day > timezone.localdate():
            raise ValidationError("公示日期晚于今天，请在公示之后再填")
        return day


@admin.register(AdministrativeDecision)
class AdministrativeDecisionAdmin(PasteEntry, LinkedPages, BackOfficeAdmin):
    form = DecisionForm
    list_display = ["kind", "number", "party", "decided_on", "counted", "publicity", "withdrawal"]
    list_filter = ["kind", PublicityFilter, WithdrawalFilter, TotalsFilter, DecidedIn]
    search_fields = ["number", "party"]
    readonly_fields = ["publicity_told", "withdrawal_told"]
    field_help = {
        "number": "例如：文综执罚〔2026〕7号；同类决定的文号不能重复",
        "party": "单位写全称；自然人公示时依法处理姓名",
        "published_on": "公示的第一天；还没有公示的不填",
        "withdrawal_reason": "撤回公示时向公众说明的理由",
    }
    fieldsets = [
        (None, {"fields": ["agency", "kind", "number", "decided_on", "party", "quantity", "is_total"]}),
        ("公示", {"fields": ["publicity_told", "published_on", "publicity_url", "unpublished_reason"]}),
        (
            "撤销、变更和撤回公示",
            {"fields": ["annulled_on", "annulment", "withdrawal_told", "withdrawn_on", "withdrawal_reason"]},
        ),
    ]
    layout = Layout(
        "行政决定",
        {
            "类别": "决定类别",
            "文号": "决定书文号",
            "日期": "决定日期",
            "相对人": "相对人",
            "件数": "件数",
            "公示日期": "公示日期",
            "链接": "公示链接",
        },
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_term()

    def pages(self, request: HttpRequest) -> list[tuple[str, str]]:
        return self.paste_link(request)

    @admin.display(description="件数", ordering="quantity")
    def counted(self, obj: AdministrativeDecision) -> str:
        return f"{obj.quantity}（汇总）" if obj.counts_several else str(obj.quantity)

    @display(description="公示", label=TONES)
    def publicity(self, obj: AdministrativeDecision) -> tuple[str, str]:
        found = duties.publicity_standing(obj, timezone.localdate())
        return found.tone, found.words

    @display(description="撤回公示", label=TONES)
    def withdrawal(self, obj: AdministrativeDecision) -> tuple[str, str]:
        found = duties.withdrawal_standing(obj, timezone.localdate())
        return found.tone, found.words

    @admin.display(description="公示情况")
    def publicity_told(self, obj: AdministrativeDecision) -> str:
        return self._told(duties.publicity_standing(obj, timezone.localdate())) if obj.pk else "保存后显示"

    @admin.display(description="撤回情况")
    def withdrawal_told(self, obj: AdministrativeDecision) -> str:
        return self._told(duties.withdrawal_standing(obj, timezone.localdate())) if obj.pk else "—"

    @staticmethod
    def _told(found: duties.Standing) -> str:
        return f"{found.words}：{found.why}" if found.why else found.words


class CollectedIn(YearFilter):
    title, question = "收费年度", "collected_in"


@admin.register(FeeCollection)
class FeeCollectionAdmin(PasteEntry, LinkedPages, BackOfficeAdmin):
    list_display = ["name", "collected_on", "amount", "receipt_number"]
    list_filter = [CollectedIn]
    search_fields = ["name", "receipt_number"]
    field_help = {
        "name": "按收费目录的名称填写，例如：城市道路占用挖掘费",
        "amount": "单位：元，年度报告自动换算为万元",
        "receipt_number": "有票据号的，同一张票据只记一次",
    }
    layout = Layout("事业性收费", {"项目": "收费项目", "日期": "收费日期", "金额": "金额（元）", "票据号": "票据号"})

    def pages(self, request: HttpRequest) -> list[tuple[str, str]]:
        return [*self.paste_link(request), ("各项目按月合计", reverse("admin:disclosures_feecollection_monthly"))]

    def get_urls(self) -> list[Any]:
        monthly = self.admin_site.admin_view(self.monthly_page)
        return [path("monthly/", monthly, name="disclosures_feecollection_monthly"), *super().get_urls()]

    def monthly_page(self, request: HttpRequest) -> HttpResponse:
        """Yuan by project and month of a year."""
        agency, agencies = agency_asked(request, Action.VIEW, Area.PUBLISHING)
        if agency is None:
            raise PermissionDenied
        this = timezone.localdate().year
        years = range(this, this - 6, -1)
        asked = request.GET.get("year", "")
        year = next((year for year in years if str(year) == asked), this)
        found = FeeCollection.objects.of(agency).by_month(year)
        rows = [(name, [of.get(month) for month in range(1, 13)], sum(of.values())) for name, of in found.items()]
        months = [sum((of.get(month, Decimal(0)) for of in found.values()), Decimal(0)) for month in range(1, 13)]
        context = {
            **self.admin_site.each_context(request),
            "title": "行政事业性收费各项目按月合计",
            "opts": self.opts,
            "agency": agency,
            "agencies": agencies,
            "year": year,
            "years": years,
            "rows": rows,
            "months": months,
            "total": sum(months),
        }
        return TemplateResponse(request, "admin/disclosures/fees_by_month.html", context)
