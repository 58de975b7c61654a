from django.urls import path

from disclosures.portal import agencies, documents, items

app_name = "portal"
urlpatterns = [
    path("", agencies.home, name="home"),
    path("guide/", agencies.guide, name="guide"),
    path("rules/", agencies.rules, name="rules"),
    path("items/", items.items, name="items"),
    path("items/<int:pk>/", items.item, name="item"),
    path("items/<int:item>/attachments/<int:pk>/", items.attachment, name="attachment"),
    path("documents/", documents.documents, name="documents"),
    path("documents/in-force/", documents.document_stock, name="document_stock"),
    path("documents/in-force.xlsx", documents.document_stock_download, name="document_stock_download"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("requests/", agencies.how_to_ask, name="how_to_ask"),
]
