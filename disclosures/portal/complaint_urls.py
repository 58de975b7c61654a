from django.urls import path

from disclosures.portal import complaints

app_name = "complaints"
urlpatterns = [
    path("new/", complaints.new, name="new"),
    path("done/", complaints.done, name="done"),
    path("status/", complaints.status, name="status"),
]
