"""Neither the log nor the mail that is written to it opens an account."""

import io
import logging

from django.core.mail.message import EmailMessage

from config.kit.mail import ConsoleBackend
from config.logs import DiscreetFormatter

LINK = "https://thidua.example.vn/quen-mat-khau/1a-d0c5xk-0a1b2c3d4e5f60718293a4b5c6d7e8f9/"


def test_a_log_line_leaves_the_link_out():
    record = logging.makeLogRecord({"msg": "Not Found: %s", "args": (LINK,), "levelname": "WARNING"})

    line = DiscreetFormatter("%(message)s").format(record)

    assert "d0c5xk" not in line
    assert line == "Not Found: https://thidua.example.vn/quen-mat-khau/1a-[bỏ khỏi nhật ký]/"


def test_a_letter_without_a_mail_server_leaves_the_link_out():
    stream = io.StringIO()
    letter = EmailMessage("Đặt lại mật khẩu", f"Mở địa chỉ {LINK} để đặt mật khẩu.", to=["a@vidu.vn"])

    ConsoleBackend(stream=stream).send_messages([letter])

    assert "a@vidu.vn" in stream.getvalue()
    assert "để đặt mật khẩu." in stream.getvalue()
    assert "d0c5xk" not in stream.getvalue()
