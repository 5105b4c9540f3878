"""What neighbours do not do: care of the body, medicine, keeping money. Words hint at it."""

import re
from collections.abc import Sequence

WORDS = (
    "助浴 洗澡 擦身 打针 输液 换药 喂药 导尿 插管 褥疮 康复训练 存折 银行卡 密码 取钱 取款 转账 "
    "贵重物品 首饰 保管钥匙"
)
ENGLISH = (
    "bath", "bathing", "shower", "injection", "infusion", "wound dressing", "bank card",
    "password", "passbook", "valuables",
)  # fmt: skip
PATTERN = re.compile(
    "|".join([*WORDS.split(), *(rf"\b{word}\b" for word in ENGLISH)]), re.IGNORECASE
)


def words_in(text: str) -> Sequence[str]:
    """The words in a text that sound like it, each once; whether it is, a human decides."""
    return list(dict.fromkeys(PATTERN.findall(text)))
