"""Strategies and examples of reports for the tests; not from the corpus."""

from hypothesis import strategies as st

REPORT = """河湾镇水利站二〇二一年工作总结
一、主要成绩
全年完成渠道清淤18公里，灌溉面积恢复到1.2万亩，站里连续三年被评为先进集体。
二、存在的问题
　　一是管护人员偏少，5座泵站只有2人值守；二是老旧闸门锈蚀严重，至今没有更换。

三、下一步打算
明年将组织两次集中培训，制定泵站巡查制度，落实到人。
上一篇：小学三年级数学教学反思
点击下载本文Word版 | 会员免费
"""

CHINESE = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=40)
ODD = st.sampled_from(
    [
        "\u3000\u3000",
        "\u200b",
        "&nbsp;",
        "2023年",
        "12.5%",
        "http://a.cn/b?c=1",
        "工作總結(jié)",
        "\x00",
        "\ud800",
        "１２３",
        "",
        " ",
        "\t",
        "一、",
        "(二)",
        "。",
        "政 府",
    ]
)
LINE = st.lists(st.one_of(CHINESE, ODD, st.text(max_size=12)), max_size=5).map("".join)
TEXT = st.lists(st.tuples(LINE, st.sampled_from(["\n", "\r\n", "\r", "\n\n"])), max_size=12).map(
    lambda pairs: "".join(line + end for line, end in pairs)
)
