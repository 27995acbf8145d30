"""Ask the site on this machine whether it is well; for health checks, so exit 1 when it is not."""

import os
import sys
from http.client import HTTPConnection, HTTPException

HOST = (os.environ.get("ALLOWED_HOSTS") or "localhost").split(",")[0].strip()


def main() -> int:
    connection = HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or 8000), timeout=4)
    try:
        connection.request("GET", "/healthz", headers={"Host": HOST})
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main())
