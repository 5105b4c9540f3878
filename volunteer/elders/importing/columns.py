"""What a file of elders may hold, column by column, by the names that people give them."""

from volunteer.core.language import lazy_gettext as __
from volunteer.core.sheets import Column

COLUMNS = (
    Column("name", __("Name"), {"姓名", "名字", "老人姓名", "老人", "name"}, is_needed=True),
    Column(
        "called",
        __("How we call them"),
        {"称呼", "怎么称呼", "尊称", "called", "how we call them"},
    ),
    Column(
        "birth",
        __("Year of birth, or age"),
        {
            "出生年", "出生年份", "出生日期", "出生年月", "生日", "出生", "年龄", "岁数", "age",
            "year of birth", "year of birth, or age", "出生年或年龄",
        },
    ),
    Column(
        "phone",
        __("Mobile phone"),
        {
            "手机", "手机号", "手机号码", "电话", "联系电话", "电话号码", "本人电话",
            "mobile phone", "phone",
        },
    ),
    Column("landline", __("Landline"), {"座机", "固定电话", "固话", "家庭电话", "landline"}),
    Column(
        "address",
        __("Address"),
        {"住址", "地址", "家庭住址", "家庭地址", "详细地址", "居住地址", "现住址", "address"},
    ),
    Column("estate", __("Estate or courtyard"),
           {"小区", "院落", "小区名称", "小区/院落", "estate", "estate or courtyard"}),
    Column("building", __("Building"), {"栋", "楼栋", "幢", "楼号", "栋号", "building"}),
    Column("unit", __("Unit"), {"单元", "单元号", "unit"}),
    Column("room", __("Room"), {"室", "房号", "门牌号", "门牌", "房间", "房间号", "room"}),
    Column(
        "living",
        __("With whom they live"),
        {"居住情况", "居住状况", "居住状态", "居住方式", "with whom they live"},
    ),
    Column(
        "categories",
        __("What is true of them"),
        {
            "类别", "人员类别", "老人类别", "特殊困难类型", "困难类型", "人群类别",
            "what is true of them",
        },
        is_repeatable=True,
    ),
    Column(
        "risk",
        __("How much care"),
        {"风险等级", "风险", "等级", "关爱等级", "探访等级", "how much care"},
    ),
    Column("risk_reason", __("Why so much care"),
           {"风险原因", "等级原因", "评级原因", "why so much care"}),
    Column(
        "contact",
        __("Emergency contact"),
        {
            "紧急联系人", "紧急联系人姓名", "联系人", "家属", "家属姓名", "监护人",
            "emergency contact",
        },
    ),
    Column(
        "contact_phone",
        __("Phone of the emergency contact"),
        {
            "紧急联系人电话", "紧急联系电话", "联系人电话", "家属电话", "监护人电话",
            "phone of the emergency contact",
        },
    ),
    Column(
        "relation",
        __("Who is the contact to them"),
        {"关系", "与老人关系", "与本人关系", "联系人关系", "who is the contact to them"},
    ),
    Column("caution", __("What to beware of"), {"注意事项", "注意", "what to beware of"}),
    Column("note", __("Remark"), {"备注", "说明", "remark", "note"}, is_repeatable=True),
    Column(
        "agreed",
        __("Agrees to be looked after"),
        {"同意", "是否同意", "同意探访", "同意服务", "知情同意", "agrees to be looked after"},
    ),
    Column(
        "health_agreed",
        __("Agrees that health and diet are kept"),
        {
            "同意健康", "健康同意", "同意登记健康", "同意保存健康信息", "健康信息同意",
            "agrees that health and diet are kept",
        },
    ),
    Column(
        "health",
        __("Health"),
        {"健康", "健康状况", "健康情况", "身体状况", "身体情况", "疾病", "health"},
        is_repeatable=True,
    ),
    Column(
        "diet",
        __("Diet"),
        {"饮食", "饮食要求", "饮食禁忌", "忌口", "饮食习惯", "diet"},
        is_repeatable=True,
    ),
    Column("allergies", __("Allergies"), {"过敏", "过敏史", "过敏情况", "allergies"}),
)  # fmt: skip
# What only the elder's own yes lets us keep.
SENSITIVE = frozenset({"health", "diet", "allergies"})
