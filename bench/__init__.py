"""How fast it is, measured and not hoped: `make bench` (docs/bench.md says what each row means)."""
