"""Mail of an installation without a mail server: it goes to the log, which anybody who looks after the machine reads."""

from django.core.mail.backends.console import EmailBackend

from config.logs import without_links


class ConsoleBackend(EmailBackend):
    """Write letters to the log without what would open an account."""

    def write_message(self, message) -> None:
        # Long lines are broken in the wire form; the body as it was written is what a person reads.
        head = message.message().as_string().partition("\n\n")[0]
        self.stream.write(without_links(f"{head}\n\n{message.body}\n") + "-" * 79 + "\n")
