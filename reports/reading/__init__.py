"""Reports made elsewhere, read back into the shape of the open report format.

``read(file, name)`` takes JSON of the open format, a workbook, a published report saved as a web page, or a Word
document with tables. What cannot be read is said cell by cell and never guessed.
"""

from reports.reading.reader import MOST_BYTES, read
from reports.reading.reading import FORM_2019, FORM_2021, Note, Reading, Unreadable

__all__ = ["FORM_2019", "FORM_2021", "MOST_BYTES", "Note", "Reading", "Unreadable", "read"]
