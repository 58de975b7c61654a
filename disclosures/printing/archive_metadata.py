"""What WeasyPrint leaves to do in an archival PDF: say that it is accessible too, and leave its metadata plain.

ISO 19005-3 6.6.2.1: the metadata stream has no filter. 6.6.2.3: a property outside the predefined schemas, as PDF/UA's,
is described in the file. Works on pydyf's objects; needs no library of its own.
"""

from typing import Any

UA = "http://www.aiim.org/pdfua/ns/id/"
END = b"</rdf:RDF>"
ALSO_ACCESSIBLE = f"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="{UA}"><pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>{UA}</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>""".encode()


def complete(document: Any, pdf: Any) -> None:
    """A finisher for ``write_pdf``. Raises ``RuntimeError`` where the metadata is not as this WeasyPrint writes it."""
    reference = pdf.catalog["Metadata"]
    metadata = pdf.objects[int(bytes(reference).split()[0])]
    (content,) = metadata.stream
    if content.count(END) != 1:
        raise RuntimeError("WeasyPrint's metadata has changed; review disclosures/printing/archive_metadata.py")
    metadata.stream = [content.replace(END, ALSO_ACCESSIBLE + END)]
    metadata.compress = False
    if "AF" in pdf.catalog:  # each file is named twice there: as one that is embedded and as one that is specified
        pdf.catalog["AF"] = type(pdf.catalog["AF"])(dict.fromkeys(pdf.catalog["AF"]))
