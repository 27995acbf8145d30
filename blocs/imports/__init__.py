"""The directory of a province as a workbook: read into lines, written as a template or as it stands."""

from blocs.imports.directory import read_directory
from blocs.imports.directory_book import directory_book, template_book

__all__ = ["directory_book", "read_directory", "template_book"]
