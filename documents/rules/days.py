"""The day of a paper."""

from datetime import date


def odd_dates(issued_on: date, today: date, year: int | None) -> list[str]:
    """What is strange about a day of issue; such a day is allowed only with a reason."""
    findings = []
    if issued_on > today:
        findings.append("Ngày ban hành ở tương lai.")
    if year is not None and issued_on.year < year - 1:
        findings.append(f"Ngày ban hành quá sớm so với năm thi đua {year}.")
    if year is not None and issued_on.year == year - 1 and issued_on.month < 10:
        findings.append(f"Ngày ban hành trước năm thi đua {year}.")
    if year is not None and issued_on.year > year + 1:
        findings.append(f"Ngày ban hành quá muộn so với năm thi đua {year}.")
    return findings
