"""The believable communities of the source article, to look at."""


def load_if_empty() -> bool:
    return False


def doors(base_url: str) -> str:
    return base_url
