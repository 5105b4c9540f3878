"""Words that mean danger to life: whoever writes them reads first whom to call now."""

import re
from collections.abc import Sequence

WORDS = (
    "跌倒 摔倒 摔了 摔伤 骨折 胸痛 胸口痛 胸口疼 心口痛 心口疼 煤气 燃气 天然气 漏气 想不开 "
    "不想活 轻生 自杀 跳楼 昏倒 晕倒 昏迷 叫不醒 喘不上气 呼吸困难 出血 流血 中风 中毒 触电 着火 "
    "起火 失火 走失 走丢 被打 家暴 一跤 摔跤 跌跤 跌伤 滑倒 绊倒 冻僵 烫伤 煤烟 一氧化碳"
)  # fmt: skip
ENGLISH = (
    "fell", "fallen", "chest pain", "gas leak", "smell gas", "smell of gas", "suicide",
    "kill myself", "kill herself", "kill himself", "unconscious", "bleeding", "stroke",
    "can't breathe", "cannot breathe", "on fire", "poison", "poisoned", "electric shock",
    "heart attack", "a fall", "carbon monoxide",
)  # fmt: skip
PATTERN = re.compile(
    "|".join([*WORDS.split(), *(rf"\b{re.escape(word)}\b" for word in ENGLISH)]), re.IGNORECASE
)


def words_in(text: str) -> Sequence[str]:
    """The words of danger in a text, each once, as they stand there."""
    return list(dict.fromkeys(PATTERN.findall(text.replace("’", "'"))))
