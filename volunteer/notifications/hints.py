"""Why no mail leaves, for whoever runs the service: which setting to look at. It stands in the log;
coordinators read it in other words (explaining.py)."""

import re

# By what the channel wrote down; the first that fits is said.
HINTS = (
    (r"SMTPAuthenticationError", "the mail server refuses SMTP_USER with SMTP_PASSWORD"),
    (
        r"SMTPNotSupportedError",
        "the mail server does not offer what SMTP_SECURITY or SMTP_USER ask",
    ),
    (r"SSL", "its certificate is not good, or SMTP_SECURITY and SMTP_PORT do not fit together"),
    (r"gaierror", "there is no machine of the name in SMTP_HOST"),
    (r"ConnectionRefused", "nothing listens at SMTP_HOST and SMTP_PORT"),
    (r"Timeout", "nothing answers at SMTP_HOST and SMTP_PORT; a firewall may be in between"),
    (r"SMTPSenderRefused", "the mail server takes nothing from MAIL_FROM"),
    (
        r"SMTPRecipientsRefused \d+ 5\.7",
        "the mail server does not carry our mail: look at SMTP_USER, or ask who runs it",
    ),
    (r"Disconnected|SMTPConnectError", "the mail server hung up: look at SMTP_PORT, SMTP_SECURITY"),
)


def hint(problem: str) -> str:
    """What was written down, and where to look when it is a setting."""
    found = next((said for pattern, said in HINTS if re.search(pattern, problem)), None)
    return f"{problem}: {found}" if found else problem
