"""Reading and writing the text of a 接龙."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from tests.activities.jielong.messy import MESSY
from volunteer.activities.errors import NotAJielong, TooLongAJielong
from volunteer.activities.jielong import reading, writing
from volunteer.activities.jielong.entries import Row
from volunteer.activities.jielong.words import LONGEST_TEXT
from volunteer.core import chinese

SAMPLE = (
    "#接龙\n周三爱心午饭报名(10月14日)\n例 姓名+人数+忌口\n\n"
    "1. 3-2-501 王秀英 2人 低盐\n2. 李大爷\n3. 陈婆婆 1人 糖尿病 不吃甜\n4. \n"
)


def said(entry):
    """An entry as messy_jielong.py writes it."""
    if entry.fault:
        return "!"
    return (
        ("-" if entry.is_cancelled else "")
        + entry.name
        + (f"×{entry.people}" if entry.people > 1 else "")
        + ("~" if entry.is_waiting else "")
        + ("?" if entry.is_unsure else "")
        + ("*" if entry.doubts else "")
    )


def entries(text):
    return reading.read(text).entries


def names(text):
    return [entry.name for entry in entries(text)]


@pytest.mark.parametrize(("text", "expected"), MESSY)
def test_a_messy_text_is_read_as_a_neighbour_would_read_it(text, expected):
    assert " | ".join(map(said, entries(text))) == expected


def test_the_messy_texts_are_a_hundred_at_least():
    assert len(MESSY) >= 100
    assert len({text for text, _expected in MESSY}) == len(MESSY)


def test_of_the_sample_title_example_homes_counts_and_diets_are_read():
    found = reading.read(SAMPLE)

    assert (found.title, found.example) == ("周三爱心午饭报名(10月14日)", "姓名+人数+忌口")
    assert [entry.name for entry in found.entries] == ["王秀英", "李大爷", "陈婆婆"]
    assert [entry.people for entry in found.entries] == [2, 1, 1]
    assert found.people == 4
    assert [list(entry.diet) for entry in found.entries] == [["低盐"], [], ["糖尿病", "不吃甜"]]
    assert str(found.entries[0].home) == "3栋2单元501室"
    assert found.notices == ["1 empty line was left out."]


def test_what_somebody_does_not_eat_is_read_to_its_end():
    (entry,) = entries("#接龙\n1. 云姐 不吃葱姜蒜 少盐")

    assert (list(entry.diet), entry.note) == (["不吃葱姜蒜", "少盐"], "")


def test_each_entry_keeps_its_line_as_it_was_pasted():
    assert [entry.raw for entry in entries("#接龙\n１．王　秀英🌹 2人\n2、李哥\n可以来")] == [
        "１．王　秀英🌹 2人",
        "2、李哥\n可以来",
    ]


def test_a_number_in_the_title_is_no_entry():
    found = reading.read("#接龙\n1.6 寒潮电话分工\n\n1. 张姐\n2. 李哥")

    assert found.title == "1.6 寒潮电话分工"
    assert [entry.name for entry in found.entries] == ["张姐", "李哥"]


@pytest.mark.parametrize("first", ["1. 3-2-501 王秀英", "1.3-2-501 王秀英"])
def test_a_house_number_in_the_first_entry_is_no_title(first):
    found = entries(f"#接龙\n{first}\n2. 李哥")

    assert [(entry.name, str(entry.home)) for entry in found] == [
        ("王秀英", "3栋2单元501室"),
        ("李哥", ""),
    ]


def test_a_time_of_day_behind_the_list_belongs_to_the_last_entry_and_is_shown():
    last = entries("#接龙\n1. 张姐\n2. 李哥\n7:30 门口集合")[-1]

    assert last.name == "李哥"
    assert last.raw.endswith("7:30 门口集合")
    assert last.doubts == ("Several lines: do they all belong to this person?",)


def test_numbers_that_repeat_or_jump_are_pointed_out_and_nobody_is_lost():
    found = reading.read("1、周阿姨\n2、吴大爷\n２．赵姐\n4.钱叔 取消")

    assert [said(entry) for entry in found.entries] == ["周阿姨", "吴大爷", "赵姐", "-钱叔"]
    assert found.notices[1:] == ["The number 2 comes again.", "4 comes after 2."]


def test_without_its_header_it_is_read_by_its_numbers_and_says_so():
    assert reading.read("1. 张姐\n2. 李哥").notices == [
        "There is no “#接龙” in this text. By the numbers we read 2 lines. Please check."
    ]


def test_what_stands_before_the_header_is_the_title_when_no_other_follows():
    assert reading.read("@所有人 明天探访#接龙\n1、周阿姨").title == "明天探访"
    assert reading.read("@所有人 明天探访#接龙\n后天打扫\n1、周阿姨").title == "后天打扫"


def test_who_writes_for_somebody_else_is_named_and_the_phone_goes_along():
    (entry,) = entries("#接龙\n1、周阿姨替吴大爷报名 13800138000")

    assert (entry.name, entry.asked_by, entry.phone) == ("吴大爷", "周阿姨", "13800138000")


@pytest.mark.parametrize(("title", "people"), [("周三爱心午饭", 2), ("周六大扫除", 1)])
def test_plus_one_is_one_more_at_a_meal_and_only_themselves_at_work_and_always_asked(title, people):
    (entry,) = entries(f"#接龙\n{title}\n1. 赵姐 +1")

    assert entry.people == people
    assert entry.doubts == ("“+1”: only themselves, or more people?",)


def test_an_entry_without_a_name_says_how_to_mend_it():
    assert entries("#接龙\n1. 王姐\n2. 111")[1].fault == (
        "Line 2 can't be read: “111”. Change it to “2. name”, or delete this line."
    )


@pytest.mark.parametrize(
    "text", ["", " \n", "#接龙", "#接龙\n周三打扫\n例 姓名", "大家好", "1.", "「」"]
)
def test_a_text_without_a_list_is_refused_with_what_to_do(text):
    with pytest.raises(NotAJielong, match="press and hold the 接龙 message"):
        reading.read(text)


def test_five_hundred_lines_are_read_and_one_more_is_not():
    most = "\n".join(f"{number}. 王秀英" for number in range(1, 501))

    assert len(entries(most)) == 500
    with pytest.raises(TooLongAJielong):
        reading.read(f"{most}\n501. 李哥")


def test_five_hundred_lines_take_no_longer_than_people_notice():
    line = "3-2-501 王秀英 2人 低盐 替吴大爷报名 13800138000 可以来，帮忙洗菜"
    text = "#接龙\n" + "\n".join(f"{number}. {line}" for number in range(1, 500))
    reading.read("#接龙\n1. 王秀英")

    began = time.process_time()
    reading.read(text)

    # By itself 0.08 s; a busy machine takes longer, and a pattern gone wild very much longer.
    assert time.process_time() - began < 1.5


def test_a_hundred_thousand_lines_are_refused_at_once():
    text = "1. 王秀英 2人\n" * 100_000

    began = time.process_time()
    with pytest.raises(TooLongAJielong):
        reading.read(text)

    assert time.process_time() - began < 0.5


SIGNS = "3- 1. 一 2人 +1 3栋 锦绣小区 ( - 替 138 0 「 🌹 取消 a 不吃 @ 例 1大 带 · #接龙 1️⃣ １"


@pytest.mark.parametrize("sign", SIGNS.split())
def test_no_line_keeps_us_busy(sign):
    line = sign * 400
    text = "#接龙\n" + "\n".join(f"{number}. {line}王" for number in range(1, 40))

    began = time.process_time()
    reading.read(text)

    assert time.process_time() - began < 2


WORDS = "#接龙 例 1. 2、 3. 12: 王秀英 李大爷 2人 +1 替 报名 取消 3-2-501 低盐 「 x2 🌹 1️⃣ 一家三口"
PIECES = some.sampled_from(
    [*WORDS.split(), "13800138000", "\x00", "\ud800", "\u200b", " ", "\n", "\n\n", "- - - - - -"]
)


@given(some.one_of(some.text(), some.lists(PIECES, max_size=40).map("".join)))
@example("1. \ud800")
def test_any_text_is_read_or_refused_with_a_sentence(text):
    try:
        found = reading.read(text)
    except (NotAJielong, TooLongAJielong):
        return

    for position, entry in enumerate(found.entries, 1):
        assert entry.position == position
        assert 1 <= entry.people <= 99
        assert len(entry.name) <= 30
        assert bool(entry.name) != bool(entry.fault)


SURNAMES = some.sampled_from(["王", "李", "张", "欧阳", "司马", "代", "陈", "刘", "吴"])
GIVEN = some.text(
    some.sampled_from("秀英兰芳玉珍桂华建国德明素华素琴小红长春福𠮷"), min_size=1, max_size=2
)
CALLED = some.sampled_from(["阿姨", "婆婆", "大爷", "嬢嬢", "叔", "姐", "哥"])
NAMES = some.one_of(
    some.builds(str.__add__, SURNAMES, GIVEN),
    some.builds(str.__add__, SURNAMES, CALLED),
    some.sampled_from(
        ["Mike Chen", "阿依古丽·买买提", "小李", "老王", "A成都-老王", "阳光明媚", "88号技师小李"]
    ),
)
ROWS = some.lists(
    some.builds(Row, NAMES, some.integers(1, 99), some.booleans(), some.booleans()),
    min_size=1,
    max_size=12,
)
TITLES = some.one_of(
    some.text(max_size=80),
    some.sampled_from(["1. 打扫", "例 打扫", "#接龙 #接龙", "周三午饭", "1.6 打扫", ""]),
)


@given(TITLES, ROWS)
def test_what_went_out_and_comes_in_again_is_the_same_list(title, rows):
    found = reading.read(writing.write(title, rows))

    back = [Row(e.name, e.people, e.is_waiting, e.is_unsure) for e in found.entries]
    assert back == rows
    assert [entry.number for entry in found.entries] == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("text", [text for text, _expected in MESSY])
def test_the_messy_ones_go_out_tidy_and_come_in_the_same(text):
    rows = [
        Row(entry.name, entry.people, entry.is_waiting, entry.is_unsure)
        for entry in entries(text)
        if entry.counts
    ]
    if not rows:
        return

    again = entries(writing.write(reading.read(text).title, rows))

    assert [Row(e.name, e.people, e.is_waiting, e.is_unsure) for e in again] == rows


def test_it_goes_out_with_header_title_example_and_numbers_that_continue():
    rows = [Row("王秀英", 2), Row("李大爷", is_unsure=True), Row("陈婆婆", is_waiting=True)]

    assert writing.write("周三午饭", rows).splitlines() == [
        "#接龙",
        "周三午饭",
        "例 姓名+人数",
        "",
        "1. 王秀英 2人",
        "2. 李大爷 待定",
        "3. 陈婆婆 候补",
    ]


def test_the_line_that_was_mended_stands_in_its_place():
    text = "#接龙\n1. 王姐\n17. 111\n7. 111\n8. 李哥"
    entry = entries(text)[2]

    mended = writing.with_line(text, entry, "王秀英 2人")

    assert mended == "#接龙\n1. 王姐\n17. 111\n7. 王秀英 2人\n8. 李哥"


def test_names_that_go_out_are_names():
    assert all(chinese.is_name(name) for name in names(SAMPLE))


DOUBT = "Somebody comes instead of somebody else: who is it?"


@pytest.mark.parametrize(
    "line",
    ["王秀英来不了，让女儿王小红来", "王秀英请假，阿依古丽来", "王秀英不能来了，麻烦董永福顶一下",
     "王秀英来不了，唐志强和于淑珍来", "王秀英 退出，名额给马淑兰", "王秀英 请假 老伴来",
     "王秀英不能来，我来替她", "王秀英不能来，我替她来", "王秀英不能来，我来", "王秀英请假我顶",
     "王秀英不来了，我报名", "王秀英不能来，替她", "王秀英不能来，代他", "王秀英不能来，顶她",
     "王秀英不能来，顶她来", "王秀英请假，位子让给马淑兰", "王秀英请假，位置给马淑兰"],
)  # fmt: skip
def test_who_seems_to_come_instead_is_not_lost_without_a_word(line):
    [entry] = entries(f"#接龙\n1. {line}")

    assert (entry.name, entry.is_cancelled) == ("王秀英", True)
    assert DOUBT in entry.doubts


@pytest.mark.parametrize(
    ("line", "read", "doubts"),
    [
        # Who brings somebody along is not lost either.
        ("王秀英请假，金姐顶上+1", ["王秀英", "金姐"], ["“+1”", "Comes instead of 王秀英"]),
        ("王秀英请假，金姐来+1", ["王秀英", "金姐"], ["“+1”", "Comes instead of 王秀英"]),
        ("请假，金姐顶上 李建国 刘玉", ["金姐"], ["Several names", DOUBT]),
        ("王秀英 请假 +1，让女儿来", ["王秀英"], ["“+1”", DOUBT]),
        ("王秀英取消，陈明替金姐报名+1", ["王秀英", "金姐"], ["“+1”", "One cancels"]),
        ("王秀英请假，金姐顶上，又能来了", ["王秀英"], ["Yes and no in one line"]),
        (f"王秀英{',' * LONGEST_TEXT}请假，金姐顶上", ["王秀英"], []),
    ],
)
def test_what_is_not_clear_of_who_comes_instead_is_said_beside_all_else(line, read, doubts):
    found = entries(f"#接龙\n1. {line}")

    assert [entry.name for entry in found] == read
    beside = found[-1].doubts
    assert len(beside) == len(doubts)
    assert all(one.startswith(doubt) for one, doubt in zip(beside, doubts, strict=True))


NOT_A_PERSON = """
哪里 请早 不用 没法 能行 再说 还想 也想 一起 下回 这次 本次
上次 这周 本周 上周 以后 改日 今天 明天 后天 早上 晚上 上午
下午 星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天 星期末 礼拜三 有时间
小时候 下月 十号
"""


@pytest.mark.parametrize(
    "words",
    [
        "下次来",
        "改下周来",
        "周三来",
        "改天来",
        "谁来顶一下",
        "大家来吧",
        "换人来",
        "请谅解",
        "名额给大家",
        *(f"{words}来" for words in NOT_A_PERSON.split()),
    ],
)
def test_another_day_and_nobody_are_no_one_who_comes_instead(words):
    [entry] = entries(f"#接龙\n1. 王秀英不来了，{words}")

    assert entry.is_cancelled
    assert DOUBT not in entry.doubts


def read_as(*lines):
    """What is read of each of these, where that is not one who cancels and one who comes."""
    found = {line: " | ".join(map(said, entries(f"#接龙\n1. {line}"))) for line in lines}
    return {line: read for line, read in found.items() if read != "-王姐 | 金姐*"}


def test_every_way_to_say_that_one_takes_over_is_read():
    behind = (
        "顶 顶上 顶班 顶位 顶岗 顶替 替 替上 替班 替补 代替 代班 补上 补位 接上 接班 接替 "
        "来顶 去顶 帮顶 帮我顶 顶我 顶她 顶他 顶一下 顶一次 顶了 顶上来 替我去 来 去 参加 来了 来吧"
    )
    before = (
        "改金姐 换金姐 改成金姐 换为金姐 改由金姐 改让金姐 换叫金姐 改请金姐 换到金姐 "
        "由金姐来 让金姐顶 叫金姐替我"
    )
    apart = ("王姐取消，换 金姐", "王姐取消，金姐 顶上")

    assert read_as(*(f"王姐请假，金姐{words}" for words in behind.split()), *apart) == {}
    assert read_as(*(f"王姐取消，{words}" for words in before.split())) == {}


def test_every_way_to_take_ones_word_back_may_be_followed_by_who_takes_over():
    no = "取消 撤销 退出 退报 不来 不得空 请假 划掉 作废 没空 没时间 走不开 有事 有点事"

    assert read_as(*(f"王姐{words}，金姐顶上" for words in no.split())) == {}


def test_nobody_is_called_anybody_or_a_day():
    nobody = "谁 哪个 有人 没人 请人 求人 找人 看谁 你们 我们 他们 她们 别人 其他人 大家 不用人"
    days = "周一 周二 周三 周四 周五 周六 周日 周天 周末 下周三 本周三 这周三 上周三"

    lines = [f"王姐请假，{words}顶上" for words in f"{nobody} {days}".split()]

    assert {read.rstrip("*") for read in read_as(*lines).values()} == {"-王姐"}
    assert len(read_as(*lines)) == len(lines)


BUSY = "Something has come up for them: do they come?"
TWO = "One cancels and another is signed up in one line: is it right?"
INSTEAD = "Comes instead of 陈大姐: is it right?"
SPOKEN_TO = "Is “陈大姐” only spoken to, or do they come, too?"


@pytest.mark.parametrize(
    ("line", "read", "doubt"),
    [
        ("陈大姐临时有事，换陈明来", ["-陈大姐", "陈明"], INSTEAD),
        ("陈大姐临时有事换陈明来", ["-陈大姐", "陈明"], INSTEAD),
        ("陈大姐家里有点事，陈明替她来", ["-陈大姐", "陈明"], INSTEAD),
        ("陈大姐临时有事，换人", ["陈大姐"], BUSY),
        ("陈大姐家里有事", ["陈大姐"], BUSY),
        ("周阿姨取消，陈明替吴大爷报名", ["-周阿姨", "吴大爷"], TWO),
        ("陈明替吴大爷报名，周阿姨取消", ["吴大爷", "-周阿姨"], TWO),
        ("李玉珍替王秀英来", ["李玉珍"], DOUBT),
        ("我来替王秀英", ["王秀英"], DOUBT),
        # And what says nothing of the kind.
        ("李玉珍临时有事来不了", ["-李玉珍"], ""),
        ("李玉珍 有事找老王", ["李玉珍"], ""),
        ("李玉珍 有事晚到", ["李玉珍"], ""),
        ("李玉珍 没有事", ["李玉珍"], ""),
        ("周阿姨替吴大爷报名", ["吴大爷"], ""),
        ("周阿姨替吴大爷报名，取消", ["-吴大爷"], ""),
        ("吴大爷取消，陈明替吴大爷报名", ["-吴大爷"], ""),
        ("陈明取消，陈明替吴大爷报名", ["-吴大爷"], ""),
        # By whomever, and in whatever words.
        ("周阿姨取消，红花替吴大爷报名", ["-周阿姨", "吴大爷"], TWO),
        ("周阿姨取消，陈明帮吴大爷登记", ["-周阿姨", "吴大爷"], TWO),
        ("周阿姨取消，陈明代吴大爷接龙", ["-周阿姨", "吴大爷"], TWO),
        ("周阿姨取消，陈明 替吴大爷报名", ["-周阿姨", "吴大爷"], TWO),
        ("请假，金姐顶上", ["金姐"], DOUBT),
        # A nickname is short.
        ("陈大姐请假，红太阳顶上", ["-陈大姐", "红太阳"], INSTEAD),
        ("陈大姐请假，一路平安顶上", ["-陈大姐"], DOUBT),
        ("陈大姐，陈明替吴大爷报名", ["吴大爷"], SPOKEN_TO),
    ],
)
def test_who_comes_for_whom_is_read_rightly_or_asked(line, read, doubt):
    found = entries(f"#接龙\n1. {line}")

    assert sorted(("-" if e.is_cancelled else "") + e.name for e in found) == sorted(read)
    assert [one for entry in found for one in entry.doubts] == ([doubt] if doubt else [])
    assert [entry.position for entry in found] == list(range(1, len(found) + 1))
    # All of the line stands beside each of them.
    assert {entry.words for entry in found} == {chinese.narrow(line).replace("，", ",")}


def test_who_comes_instead_is_put_down_by_whom_they_come_for():
    _gone, comes = entries("#接龙\n1. 陈大姐请假，陈明顶上")

    assert (comes.name, comes.asked_by) == ("陈明", "陈大姐")


@pytest.mark.parametrize(
    ("line", "asker", "doubts"),
    [
        ("陈大姐，陈明替吴大爷报名", "陈明", [SPOKEN_TO]),
        ("陈大姐 陈明帮吴大爷报名", "陈明", [SPOKEN_TO]),
        ("陈大姐：陈明 替 吴大爷 报个名", "陈明", [SPOKEN_TO]),
        ("陈大姐，我是陈明，替吴大爷报名", "陈明", [SPOKEN_TO]),
        ("陈大姐，陈明给吴大爷报名", "陈明", [SPOKEN_TO]),
        ("3-2-501 陈大姐，陈明（替吴大爷报名）", "陈明", [SPOKEN_TO]),
        ("陈大姐你好，陈明替吴大爷报名", "陈明", []),
        ("陈大姐好！陈明帮吴大爷报名", "陈明", []),
        ("您好陈大姐，陈明替吴大爷报名", "陈明", []),
        ("@陈大姐 陈明替吴大爷报名", "陈明", []),
        ("陈书记，您辛苦了，我陈明代吴大爷报个名", "陈明", []),
        ("老师好，陈明替吴大爷报名", "陈明", []),
        ("陈大姐你好，替吴大爷报名", "", []),
        ("陈大姐，替吴大爷报名", "陈大姐", []),
        # Who says 我 behind a sign speaks to whoever stands before it; their own nickname, which
        # the group puts there by itself, has none behind it.
        ("陈大姐，我替吴大爷报名", "", [SPOKEN_TO]),
        ("陈大姐，我来帮吴大爷报个名", "", [SPOKEN_TO]),
        ("陈大姐：我想给吴大爷报名", "", [SPOKEN_TO]),
        ("陈大姐，麻烦您，我替吴大爷报名", "", []),
        ("陈大姐 我替吴大爷报名", "陈大姐", []),
        ("我替吴大爷报名", "", []),
        ("陈明替吴大爷报名，谢谢陈大姐", "陈明", []),
        ("李美好替吴大爷报名", "李美好", []),
    ],
)
def test_who_is_spoken_to_is_not_who_signs_somebody_up(line, asker, doubts):
    (entry,) = entries(f"#接龙\n1. {line}")

    assert (entry.name, entry.asked_by, list(entry.doubts)) == ("吴大爷", asker, doubts)
