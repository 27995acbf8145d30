"""Answers that are a file."""

from django.http import HttpResponse

from config.kit.text import plain_words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file(content, name, kind):
    """A PDF that the browser shows, or a workbook that it saves, under a name without marks."""
    response = HttpResponse(content, content_type="application/pdf" if kind == "pdf" else XLSX)
    where = "inline" if kind == "pdf" else "attachment"
    response["Content-Disposition"] = f'{where}; filename="{plain_words(name).replace(" ", "-")}.{kind}"'
    return response
