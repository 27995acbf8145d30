"""What comes in as text or as a workbook, read into plain values; all faults at once, nothing saved."""

from config.kit.books import Fault, RefusedBook
from scoring.imports.cards import CardSheet, card_book, read_cards
from scoring.imports.converted import converted_frame
from scoring.imports.guidance import GuidanceBook, guidance_book, read_guidance
from scoring.imports.typed import COLUMNS, frame_changes, frame_text, read_frame

__all__ = [
    "COLUMNS",
    "CardSheet",
    "Fault",
    "GuidanceBook",
    "RefusedBook",
    "card_book",
    "converted_frame",
    "frame_changes",
    "frame_text",
    "guidance_book",
    "read_cards",
    "read_frame",
    "read_guidance",
]
