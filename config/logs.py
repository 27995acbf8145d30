"""What a log line may not say."""

import logging
import re

# PostgreSQL quotes the refused row there, and a ballot is a row.
DETAIL = re.compile(
    r"^(?:DETAIL|CONTEXT|LINE \d+):.*?(?=^\S+Error|^The above|^During|^Traceback|^\s+File|\Z)", re.M | re.S
)


class DiscreetFormatter(logging.Formatter):
    """Leave out of a traceback the values of a row that the database refused."""

    def formatException(self, ei) -> str:
        return DETAIL.sub("DETAIL: [left out]\n", super().formatException(ei))
