"""Sentences, headings, names and numbers of our own, in English and Chinese."""

from __future__ import annotations

import random

SUBJECTS = ("The committee", "Our team", "The river", "Each visitor", "The report", "A small library", "The new bridge", "Every winter",
            "The harbour", "This chapter", "The garden", "The second survey", "A careful reader", "The museum", "The old railway")  # fmt: skip
VERBS = (
    "shows how",
    "explains why",
    "reminds us that",
    "suggests that",
    "was built before",
    "describes where",
    "confirms that",
    "ends where",
)
OBJECTS = ("the town grew along the water", "costs fell by a third in spring", "people share tools and seeds", "the results can be repeated",
           "most trains leave on time", "children learn to read maps", "the forest recovers after a fire", "small changes add up",
           "the market opens before sunrise", "nobody had measured the depth", "two teams work better than one",
           "the northern path is closed", "rain fills the wells again", "good notes save a day of work")  # fmt: skip
HEADINGS = ("Annual Report", "Notes on Water", "Travel Guide", "Project Plan", "Meeting Minutes", "A Short History", "Field Survey",
            "How Bridges Work", "Energy at Home", "Learning to Draw", "Results and Outlook", "City Gardens", "Safety Rules",
            "Spring Programme", "The Long Winter", "Introduction", "Our Goals for Next Year", "What We Learned")  # fmt: skip
POINTS = ("Start small and measure", "Share results each week", "Costs down 12 percent", "Three new partners", "Train the whole team",
          "Write tests before summer", "Open day on 14 May", "More bicycles, fewer cars", "Next step: field trial", "Ask users early",
          "Save energy at night", "Plan for rain")  # fmt: skip
GOODS = ("Bread", "Milk 1 l", "Apples 1 kg", "Coffee", "Butter", "Tea", "Rice 2 kg", "Tomatoes", "Soap", "Olive oil", "Cheese", "Paper",
         "Honey", "Pasta", "Eggs x10", "Orange juice")  # fmt: skip
NAMES = (
    "Anna Berg",
    "Tom Reed",
    "Li Wei",
    "Mara Novak",
    "Jonas Falk",
    "Priya Nair",
    "Sam Okoro",
    "Elena Rossi",
    "Wang Fang",
    "Noah Kim",
)
FIELDS = (
    "First name",
    "Last name",
    "Street and number",
    "Postcode and town",
    "Date of birth",
    "Telephone",
    "E-mail",
    "Nationality",
    "Occupation",
)
LINES = ("We have to leave before the rain comes.", "I knew you would find the way home.", "Look! The lights are back!", "Are you sure this is the right door?",
         "Nobody has opened this box for years.", "Wait for me by the old tree.", "Let us try it once more.", "I have never seen the sea before.")  # fmt: skip
CHATS = ("Are you coming tonight?", "Yes, at seven!", "I will bring the cake", "Great, see you there", "Where should we meet?", "At the station",
         "The train is late", "No problem", "Did you see the photos?", "They are lovely", "Thank you so much", "Happy birthday!")  # fmt: skip

H_SENTENCES = ("河边的小镇每年春天都会举办集市。", "本报告说明了过去一年的工作情况。", "孩子们在花园里学习种植蔬菜。", "新的大桥将在明年夏天完工。",
               "调查结果表明费用下降了三成。", "请在会议之前阅读以下材料。", "图书馆每天早上九点开门。", "大家都认为这个办法很有效。",
               "冬天的森林安静而美丽。", "我们需要更多的时间来完成测试。", "第二章介绍了主要的方法。", "列车将于十分钟后到达本站。")  # fmt: skip
H_HEADINGS = (
    "年度报告",
    "会议记录",
    "旅行指南",
    "工作计划",
    "水的故事",
    "城市花园",
    "安全须知",
    "课程介绍",
    "研究结果",
    "简短的历史",
    "春季活动安排",
    "下一步目标",
)
H_POINTS = (
    "从小处开始",
    "每周分享结果",
    "费用下降百分之十二",
    "三位新的合作伙伴",
    "培训整个团队",
    "五月十四日开放",
    "夜间节约用电",
    "尽早听取意见",
)
H_GOODS = ("面包", "牛奶", "苹果", "咖啡", "黄油", "茶叶", "大米", "番茄", "肥皂", "鸡蛋", "蜂蜜", "面条")
H_FIELDS = ("姓名", "性别", "出生日期", "电话号码", "电子邮件", "地址", "职业", "国籍", "备注")
H_LINES = (
    "我们得在下雨之前离开。",
    "我就知道你会找到回家的路。",
    "快看！灯又亮了！",
    "你确定是这扇门吗？",
    "在老树下等我。",
    "让我们再试一次吧。",
)
H_CHATS = (
    "今晚你来吗？",
    "来，七点见！",
    "我带蛋糕",
    "太好了",
    "在哪里见面？",
    "车站门口",
    "火车晚点了",
    "没关系",
    "照片看到了吗？",
    "真好看",
    "谢谢你",
    "生日快乐！",
)
H_NAMES = ("李伟", "王芳", "张敏", "刘洋", "陈静", "赵磊", "周婷", "吴昊")


def sentence(rng: random.Random, chinese: bool = False) -> str:
    """One sentence."""
    if chinese:
        return rng.choice(H_SENTENCES)
    return f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)}."


def paragraph(rng: random.Random, count: int, chinese: bool = False) -> str:
    """Sentences in a row."""
    return ("" if chinese else " ").join(sentence(rng, chinese) for _ in range(count))


def heading(rng: random.Random, chinese: bool = False) -> str:
    """A title."""
    return rng.choice(H_HEADINGS if chinese else HEADINGS)


def point(rng: random.Random, chinese: bool = False) -> str:
    """An entry of a list."""
    return rng.choice(H_POINTS if chinese else POINTS)


def goods(rng: random.Random, chinese: bool = False) -> str:
    """Something that a shop sells."""
    return rng.choice(H_GOODS if chinese else GOODS)


def name(rng: random.Random, chinese: bool = False) -> str:
    """A person's name."""
    return rng.choice(H_NAMES if chinese else NAMES)


def fields(chinese: bool = False) -> tuple[str, ...]:
    """What a form asks for."""
    return H_FIELDS if chinese else FIELDS


def line(rng: random.Random, chinese: bool = False) -> str:
    """A line of dialogue."""
    return rng.choice(H_LINES if chinese else LINES)


def chat(rng: random.Random, chinese: bool = False) -> str:
    """A short message."""
    return rng.choice(H_CHATS if chinese else CHATS)
