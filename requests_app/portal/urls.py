from django.urls import path

from requests_app.portal import asking, messages, status

app_name = "ask"
urlpatterns = [
    path("new/", asking.new, name="new"),
    path("new/found/", asking.found, name="found"),
    path("new/check/", asking.check, name="check"),
    path("new/done/", asking.done, name="done"),
    path("new/done.pdf", asking.done_pdf, name="done_pdf"),
    path("new/give-up/", asking.give_up, name="give_up"),
    path("new/<slug:step>/", asking.question, name="question"),
    path("status/", status.status, name="status"),
    path("status/case/", status.case, name="case"),
    path("status/letters/<int:pk>/", status.letter, name="letter"),
    path("status/files/<int:pk>/", status.file, name="file"),
    path("status/correction/", messages.correction, name="correction"),
    path("status/withdrawal/", messages.withdrawal, name="withdrawal"),
    path("status/leave/", status.leave, name="leave"),
]
