"""HTML to PDF in the office's typography, in a child process that reaches nothing; the child needs no Django."""
