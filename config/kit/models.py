"""What the kit itself has to remember."""

from django.db import models


class Sent(models.Model):
    """One form that a person sent once, and where its first sending led."""

    user_id = models.BigIntegerField("người gửi")
    path = models.CharField("địa chỉ", max_length=500)
    key = models.UUIDField("mã của biểu mẫu")
    led_to = models.CharField("dẫn tới", max_length=1000, blank=True)
    sent_at = models.DateTimeField("gửi lúc", auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "path", "key"], name="sent_once")]
        verbose_name = "biểu mẫu đã gửi"
        verbose_name_plural = "biểu mẫu đã gửi"

    def __str__(self):
        return f"{self.path} {self.key}"
