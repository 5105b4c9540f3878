"""The log says why a mail did not leave, and which setting to look at."""

import pytest

from volunteer.notifications.hints import hint


@pytest.mark.parametrize(
    ("problem", "setting"),
    [
        ("SMTPAuthenticationError 535", "SMTP_PASSWORD"),
        ("SMTPNotSupportedError", "SMTP_SECURITY"),
        ("SSLCertVerificationError", "SMTP_PORT"),
        ("gaierror", "SMTP_HOST"),
        ("ConnectionRefusedError", "SMTP_PORT"),
        ("TimeoutError", "firewall"),
        ("SMTPSenderRefused 553", "MAIL_FROM"),
        ("SMTPServerDisconnected", "hung up"),
        ("SMTPConnectError 421", "hung up"),
    ],
)
def test_trouble_with_the_mail_server_names_the_setting(problem, setting):
    assert hint(problem).startswith(f"{problem}: ")
    assert setting in hint(problem)


def test_what_is_no_setting_is_said_as_it_was():
    assert hint("SMTPDataError 550") == "SMTPDataError 550"
