# %% right: lists
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array(is_answer)


# %% right: one pass over tokens
def encode_chat(turns, vocabulary):
    specials = {"<q>", "<a>", "<end>"}
    pairs = []
    user = True
    for role, text in turns:
        if (role == "user") is not user or role not in ("user", "assistant"):
            raise ValueError("not the turn of " + role)
        words = text.split()
        bad = [w for w in words if w in specials or vocabulary.get(w) is None]
        if bad:
            raise ValueError(f"cannot encode {bad[0]!r}")
        if user:
            pairs.append(("<q>", 0))
            pairs.extend((w, 0) for w in words)
            pairs.append(("<a>", 0))
        else:
            pairs.extend((w, 1) for w in words + ["<end>"])
        user = not user
    return np.array([vocabulary[t] for t, _ in pairs]), np.array([m for _, m in pairs])


# %% right: arrays joined at the end
def encode_chat(turns, vocabulary):
    parts, masks = [], []
    for i in range(len(turns)):
        role, text = turns[i]
        assistant = i % 2
        if role != ["user", "assistant"][assistant]:
            raise ValueError(f"turn {i} is of {role!r}")
        line = text.split()
        for w in line:
            if w in {"<q>", "<a>", "<end>"}:
                raise ValueError(f"special token {w} in a text")
            if w not in vocabulary:
                raise ValueError(f"unknown word {w}")
        line = line + ["<end>"] if assistant else ["<q>"] + line + ["<a>"]
        parts.append(np.array([vocabulary[w] for w in line], dtype=np.int64))
        masks.append(np.full(len(line), assistant, dtype=np.int64))
    return np.concatenate(parts), np.concatenate(masks)


# %% right: mask from the ids afterwards
def encode_chat(turns, vocabulary):
    line = []
    for i, (role, text) in enumerate(turns):
        if role != ("assistant" if i % 2 else "user"):
            raise ValueError(role)
        for w in text.split():
            if w not in vocabulary or w in "<q> <a> <end>".split():
                raise ValueError(w)
        line += (text + " <end>" if i % 2 else f"<q> {text} <a>").split()
    mask, answering = [], 0
    for w in line:
        mask.append(answering)
        answering = {"<a>": 1, "<end>": 0}.get(w, answering)
    return np.array([vocabulary[w] for w in line], np.int32), np.array(mask, np.int32)


# %% wrong: everything is learnt  says: this mask trains on the prompts, too: what the user says is given, not learnt.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [1] * len(tokens)
    return np.array(ids), np.array(is_answer)


# %% wrong: the mask the wrong way round  says: the mask is the wrong way round: 1 stands where the *assistant* speaks.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "user")] * len(tokens)
    return np.array(ids), np.array(is_answer)


# %% wrong: <end> is not learnt  says: `<end>` after an answer is learnt as well; without it the model never stops.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(words) + [0] * (len(tokens) - len(words))
    return np.array(ids), np.array(is_answer)


# %% wrong: <a> is learnt  says: `<a>` is part of the prompt: the model does not have to learn it.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
        if role == "user":
            is_answer[-1] = 1
    return np.array(ids), np.array(is_answer)


# %% wrong: only the last answer is learnt  says: every answer is learnt, not only the last one.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    mask = np.array(is_answer)
    last = max((i for i, (role, _) in enumerate(turns) if role == "assistant"), default=0)
    before = sum(len(text.split()) + (2 if role == "user" else 1) for role, text in turns[:last])
    mask[:before] = 0
    return np.array(ids), mask


# %% wrong: only the first answer is learnt  says: every answer is learnt, not only the first one.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(i == 1)] * len(tokens)
    return np.array(ids), np.array(is_answer)


# %% wrong: mask shifted to the left  says: is_answer[t] is about ids[t] itself; labels are shifted later, in another place.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array(is_answer[1:] + [0])


# %% wrong: mask shifted to the right  says: is_answer[t] is about ids[t] itself: an answer's first word counts.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array([0] + is_answer[:-1])


# %% wrong: only the last <end>  says: every answer ends with `<end>`, not only the last one.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, *(["<end>"] if i == len(turns) - 1 else [])]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array(is_answer)


# %% wrong: no <end> at all  says: an answer ends with `<end>`.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else words
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array(is_answer)


# %% wrong: <end> after questions, too  says: a question ends with `<a>`; `<end>` is for answers.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<end>", "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array(is_answer)


# %% wrong: <q> only once  says: every question begins with `<q>`, not only the first one.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = [*(["<q>"] if i == 0 else []), *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array(is_answer)


# %% wrong: no <a>  says: a question ends with `<a>`, which tells the model to answer.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array(is_answer)


# %% wrong: a prompt without <a>  says: a prompt ends with `<a>`, so that the model goes on with an answer.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, *(["<a>"] if i < len(turns) - 1 else [])] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array(is_answer)


# %% wrong: a prompt closed with <end>  says: a prompt ends with `<a>`: nothing comes after it.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    if len(turns) % 2:
        ids.append(vocabulary["<end>"])
        is_answer.append(0)
    return np.array(ids), np.array(is_answer)


# %% wrong: only the last two turns  says: the whole chat is encoded, all turns.
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in list(enumerate(turns))[-2:]:
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array(is_answer)


# %% wrong: a mask of booleans  says: holds bool values
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array(is_answer, dtype=bool)


# %% wrong: lists  says: is a list
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return ids, is_answer


# %% wrong: the ids alone  says: expected a tuple (ids, is_answer)
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids)


# %% wrong: mask first  says: return ids, is_answer
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(is_answer), np.array(ids)


# %% wrong: roles not checked  says: accepted bad input
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array(is_answer)


# %% wrong: specials accepted in texts  says: accepted bad input
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary:
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array(is_answer)


# %% wrong: unknown words left out  says: accepted bad input
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = [w for w in text.split() if w in vocabulary]
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array(is_answer)


# %% wrong: KeyError for an unknown word  says: stopped with KeyError
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary, got {word}")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array(is_answer)


# %% wrong: message without the word  says: it should name Zoe
def encode_chat(turns, vocabulary):
    ids, is_answer = [], []
    for i, (role, text) in enumerate(turns):
        if role != ("user", "assistant")[i % 2]:
            raise ValueError(f"expected the roles to take turns, the user first, got {role}")
        words = text.split()
        for word in words:
            if word not in vocabulary or word in ("<q>", "<a>", "<end>"):
                raise ValueError(f"expected words of the vocabulary")
        tokens = ["<q>", *words, "<a>"] if role == "user" else [*words, "<end>"]
        ids += [vocabulary[token] for token in tokens]
        is_answer += [int(role == "assistant")] * len(tokens)
    return np.array(ids), np.array(is_answer)
