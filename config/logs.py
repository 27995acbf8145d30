"""What a log line may not say."""

import logging
import re

# PostgreSQL quotes the refused row there, and a ballot is a row.
DETAIL = re.compile(
    r"^(?:DETAIL|CONTEXT|LINE \d+):.*?(?=^\S+Error|^The above|^During|^Traceback|^\s+File|\Z)", re.M | re.S
)
# The address at which a password is set opens an account.
RESET_LINK = re.compile(r"(quen-mat-khau/[0-9A-Za-z]+)-[^\s/\"'<>]+")


def without_links(text: str) -> str:
    """Text in which no link opens an account any more."""
    return RESET_LINK.sub(r"\1-[bỏ khỏi nhật ký]", text)


class DiscreetFormatter(logging.Formatter):
    """Leave out of a line the links that open an account, of a traceback the row that the database refused."""

    def format(self, record) -> str:
        return without_links(super().format(record))

    def formatException(self, ei) -> str:
        return DETAIL.sub("DETAIL: [left out]\n", super().formatException(ei))
