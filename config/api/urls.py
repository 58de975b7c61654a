"""Addresses of the API; whatever else is asked beneath ``/api/`` is answered in JSON too."""

from typing import Any

from django.urls import path, re_path, register_converter

from config.api import (
    agencies,
    categories,
    decisions,
    description,
    documents,
    figures,
    incoming,
    items,
    proposals,
    reports,
    root,
)
from config.api.asked import Code, Key
from config.api.texts import KEY_MOST


class KeyConverter:
    """A key that fits the database; any other number is no record's."""

    regex = "[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        if int(value) > KEY_MOST:
            raise ValueError(value)
        return int(value)

    def to_url(self, value: Any) -> str:
        return str(value)


class YearConverter(KeyConverter):
    regex = "(?:19|20)[0-9]{2}"


class VersionConverter(KeyConverter):
    regex = "[1-9][0-9]{0,3}"


class CodeConverter:
    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"

    def to_python(self, value: str) -> str:
        return value

    to_url = to_python


class CellConverter(CodeConverter):
    regex = r"[a-z_]+(?:\.[a-z_]+)*"


class ExternalIdConverter(CodeConverter):
    regex = incoming.EXTERNAL_ID.strip("^$")


CONVERTERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "api_key": (KeyConverter, Key.schema),
    "api_year": (YearConverter, {"type": "integer", "minimum": 1900, "maximum": 2099}),
    "api_version": (VersionConverter, {"type": "integer", "minimum": 1, "maximum": 9999}),
    "api_code": (CodeConverter, Code.schema),
    "api_cell": (CellConverter, {"type": "string", "enum": figures.CODES}),
    "api_external": (ExternalIdConverter, {"type": "string", "pattern": incoming.EXTERNAL_ID}),
}
for name, (converter, _) in CONVERTERS.items():
    register_converter(converter, name)

urlpatterns = [
    path("v1/", root.Root.as_view(), name="root"),
    path("v1/agencies/", agencies.Agencies.as_view(), name="agencies"),
    path("v1/agencies/<api_code:code>/", agencies.OneAgency.as_view(), name="agency"),
    path("v1/categories/", categories.Categories.as_view(), name="categories"),
    path("v1/categories/<api_key:pk>/", categories.OneCategory.as_view(), name="category"),
    path("v1/items/", items.Items.as_view(), name="items"),
    path("v1/items/<api_key:pk>/", items.OneItem.as_view(), name="item"),
    path("v1/documents/", documents.Documents.as_view(), name="documents"),
    path("v1/documents/<api_key:pk>/", documents.OneDocument.as_view(), name="document"),
    path("v1/decisions/", decisions.Decisions.as_view(), name="decisions"),
    path("v1/decisions/<api_key:pk>/", decisions.OneDecision.as_view(), name="decision"),
    path("v1/proposals/", proposals.Proposals.as_view(), name="proposals"),
    path("v1/proposals/<api_key:pk>/", proposals.OneProposal.as_view(), name="proposal"),
    path("v1/reports/", reports.Reports.as_view(), name="reports"),
    path("v1/reports/schema.json", reports.ReportSchema.as_view(), name="report-schema"),
    path("v1/reports/<api_code:agency>/<api_year:year>/", reports.OneReport.as_view(), name="report"),
    path(
        "v1/reports/<api_code:agency>/<api_year:year>/v<api_version:version>/",
        reports.OneVersion.as_view(),
        name="report-version",
    ),
    path("v1/figures/", figures.Figures.as_view(), name="figures"),
    path("v1/figures/<api_code:agency>/<api_year:year>/<api_cell:cell>/", figures.OneFigure.as_view(), name="figure"),
    path("v1/incoming/items/", incoming.PushedItems.as_view(), name="incoming"),
    path("v1/incoming/items/<api_external:external_id>/", incoming.PushedItem.as_view(), name="incoming-item"),
    path("v1/schema/", description.Schema.as_view(), name="schema"),
    path("v1/docs/", description.docs, name="docs"),
    re_path("", root.Unknown.as_view(), name="unknown"),
]
