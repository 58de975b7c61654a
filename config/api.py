"""/api/v1/: read-only, anonymous, public records only; every field named."""

from django.http import HttpResponse
from django.urls import path
from rest_framework import generics, pagination, serializers
from rest_framework.response import Response

from config.figures_api import Figures
from disclosures.models import Agency, Category, Item, NormativeDocument
from reports import document
from reports.models import AnnualReport
from reports.schema import FILE as REPORT_SCHEMA
from reports.sealing.digests import OPEN_FORMAT


class Pages(pagination.CursorPagination):
    page_size = 50
    ordering = "-pk"


class AgencySerializer(serializers.ModelSerializer):
    class Meta:
        model = Agency
        fields = ["code", "name", "level", "office", "address", "postcode", "phone", "office_hours"]


class CategorySerializer(serializers.ModelSerializer):
    agency = serializers.CharField(source="agency.code")

    class Meta:
        model = Category
        fields = ["id", "agency", "name", "article_20", "parent"]


class ItemSerializer(serializers.ModelSerializer):
    agency = serializers.CharField(source="agency.code")
    category = serializers.CharField(source="category.name")

    class Meta:
        model = Item
        fields = [
            "id", "agency", "category", "title", "index_number", "document_number", "formed_on", "published_on",
            "validity", "summary", "body",
        ]  # fmt: skip


class DocumentSerializer(serializers.ModelSerializer):
    agency = serializers.CharField(source="agency.code")

    class Meta:
        model = NormativeDocument
        fields = ["id", "agency", "kind", "title", "number", "issued_on", "repealed_on", "lapsed_on"]


class Agencies(generics.ListAPIView):
    queryset = Agency.objects.with_portal()
    serializer_class, pagination_class = AgencySerializer, Pages


class Categories(generics.ListAPIView):
    queryset = Category.objects.filter(agency__has_portal=True).select_related("agency")
    serializer_class, pagination_class = CategorySerializer, Pages


class Items(generics.ListAPIView):
    queryset = Item.objects.public().filter(agency__has_portal=True).select_related("agency", "category")
    serializer_class, pagination_class = ItemSerializer, Pages


class Documents(generics.ListAPIView):
    queryset = NormativeDocument.objects.filter(agency__has_portal=True).select_related("agency")
    serializer_class, pagination_class = DocumentSerializer, Pages


class Reports(generics.ListAPIView):
    """Published reports in the open format (docs/report-format.md)."""

    queryset = AnnualReport.objects.published().filter(agency__has_portal=True)
    pagination_class = Pages

    def list(self, request, *args, **kwargs):
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(
            [
                # What was frozen says issued; the status is the one part that moves on.
                {**{key: report.frozen.get(key) for key in OPEN_FORMAT}, "status": report.state}
                for report in page or ()
                if document.is_unchanged(report)
            ]
        )


class ReportSchema(generics.GenericAPIView):
    """The JSON Schema of what ``reports/`` lists, for programs that check before they send or read."""

    def get(self, request):
        return HttpResponse(REPORT_SCHEMA.read_bytes(), content_type="application/schema+json")


class Root(generics.GenericAPIView):
    def get(self, request):
        names = ("agencies", "categories", "items", "documents", "reports", "figures")
        return Response({name: request.build_absolute_uri(f"{name}/") for name in names})


urlpatterns = [
    path("", Root.as_view(), name="root"),
    path("agencies/", Agencies.as_view(), name="agencies"),
    path("categories/", Categories.as_view(), name="categories"),
    path("items/", Items.as_view(), name="items"),
    path("documents/", Documents.as_view(), name="documents"),
    path("reports/schema.json", ReportSchema.as_view(), name="report-schema"),
    path("reports/", Reports.as_view(), name="reports"),
    path("figures/", Figures.as_view(), name="figures"),
]
