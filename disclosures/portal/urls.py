from django.urls import path
from django.views.decorators.http import require_safe

from disclosures.portal import agencies, decisions, documents, feeds, items, search

app_name = "portal"
urlpatterns = [
    path("", require_safe(agencies.home), name="home"),
    path("guide/", require_safe(agencies.guide), name="guide"),
    path("rules/", require_safe(agencies.rules), name="rules"),
    path("feed/", feeds.agency_feed, name="feed"),
    path("items/", require_safe(items.items), name="items"),
    path("items/by-law/", require_safe(items.by_law), name="items_by_law"),
    path("items/<year4:year>/<month2:month>/", require_safe(items.month), name="items_month"),
    path("items/<year4:year>/<month2:month>/<int:sheet>/", require_safe(items.month), name="items_month_sheet"),
    path("items/<int:pk>/", require_safe(items.item), name="item"),
    path("items/<int:item>/attachments/<int:pk>/", require_safe(items.attachment), name="attachment"),
    path("columns/<int:pk>/", require_safe(items.column), name="column"),
    path("columns/<int:pk>/feed/", feeds.column_feed, name="column_feed"),
    path("columns/<int:pk>/<year4:year>/<month2:month>/", require_safe(items.month), name="column_month"),
    path(
        "columns/<int:pk>/<year4:year>/<month2:month>/<int:sheet>/",
        require_safe(items.month),
        name="column_month_sheet",
    ),
    path("documents/", require_safe(documents.documents), name="documents"),
    path("documents/in-force/", require_safe(documents.document_stock), name="document_stock"),
    path("documents/in-force.xlsx", require_safe(documents.document_stock_download), name="document_stock_download"),
    path("documents/years/<year4:year>/", require_safe(documents.documents_of_year), name="documents_of_year"),
    path(
        "documents/years/<year4:year>/<int:sheet>/",
        require_safe(documents.documents_of_year),
        name="documents_of_year_sheet",
    ),
    path("documents/<int:pk>/", require_safe(documents.document), name="document"),
    path("decisions/", require_safe(decisions.decisions), name="decisions"),
    path("decisions/years/<year4:year>/", require_safe(decisions.decisions_of_year), name="decisions_of_year"),
    path(
        "decisions/years/<year4:year>/<int:sheet>/",
        require_safe(decisions.decisions_of_year),
        name="decisions_of_year_sheet",
    ),
    path("decisions/<int:pk>/", require_safe(decisions.decision), name="decision"),
    path("search/", search.search, name="search"),
    path("requests/", require_safe(agencies.how_to_ask), name="how_to_ask"),
]
