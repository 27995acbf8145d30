"""The page and the command that take a directory: looked at first, then exactly that is written."""

import io
import threading
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from blocs import imports, services
from blocs.enums import Role
from blocs.models import Bloc, Cycle, Unit
from tests.blocs.books import book_of, person, small, unit
from tests.factories.accounts import UserFactory
from tests.factories.blocs import AppointmentFactory, ProvinceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def province():
    return ProvinceFactory(slug="kien-giang")


@pytest.fixture
def admin(province):
    user = UserFactory(username="an", is_demo=True)
    AppointmentFactory(user=user, role=Role.ADMIN, province=province)
    return user


@pytest.fixture
def post(browse, admin, province):
    def act(content=None, **data):
        if content is not None:
            data["file"] = SimpleUploadedFile("danh-muc.xlsx", content)
        return browse(admin).post(reverse("directory_import", args=[province.slug]), data)

    return act


def test_a_workbook_is_looked_at_and_then_written_as_it_was_seen(post):
    seen = post(book_of(**small()))

    assert seen.status_code == 200
    assert not Unit.objects.exists()
    assert "thêm Sở Khoa học và Công nghệ (so-khcn)" in seen.content.decode()
    assert "mở Khối thi đua số 4, năm 2026 với 2 đơn vị" in seen.content.decode()
    written = post(token=seen.context["token"], act="write")
    assert written.status_code == 302
    assert (Unit.objects.count(), Cycle.objects.count()) == (2, 1)


def test_faults_are_shown_with_sheet_and_cell_and_nothing_is_written(post):
    seen = post(book_of(units=[unit("Sở Y tế")], people=[person("Lê An", "Sở Lạ")]))

    assert seen.status_code == 422
    assert [(f.sheet, f.cell) for f in seen.context["faults"]] == [("Người dùng", "F2")]
    assert not Unit.objects.exists()


def test_it_is_not_written_before_each_near_name_is_answered(post):
    seen = post(book_of(units=[unit("Ban Dân tộc"), unit("Ban Dân tôc")]))
    (question,) = seen.context["plan"].questions
    token = {"token": seen.context["token"], "act": "write"}

    asked = post(**token)
    assert asked.status_code == 422
    assert not Unit.objects.exists()
    post(**token, **{f"same-{question.name}": "dong-2"})
    assert Unit.objects.get().name == "Ban Dân tộc"


def test_the_template_and_the_export_are_workbooks_of_the_four_sheets(browse, admin, province):
    for name, rows in (("directory_template", 1), ("directory_export", 2)):
        answer = browse(admin).get(reverse(name, args=[province.slug]))
        book = load_workbook(io.BytesIO(answer.content))
        assert book.sheetnames == ["Đơn vị", "Khối", "Thành viên", "Người dùng", "Danh mục", "Cách ghi"]
        assert book["Người dùng"].max_row == rows
        assert answer["Content-Disposition"].startswith("attachment")


def test_a_file_without_our_sheets_is_told_so(post):
    content = book_of()
    book = load_workbook(io.BytesIO(content))
    for page in list(book.worksheets)[1:]:
        book.remove(page)
    book.worksheets[0].title = "Trang tính"
    stream = io.BytesIO()
    book.save(stream)

    (fault,) = post(stream.getvalue()).context["faults"]

    assert "không có trang nào" in fault.sentence


def test_a_sheet_without_its_heading_is_told_so(post):
    book = load_workbook(io.BytesIO(book_of(units=[unit("Sở Y tế")])))
    book["Đơn vị"].delete_rows(1)
    stream = io.BytesIO()
    book.save(stream)

    (fault,) = post(stream.getvalue()).context["faults"]

    assert (fault.sheet, "tiêu đề" in fault.sentence) == ("Đơn vị", True)


# The command


@pytest.fixture
def command(tmp_path, admin):
    def run(sheets, *more):
        path = tmp_path / "danh-muc.xlsx"
        path.write_bytes(book_of(**sheets))
        call_command("import_directory", str(path), "--province", "kien-giang", *more)

    return run


def test_the_command_writes_what_the_page_would(command, capsys):
    command(small(), "--dry-run")
    assert not Unit.objects.exists()
    assert "Đơn vị: thêm 2, đổi 0, giữ nguyên 0." in capsys.readouterr().out

    command(small())

    assert User.objects.filter(username="lantt.so-khcn").exists()
    assert "  dòng 2: thêm Khối thi đua số 4 (khoi-4)" in capsys.readouterr().out


def test_the_command_prints_each_fault_with_its_cell_and_writes_nothing(command, capsys):
    sheets = small()
    sheets["people"].append(person("Ba", "Sở Lạ"))

    with pytest.raises(CommandError, match="Chưa ghi gì"):
        command(sheets)

    assert "Trang “Người dùng”, ô F5: không có đơn vị “Sở Lạ”" in capsys.readouterr().err
    assert not Unit.objects.exists()


def test_the_command_asks_about_near_names_and_takes_the_answer_from_the_sheet(command, capsys):
    near = [unit("Ban Dân tộc"), unit("Ban Dân tôc")]
    command({"units": near}, "--dry-run")
    assert "dong-2: Là một với Ban Dân tộc (dòng 2 của tệp)" in capsys.readouterr().out

    with pytest.raises(CommandError):
        command({"units": near})
    command({"units": [near[0], {**near[1], "Trùng tên": "khác"}]})

    assert Unit.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--by", "ai.do"], "Không có người dùng ai.do"),
        (["--province", "ca-mau"], "Không có tỉnh"),
    ],
)
def test_the_command_says_who_or_what_is_not_there(command, capsys, more, words):
    with pytest.raises(CommandError):
        command(small(), *more)

    assert words in capsys.readouterr().err


def test_the_command_asks_for_an_administrator_and_for_a_file(admin, capsys, command, tmp_path):
    with pytest.raises(CommandError, match="Không đọc được tệp"):
        call_command("import_directory", str(tmp_path / "khong-co.xlsx"), "--province", "kien-giang")
    admin.appointments.all().delete()
    with pytest.raises(CommandError):
        command(small())
    assert "Không có người quản trị của tỉnh" in capsys.readouterr().err


# Two at once


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_write_everything_once(province, admin):
    lines = imports.read_directory(book_of(**small()))
    at, failed = datetime(2026, 3, 1, 5, tzinfo=UTC), []

    def act():
        try:
            services.import_directory(province=province, lines=lines, by=admin, at=at)
        except Exception as wrong:
            failed.append(wrong)
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failed
    assert (Unit.objects.count(), Bloc.objects.count(), Cycle.objects.count()) == (2, 1, 1)
    assert User.objects.exclude(pk=admin.pk).count() == 3
