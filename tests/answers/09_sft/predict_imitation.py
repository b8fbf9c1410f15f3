# %% right: sums over the table
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    return floor, sampled, greedy


# %% right: a loop over the questions
def predict_imitation(joint, truth):
    for x in joint.ravel():
        if x < 0:
            raise ValueError(f"{x} is negative")
    if not np.isclose(joint.sum(), 1.0, rtol=0, atol=1e-6):
        raise ValueError(f"the sum is {joint.sum()}")
    floor, sampled, greedy = 0.0, 0.0, 0.0
    for q in range(joint.shape[0]):
        weight = sum(joint[q])
        if weight == 0:
            continue
        p = joint[q] / weight
        floor += weight * sum(-x * math.log(x) for x in p if x > 0)
        sampled += weight * p[truth[q]]
        if np.argmax(p) == truth[q]:
            greedy += weight
    return floor, sampled, greedy


# %% right: entropies
def predict_imitation(joint, truth):
    from scipy.special import entr

    if np.any(joint < 0):
        raise ValueError(str(joint[joint < 0][0]))
    if abs(1 - joint.sum()) > 1e-6:
        raise ValueError(str(joint.sum()))
    right = np.eye(joint.shape[1])[truth]
    likeliest = np.eye(joint.shape[1])[joint.argmax(1)]
    floor = entr(joint).sum() - entr(joint.sum(1)).sum()
    return floor, (joint * right).sum(), (joint.sum(1) @ (right * likeliest)).sum()


# %% wrong: floor 0  says: no model can get to 0: the demonstrations contradict each other.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    return 0.0, sampled, greedy


# %% wrong: floor: joint entropy  says: this is the entropy of question and answer together; the question is given.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    return floor, sampled, greedy


# %% wrong: floor: without the question  says: this is the entropy of the answers when the question is not looked at.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    p = joint.sum(axis=0)
    floor = -np.sum(p[p > 0] * np.log(p[p > 0]))
    return floor, sampled, greedy


# %% wrong: floor: questions with equal weight  says: questions count as often as they are asked, not all alike.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    floor = np.mean([-np.sum(r[r > 0] / r.sum() * np.log(r[r > 0] / r.sum())) for r in joint if r.sum() > 0])
    return floor, sampled, greedy


# %% wrong: floor: loss of the truth  says: the loss is that on the *demonstrations*, right and wrong; this is the loss on the truth.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    floor = -sum(a * np.log(r[t] / a) for a, r, t in zip(asked, joint, truth) if a > 0)
    return floor, sampled, greedy


# %% wrong: floor: loss of the likeliest answer  says: all answers of the demonstrations count, not only the likeliest.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    floor = -sum(a * np.log(r.max() / a) for a, r in zip(asked, joint) if a > 0)
    return floor, sampled, greedy


# %% wrong: floor: bits  says: nats are asked: the natural logarithm.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log2(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    return floor, sampled, greedy


# %% wrong: floor: divided the wrong way  says: divide by how often the question is *asked* (the row), not by how often the answer is given.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / joint.sum(axis=0)[k]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    return floor, sampled, greedy


# %% wrong: floor: sign  says: the sign is wrong
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    return floor, sampled, greedy


# %% wrong: floor: 0 log 0 is NaN  says: log of 0
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint >= 0)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    return floor, sampled, greedy


# %% wrong: sampled: agreement of two demonstrations  says: this is how often the model agrees with another demonstration; asked is how often it is right.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    sampled = sum((r**2).sum() / r.sum() for r in joint if r.sum() > 0)
    return floor, sampled, greedy


# %% wrong: sampled: the likeliest counted  says: this is how often the likeliest answer is drawn, right or wrong.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    sampled = joint.max(axis=1).sum()
    return floor, sampled, greedy


# %% wrong: sampled: all right  says: the model imitates: it is right as often as the demonstrations are.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    sampled = 1.0
    return floor, sampled, greedy


# %% wrong: sampled: questions with equal weight  says: questions count as often as they are asked, not all alike.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    sampled = np.mean([r[t] / r.sum() for r, t in zip(joint, truth) if r.sum() > 0])
    return floor, sampled, greedy


# %% wrong: sampled: exp of the floor  says: exp(−loss) is not the share of right answers: the loss does not know the truth.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    sampled = np.exp(-floor)
    return floor, sampled, greedy


# %% wrong: sampled: chance  says: this is guessing; the imitator draws with the probabilities of the demonstrations.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    sampled = 1 / joint.shape[1]
    return floor, sampled, greedy


# %% wrong: sampled is greedy  says: drawn answers are right with the probability of the truth, not always or never.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    return floor, greedy, greedy


# %% wrong: greedy: the mass of the likeliest  says: this is the probability of the likeliest answers; greedy is always or never right on a question.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    greedy = joint.max(axis=1).sum()
    return floor, sampled, greedy


# %% wrong: greedy: its mass where right  says: where the likeliest answer is right, greedy is *always* right: count the question as a whole.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    greedy = joint.max(axis=1)[joint.argmax(axis=1) == truth].sum()
    return floor, sampled, greedy


# %% wrong: greedy: questions with equal weight  says: questions count as often as they are asked, not all alike.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    greedy = np.mean(joint.argmax(axis=1) == truth)
    return floor, sampled, greedy


# %% wrong: greedy: all right  says: the likeliest answer is not always right: an error can be popular.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    greedy = 1.0
    return floor, sampled, greedy


# %% wrong: greedy is sampled  says: the likeliest answer is given always; this is the share for drawn answers.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    return floor, sampled, sampled


# %% wrong: greedy: one answer for all  says: the likeliest answer is another one for each question.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.sum(axis=0).argmax() == truth].sum()
    return floor, sampled, greedy


# %% wrong: greedy: the last of several  says: of several likeliest answers the one with the smallest k is given.
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[(joint.shape[1] - 1 - joint[:, ::-1].argmax(axis=1)) == truth].sum()
    return floor, sampled, greedy


# %% wrong: negative entries accepted  says: accepted bad input
def predict_imitation(joint, truth):
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    return floor, sampled, greedy


# %% wrong: normalised instead of refused  says: accepted bad input
def predict_imitation(joint, truth):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        joint = joint / joint.sum()
    asked = joint.sum(axis=1)  # how often each question comes
    q, k = np.nonzero(joint)
    floor = -np.sum(joint[q, k] * np.log(joint[q, k] / asked[q]))
    sampled = joint[np.arange(len(joint)), truth].sum()
    greedy = asked[joint.argmax(axis=1) == truth].sum()
    return floor, sampled, greedy
