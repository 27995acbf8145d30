"""What scores print and show: the page of a card, tables, papers, panels."""

from scoring.reports.panels import archive, card_lines, cycle_panel
from scoring.reports.papers import score_report_paper
from scoring.reports.sheet import sheet_of

__all__ = ["archive", "card_lines", "cycle_panel", "score_report_paper", "sheet_of"]
