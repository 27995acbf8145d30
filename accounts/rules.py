"""Constants of signing in."""

# Printed on the sign-in page and in the README of a demonstration; such accounts exist nowhere else.
DEMO_PASSWORD = "thidua-demo-2026"
