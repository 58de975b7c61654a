from django.urls import path

from requests_app.portal import asking

app_name = "ask"
urlpatterns = [
    path("new/", asking.new, name="new"),
    path("new/found/", asking.found, name="found"),
    path("new/check/", asking.check, name="check"),
    path("new/done/", asking.done, name="done"),
    path("new/done.pdf", asking.done_pdf, name="done_pdf"),
    path("new/give-up/", asking.give_up, name="give_up"),
    path("new/<slug:step>/", asking.question, name="question"),
]
