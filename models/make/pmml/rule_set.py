"""RuleSetModel."""
from kind_document import MISSING, document, number, output, predicate, probabilities, tag, text


LABELS = ["k", "l", "m"]
DISTRIBUTION = {"r1": (8, 2, 0), "r2": (1, 1, 2), "r3": (0, 3, 1), "r4": (5, 5, 10)}


def rule(name, score, confidence, weight, test, with_distribution):
    parts = (
        [
            tag("ScoreDistribution", value=l, recordCount=n)
            for l, n in zip(LABELS, DISTRIBUTION[name])
        ]
        if with_distribution
        else []
    )
    return "\n" + tag(
        "SimpleRule", test, *parts, id=name, score=score, confidence=confidence, weight=weight
    )


# r1: c = u and x < 3. r2: c = u and x > 1. r3: x > 2. r4: x < 4 (another rule for k)
FIRES = {
    "r1": lambda x, c: c == "u" and x is not MISSING and x < 3,
    "r2": lambda x, c: c == "u" and x is not MISSING and x > 1,
    "r3": lambda x, c: x is not MISSING and x > 2,
    "r4": lambda x, c: x is not MISSING and x < 4,
}
WHAT = {
    "r1": ("k", 0.75, 0.5),
    "r2": ("m", 0.5, 0.875),
    "r3": ("l", 0.625, 0.875),
    "r4": ("k", 0.25, 0.5),
}
POINTS = [(x, c) for x in (0.5, 1.5, 2.5, 3.5, 5.0, MISSING) for c in ("u", "w", MISSING)]


def rule_set(criterion, has_default):
    def own(name, test):
        return rule(name, *WHAT[name], test, not has_default)

    return tag(
        "RuleSet",
        tag("RuleSelectionMethod", criterion=criterion),
        "\n"
        + tag(
            "CompoundRule",
            predicate("c", "equal", "u"),
            own("r1", predicate("x", "lessThan", 3)),
            own("r2", predicate("x", "greaterThan", 1)),
        ),
        own("r3", predicate("x", "greaterThan", 2)),
        own("r4", predicate("x", "lessThan", 4)),
        **({"defaultScore": "m", "defaultConfidence": 0.125} if has_default else {})
    )


def without_hit(has_default):
    return dict(
        t="m" if has_default else MISSING,
        rule=MISSING,
        c_k=0.0,
        c_l=0.0,
        c_m=0.125 if has_default else 0.0,
        c_own=0.125 if has_default else MISSING,
    )


def sums_of(hits):
    total = {l: sum(WHAT[n][2] for n in hits if WHAT[n][0] == l) for l in LABELS}
    best = max(LABELS, key=lambda l: (total[l], -LABELS.index(l)))
    return dict(
        t=best,
        rule=MISSING,
        c_own=total[best] / len(hits),
        **{"c_" + l: total[l] / len(hits) for l in LABELS}
    )


def first_of(hits, criterion):
    order = hits if criterion == "firstHit" else sorted(hits, key=lambda n: -WHAT[n][2])
    confidence = {l: next((WHAT[n][1] for n in order if WHAT[n][0] == l), 0.0) for l in LABELS}
    return dict(
        t=WHAT[order[0]][0],
        rule=order[0],
        c_own=confidence[WHAT[order[0]][0]],
        **{"c_" + l: v for l, v in confidence.items()}
    )


def result(x, c, criterion, has_default):
    """What the rules say of a row. Rules without a default have a DISTRIBUTION."""
    hits = [n for n in WHAT if FIRES[n](x, c)]
    if not hits:
        row = without_hit(has_default)
    elif criterion == "weightedSum":
        row = sums_of(hits)
    else:
        row = first_of(hits, criterion)
    if criterion != "weightedSum" and not has_default:
        shares = (
            [n / sum(DISTRIBUTION[row["rule"]]) for n in DISTRIBUTION[row["rule"]]]
            if row["rule"]
            else [MISSING] * 3
        )
        row.update({"p_" + l: v for l, v in zip(LABELS, shares)})
    return {"x": x, "c": c, **row}


def selected(criterion, has_default):
    fields = {"t": text("t", *LABELS), "x": number("x"), "c": text("c", "u", "w")}
    rows = [result(x, c, criterion, has_default) for x, c in POINTS]
    asked = [output("rule", "entityId"), output("c_own", "confidence", value=None)] + [
        output("c_" + l, "confidence", value=l) for l in LABELS
    ]
    asked = [a for a in asked if criterion != "weightedSum" or "entityId" not in a]
    if criterion == "weightedSum":
        for row in rows:
            del row["rule"]
    document(
        "rules_%s%s" % (criterion, "" if has_default else "_distribution"),
        "RuleSetModel",
        fields,
        rule_set(criterion, has_default),
        rows,
        asked + (probabilities(LABELS) if criterion != "weightedSum" and not has_default else []),
        function="classification",
    )


def numbers():
    inside = tag(
        "RuleSet",
        tag("RuleSelectionMethod", criterion="firstHit"),
        *[
            tag("SimpleRule", predicate("x", "lessThan", limit), score=score)
            for limit, score in ((1, 2.5), (3, -1))
        ],
        defaultScore="7"
    )
    document(
        "rules_regression",
        "RuleSetModel",
        {"t": number("t"), "x": number("x")},
        inside,
        [{"x": x, "t": t} for x, t in ((0.5, 2.5), (1.0, -1.0), (3.0, 7.0), (MISSING, 7.0))],
    )


def two_classes():
    """The other class has the rest of the confidence."""
    inside = tag(
        "RuleSet",
        tag("RuleSelectionMethod", criterion="firstHit"),
        tag("SimpleRule", predicate("x", "lessThan", 1), score="n", confidence=0.75),
        tag("SimpleRule", tag("True"), score="p", confidence=0.625),
    )
    document(
        "rules_binary",
        "RuleSetModel",
        {"t": text("t", "n", "p"), "x": number("x")},
        inside,
        [
            {"x": 0.5, "t": "n", "p_n": 0.75, "p_p": 0.25},
            {"x": 1.0, "t": "p", "p_n": 0.375, "p_p": 0.625},
        ],
        probabilities(["n", "p"]),
        function="classification",
    )


def rules():
    for criterion in ("firstHit", "weightedSum", "weightedMax"):
        for has_default in (True, False):
            selected(criterion, has_default)
    numbers()
    two_classes()
