from django.contrib import admin

from disclosures.admin.public_words import PublicWordsForm
from disclosures.back_office.base import BackOfficeAdmin
from disclosures.inspection.filters import FindingFilter
from disclosures.models import Category, Channel, InspectionSetting


@admin.register(Category)
class CategoryAdmin(BackOfficeAdmin):
    form = PublicWordsForm
    list_display = ["name", "agency", "owner", "article_20", "kind", "freshness_limit", "must_not_be_empty", "position"]
    list_filter = [FindingFilter, "kind", "article_20"]
    search_fields = ["name"]
    list_select_related = ["agency"]


@admin.register(Channel)
class ChannelAdmin(BackOfficeAdmin):
    form = PublicWordsForm
    list_display = ["name", "kind", "agency"]
    list_filter = ["kind"]
    search_fields = ["name"]
    list_select_related = ["agency"]


@admin.register(InspectionSetting)
class InspectionSettingAdmin(BackOfficeAdmin):
    list_display = ["indicator", "agency", "watched", "threshold", "note"]
    empty_hint = "没有另行设置的指标，都按国务院办公厅通知的限值检查；要改限值或者不查某一项时才需要在这里设置。"
    list_select_related = ["agency"]
