from django.urls import path

from disclosures import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("guide/", views.guide, name="guide"),
    path("rules/", views.rules, name="rules"),
    path("items/", views.items, name="items"),
    path("items/<int:pk>/", views.item, name="item"),
    path("items/<int:item>/attachments/<int:pk>/", views.attachment, name="attachment"),
    path("documents/", views.documents, name="documents"),
    path("documents/in-force/", views.document_stock, name="document_stock"),
    path("documents/in-force.xlsx", views.document_stock_download, name="document_stock_download"),
    path("documents/<int:pk>/", views.document, name="document"),
    path("requests/", views.how_to_ask, name="how_to_ask"),
]
