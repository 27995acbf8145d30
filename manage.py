#!/usr/bin/env python
import sys

from django.core.management import execute_from_command_line

from config import launch

if __name__ == "__main__":
    launch.prepare_environment()
    with launch.database():
        execute_from_command_line(sys.argv)
