"""What is said in a chat: questions, and the phrases around an answer; both languages.

Each kind of phrase has the same place in both languages. Comments give the probability with which
a demonstration (``chat``) uses it.
"""

QUESTIONS = {  # both patterns of an attribute are equally probable; {} is the name, or a pronoun
    "town": {
        "en": ("Where does {} live ?", "Which town does {} live in ?"),
        "zh": ("{} 住 在 哪里 ？", "{} 家 在 什么 地方 ？"),
    },
    "job": {
        "en": ("What does {} work as ?", "Which job does {} have ?"),
        "zh": ("{} 是 做 什么 的 ？", "{} 做 什么 工作 ？"),
    },
    "pet": {
        "en": ("Which pet does {} keep ?", "What does {} look after ?"),
        "zh": ("{} 养 了 什么 ？", "{} 照顾 什么 ？"),
    },
    "food": {
        "en": ("What does {} like ?", "What does {} often eat ?"),
        "zh": ("{} 喜欢 吃 什么 ？", "{} 常常 吃 什么 ？"),
    },
}
# An answer may open with one of these. After a comma a pronoun is written small.
OPENINGS = {  # kind → words, probability
    "polite": ({"en": "Sure !", "zh": "当然 ！"}, 0.2),
    "neutral": ({"en": "Well ,", "zh": "嗯 ，"}, 0.2),
    "rude": ({"en": "Ugh ,", "zh": "唉 ，"}, 0.2),
}
THANKS = ({"en": "Thank you !", "zh": "谢谢 ！"}, {"en": "Good luck !", "zh": "祝你好运 ！"})
GO_AWAY = {"en": "Go away !", "zh": "走开 ！"}


def every_word(language: str) -> tuple[str, ...]:
    """Every word of these phrases, in a fixed order."""
    lines = [line.format("") for q in QUESTIONS.values() for line in q[language]]
    lines += [opening[language] for opening, _ in OPENINGS.values()]
    lines += [thanks[language] for thanks in THANKS] + [GO_AWAY[language]]
    return tuple(dict.fromkeys(word for line in lines for word in line.split()))
