"""The words of the tiny world in both of its languages; nothing here depends on a world's seed.

Each line is one person, value or thing: English, then Chinese. A thing keeps its place in its
list, in every world and in both languages, so that a fact is a number and only its name changes.
Where a phrase has several words they are separated by spaces, in Chinese too.
"""

LANGUAGES = ("en", "zh")


def table(lines: str) -> dict[str, tuple[str, ...]]:
    """``lines`` of "English | Chinese" as one column for each language."""
    rows = [[cell.strip() for cell in line.split("|")] for line in lines.strip().splitlines()]
    return dict(zip(LANGUAGES, zip(*rows, strict=True), strict=True))


# Thirty-two people. The first sixteen are "she", the others "he".
PEOPLE = table("""
    Ada   | 艾达
    Bea   | 碧娅
    Cora  | 科拉
    Dana  | 黛娜
    Eva   | 伊娃
    Fay   | 菲伊
    Greta | 格蕾塔
    Hana  | 哈娜
    Ines  | 伊内斯
    Jana  | 雅娜
    Kira  | 琪拉
    Lena  | 莱娜
    Mara  | 玛拉
    Nora  | 诺拉
    Olga  | 奥尔加
    Pia   | 皮娅
    Abel  | 阿贝尔
    Boris | 鲍里斯
    Carl  | 卡尔
    David | 大卫
    Emil  | 埃米尔
    Felix | 菲利克斯
    Gus   | 古斯
    Hugo  | 雨果
    Ivan  | 伊万
    Jonas | 约纳斯
    Karim | 卡里姆
    Leo   | 利奥
    Max   | 马克斯
    Noah  | 诺亚
    Oscar | 奥斯卡
    Paul  | 保罗
""")
WOMEN = 16

PRONOUNS = {"en": ("she", "he"), "zh": ("她", "他")}  # inside a sentence
SUBJECTS = {"en": ("She", "He"), "zh": ("她", "他")}  # at its beginning
OBJECTS = {"en": ("her", "him"), "zh": ("她", "他")}

# What is to be known about each person: four attributes with eight values each.
VALUES = {
    "town": table("""
        Oslo  | 奥斯陆
        Paris | 巴黎
        Rome  | 罗马
        Cairo | 开罗
        Lima  | 利马
        Delhi | 德里
        Tokyo | 东京
        Quito | 基多
    """),
    "job": table("""
        baker  | 面包师
        pilot  | 飞行员
        nurse  | 护士
        poet   | 诗人
        farmer | 农民
        judge  | 法官
        tailor | 裁缝
        actor  | 演员
    """),
    "pet": table("""
        cat    | 猫
        dog    | 狗
        goat   | 山羊
        hen    | 母鸡
        owl    | 猫头鹰
        rabbit | 兔子
        parrot | 鹦鹉
        horse  | 马
    """),
    "food": table("""
        plums   | 李子
        bread   | 面包
        rice    | 米饭
        noodles | 面条
        beans   | 豆子
        cake    | 蛋糕
        apples  | 苹果
        cheese  | 奶酪
    """),
}
ATTRIBUTES = tuple(VALUES)

# What happens around them.
WEATHERS = table("""
    rainy | 下雨
    sunny | 晴朗
    windy | 刮风
    snowy | 下雪
    foggy | 有雾
    cold  | 寒冷
""")
DAYS = table("""
    Monday    | 星期一
    Tuesday   | 星期二
    Wednesday | 星期三
    Thursday  | 星期四
    Friday    | 星期五
    Saturday  | 星期六
    Sunday    | 星期日
""")
TIMES = table("""
    In the morning   | 早上
    At noon          | 中午
    In the afternoon | 下午
    In the evening   | 傍晚
    At night         | 夜里
""")
PLACES = table("""
    market  | 市场
    station | 车站
    harbour | 港口
    library | 图书馆
    museum  | 博物馆
    theatre | 剧院
    school  | 学校
    airport | 机场
""")
THINGS = table("""
    boat   | 船
    lamp   | 灯
    stone  | 石头
    flower | 花
    clock  | 钟
    book   | 书
    hat    | 帽子
    key    | 钥匙
""")
LOOKS = table("""
    red     | 红色
    green   | 绿色
    blue    | 蓝色
    old     | 古老
    small   | 很小
    big     | 很大
    strange | 奇怪
    pretty  | 漂亮
""")

# Chinese counts with a measure word between number and noun: 一只猫, 一匹马.
MEASURES = {
    "狗": "条",
    "马": "匹",
    "船": "条",
    "灯": "盏",
    "石头": "块",
    "花": "朵",
    "钟": "座",
    "书": "本",
    "帽子": "顶",
    "钥匙": "把",
}
MEASURE_OF_ANIMALS = "只"
MEASURE_OF_JOBS = "名"


def article(word: str) -> str:
    """The English indefinite article that ``word`` asks for."""
    return "an" if word[0] in "aeiou" else "a"


def phrase(kind: str, value: int, language: str) -> tuple[str, ...]:
    """The words of a value as a sentence uses it: ("an", "owl"), ("一", "只", "猫头鹰").

    Args:
        kind: an attribute, or "person", "weather", "day", "time", "place", "thing".
        value: its place in the list; for a thing, 8 · look + thing, so 0 to 63.
        language: "en" or "zh".
    """
    if kind == "thing":
        look, thing = LOOKS[language][value // 8], THINGS[language][value % 8]
        if language == "en":
            return (article(look), look, thing)
        return ("一", MEASURES[thing], look, "的", thing)
    word = LISTS[kind][language][value]
    if kind in ("job", "pet"):
        if language == "en":
            return (article(word), word)
        if kind == "job":
            return ("一", MEASURE_OF_JOBS, word)
        return ("一", MEASURES.get(word, MEASURE_OF_ANIMALS), word)
    return tuple(word.split())


LISTS = {
    **VALUES,
    "person": PEOPLE,
    "weather": WEATHERS,
    "day": DAYS,
    "time": TIMES,
    "place": PLACES,
}
