#!/usr/bin/env python
import sys

from config import launch

if __name__ == "__main__":
    sys.exit(launch.manage(sys.argv))
