from django.urls import path

from disclosures.portal import agencies, decisions, documents, feeds, items, search

app_name = "portal"
urlpatterns = [
    path("", agencies.home, name="home"),
    path("guide/", agencies.guide, name="guide"),
    path("rules/", agencies.rules, name="rules"),
    path("feed/", feeds.agency_feed, name="feed"),
    path("items/", items.items, name="items"),
    path("items/by-law/", items.by_law, name="items_by_law"),
    path("items/<year4:year>/<month2:month>/", items.month, name="items_month"),
    path("items/<year4:year>/<month2:month>/<int:sheet>/", items.month, name="items_month_sheet"),
    path("items/<int:pk>/", items.item, name="item"),
    path("items/<int:item>/attachments/<int:pk>/", items.attachment, name="attachment"),
    path("columns/<int:pk>/", items.column, name="column"),
    path("columns/<int:pk>/feed/", feeds.column_feed, name="column_feed"),
    path("columns/<int:pk>/<year4:year>/<month2:month>/", items.month, name="column_month"),
    path("columns/<int:pk>/<year4:year>/<month2:month>/<int:sheet>/", items.month, name="column_month_sheet"),
    path("documents/", documents.documents, name="documents"),
    path("documents/in-force/", documents.document_stock, name="document_stock"),
    path("documents/in-force.xlsx", documents.document_stock_download, name="document_stock_download"),
    path("documents/years/<year4:year>/", documents.documents_of_year, name="documents_of_year"),
    path("documents/years/<year4:year>/<int:sheet>/", documents.documents_of_year, name="documents_of_year_sheet"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/years/<year4:year>/", decisions.decisions_of_year, name="decisions_of_year"),
    path("decisions/years/<year4:year>/<int:sheet>/", decisions.decisions_of_year, name="decisions_of_year_sheet"),
    path("decisions/<int:pk>/", decisions.decision, name="decision"),
    path("search/", search.search, name="search"),
    path("requests/", agencies.how_to_ask, name="how_to_ask"),
]
