# %% right: sets of words
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% right: regular expressions with borders
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"{len(answers)} answers to {len(questions)} questions")
    scores = {"asked": [], "held out": []}
    for text, pair in zip(answers, questions):
        person, attribute = pair
        text = text.partition("<end>")[0]
        said = [v for v in values[attribute] if re.search(rf"\b{re.escape(v)}\b", text)]
        ok = said == [facts[person][attribute]]
        scores["asked" if tuple(pair) in set(map(tuple, asked)) else "held out"].append(ok)
    if min(map(len, scores.values())) == 0:
        raise ValueError("one kind of question only")
    return float(np.mean(scores["asked"])), float(np.mean(scores["held out"]))


# %% right: counting
def held_out_accuracy(answers, questions, facts, values, asked):
    n, m = len(answers), len(questions)
    if n != m:
        raise ValueError(f"expected {m}, got {n}")
    right, total = [0, 0], [0, 0]
    for i in range(n):
        person, attribute = questions[i]
        reply = answers[i]
        if "<end>" in reply:
            reply = reply[: reply.index("<end>")]
        words = re.split(r"\W+", reply)
        truth = facts[person][attribute]
        wrong = [v for v in values[attribute] if v != truth and v in words]
        kind = 0 if (person, attribute) in asked else 1
        total[kind] += 1
        if truth in words and not wrong:
            right[kind] += 1
    if 0 in total:
        raise ValueError(f"questions: {total}")
    return right[0] / total[0], right[1] / total[1]


# %% wrong: part of a word  says: a value counts only as a whole word: "Rome" is not said in "Romerike".
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = {v for v in values[attribute] if v in answer.split("<end>")[0]}
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: only the truth is looked for  says: an answer that names two values is not right, whichever comes first.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(facts[person][attribute] in said)
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: text behind <end> is read  says: only what stands before the *first* "<end>" is the answer.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer)
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: the text before the last <end>  says: only what stands before the *first* "<end>" is the answer.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.rpartition("<end>")[0] if "<end>" in answer else answer)
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: words between spaces  says: "Ada lives in Oslo." says Oslo: take the words out of the sentence, without the punctuation.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = answer.split("<end>")[0].split()
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: no <end>, no answer  says: an answer without "<end>" counts as a whole.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", (answer.split("<end>")[0] if "<end>" in answer else ""))
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: the first value that is said  says: an answer that names two values is not right, whichever comes first.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(next((w for w in words if w in values[attribute]), None) == facts[person][attribute])
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: the last value that is said  says: an answer that names two values is not right, whichever comes first.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(next((w for w in words[::-1] if w in values[attribute]), None) == facts[person][attribute])
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: values of other attributes forbidden  says: only values of the attribute that was asked for count; others may be said besides.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & {v for vs in values.values() for v in vs}
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: said twice is wrong  says: saying the right value twice does no harm.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append([w for w in words if w in values[attribute]] == [facts[person][attribute]])
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: exactly the value and nothing else  says: "Ada lives in Oslo." says Oslo: take the words out of the sentence, without the punctuation.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(words == [facts[person][attribute]])
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: capital letters ignored  says: capital letters matter.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = answer.split("<end>")[0]
        said = set(re.findall(r"\w+", words.lower())) & {v.lower() for v in values[attribute]}
        right[(person, attribute) in asked].append(said == {facts[person][attribute].lower()})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: asked and held out exchanged  says: asked and held out are exchanged: a pair in `asked` was asked.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) not in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: the person decides  says: held out are *pairs*: that a person was asked about something else does not matter.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[any(person == p for p, _ in asked)].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: the attribute decides  says: held out are *pairs*: that others were asked for this attribute does not matter.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[any(attribute == a for _, a in asked)].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: all questions in both  says: each number is about its own questions; here both are about all of them.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    share = sum(right[True] + right[False]) / len(answers)
    return share, share


# %% wrong: divided by all questions  says: divide by the number of questions of that kind, not by all.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(answers), sum(right[False]) / len(answers)


# %% wrong: divided by the asked pairs  says: divide by the questions, not by the pairs in `asked`.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(asked), sum(right[False]) / len(right[False])


# %% wrong: per cent  says: shares from 0 to 1 are asked, and not per cent.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return 100 * sum(right[True]) / len(right[True]), 100 * sum(right[False]) / len(right[False])


# %% wrong: numbers of right answers  says: shares are asked, and not counts.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]), sum(right[False])


# %% wrong: any value is right  says: the *true* value must be said, not just one of the values.
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(len(said) == 1)
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: held out first  says: asked and held out are exchanged
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[False]) / len(right[False]), sum(right[True]) / len(right[True])


# %% wrong: answers that are missing ignored  says: accepted bad input
def held_out_accuracy(answers, questions, facts, values, asked):
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        raise ValueError("expected questions of both kinds, asked and held out")
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])


# %% wrong: 0 where no question is held out  says: accepted bad input
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    if not right[True] or not right[False]:
        pass
    return sum(right[True]) / max(len(right[True]), 1), sum(right[False]) / max(len(right[False]), 1)


# %% wrong: division by zero where no question is held out  says: that you raise yourself
def held_out_accuracy(answers, questions, facts, values, asked):
    if len(answers) != len(questions):
        raise ValueError(f"expected {len(questions)} answers, got {len(answers)}")
    right = {True: [], False: []}
    for answer, (person, attribute) in zip(answers, questions):
        words = re.findall(r"\w+", answer.split("<end>")[0])
        said = set(words) & set(values[attribute])
        right[(person, attribute) in asked].append(said == {facts[person][attribute]})
    return sum(right[True]) / len(right[True]), sum(right[False]) / len(right[False])
