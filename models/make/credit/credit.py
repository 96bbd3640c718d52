#!/usr/bin/env python3
"""Applicants for credit, as CSV: the 20 attributes that UCI documents for the German credit data
(Statlog), with readable names and texts, and the outcome. Every row is made up: drawn from a seeded
generator whose dependences are plausible and nobody's.

    credit.py [ROWS] [SEED] > applicants.csv

1000 rows and seed 1, which are meant without arguments, make models/credit/applicants.csv.

The same arguments give the same bytes with every Python 3.9 or newer; only the standard library is
needed. An empty cell is NULL.
"""
import bisect
import itertools
import math
import random
import sys

# Attribute -> its texts, in UCI's order (A11, A12, ...). The order is also the order of category
# codes in the trained models.
CATEGORIES = {
    "checking_status": ["below 0", "0 to 200", "200 or more", "no account"],
    "credit_history": [
        "none taken",
        "all paid at this bank",
        "paid so far",
        "delayed before",
        "critical",
    ],
    "purpose": [
        "new car",
        "used car",
        "furniture",
        "radio or television",
        "appliances",
        "repairs",
        "education",
        "retraining",
        "business",
        "other",
    ],
    "savings": ["below 100", "100 to 500", "500 to 1000", "1000 or more"],
    "employment_since": [
        "unemployed",
        "below 1 year",
        "1 to 4 years",
        "4 to 7 years",
        "7 years or more",
    ],
    "personal_status": [
        "male divorced",
        "female married or divorced",
        "male single",
        "male married",
        "female single",
    ],
    "other_debtors": ["none", "co-applicant", "guarantor"],
    "property": ["real estate", "life insurance", "car or other", "none"],
    "other_installment_plans": ["bank", "stores", "none"],
    "housing": ["rent", "own", "for free"],
    "job": ["unskilled non-resident", "unskilled", "skilled", "management"],
}
# The columns of the CSV. Booleans stand as true and false.
COLUMNS = [
    "id",
    "checking_status",
    "duration_months",
    "credit_history",
    "purpose",
    "credit_amount",
    "savings",
    "employment_since",
    "installment_rate",
    "personal_status",
    "other_debtors",
    "residence_since",
    "property",
    "age",
    "other_installment_plans",
    "housing",
    "existing_credits",
    "job",
    "dependents",
    "telephone",
    "foreign_worker",
    "outcome",
]
FEATURES = COLUMNS[1:-1]
BOOLEANS = ["telephone", "foreign_worker"]

# What each text adds to the log-odds of default.
RISK = {
    "checking_status": [0.9, 0.5, -0.3, -1.0],
    "credit_history": [0.9, 0.8, 0.1, -0.1, -0.7],
    "purpose": [0.4, -0.8, 0.1, -0.3, 0.2, 0.4, 0.5, -0.6, 0.1, 0.0],
    "savings": [0.4, 0.2, -0.3, -0.7],
    "employment_since": [0.3, 0.4, 0.0, -0.5, -0.2],
    "personal_status": [0.3, 0.2, -0.2, 0.0, 0.0],
    "other_debtors": [0.1, 0.5, -0.9],
    "property": [-0.3, 0.1, 0.1, 0.5],
    "other_installment_plans": [0.4, 0.4, -0.1],
    "housing": [0.3, -0.1, 0.2],
    "job": [0.1, 0.0, 0.0, 0.1],
}
# Share of rows in which the applicant left the field empty.
EMPTY = {
    "savings": 0.08,
    "employment_since": 0.03,
    "residence_since": 0.04,
    "property": 0.05,
    "telephone": 0.02,
    "age": 0.01,
}


class Draw:
    """Weighted draws by inversion, so that they depend on random() alone, whose sequence Python
    guarantees."""

    def __init__(self, seed):
        self.random = random.Random(seed).random

    def index(self, weights):
        sums = list(itertools.accumulate(weights))
        return min(bisect.bisect(sums, self.random() * sums[-1]), len(weights) - 1)

    def normal(self):
        # Sum of uniforms: near enough to normal, and no library's tails in it.
        return sum(self.random() for _ in range(12)) - 6.0


def person(draw):
    """The attributes of the applicant."""
    a = {}
    a["age"] = min(75, 19 + int(math.exp(2.55 + 0.62 * draw.normal())))
    young, old = a["age"] < 27, a["age"] > 50
    a["job"] = draw.index([0.02, 0.20, 0.63, 0.06 if young else 0.17])
    a["employment_since"] = draw.index(
        [0.06, 0.32, 0.45, 0.14, 0.03]
        if young
        else [0.06, 0.12, 0.30, 0.19, 0.33]
        if not old
        else [0.09, 0.06, 0.15, 0.14, 0.56]
    )
    a["personal_status"] = draw.index(
        [0.05, 0.45, 0.30, 0.10, 0.10] if young else [0.05, 0.22, 0.57, 0.09, 0.07]
    )
    a["housing"] = draw.index([0.38, 0.58, 0.04] if young else [0.13, 0.72, 0.15])
    a["property"] = draw.index(
        [0.05, 0.15, 0.20, 0.60] if a["housing"] == 2 else [0.32, 0.24, 0.36, 0.08]
    )
    a["savings"] = draw.index([0.72, 0.13, 0.08, 0.07] if young else [0.62, 0.13, 0.10, 0.15])
    a["checking_status"] = draw.index(
        [0.33, 0.30, 0.06, 0.31] if a["savings"] == 0 else [0.18, 0.24, 0.08, 0.50]
    )
    a["existing_credits"] = 1 + draw.index(
        [0.72, 0.24, 0.03, 0.01] if young else [0.58, 0.36, 0.04, 0.02]
    )
    a["credit_history"] = draw.index(
        [0.05, 0.06, 0.68, 0.08, 0.13]
        if a["existing_credits"] == 1
        else [0.03, 0.04, 0.32, 0.10, 0.51]
    )
    return a


def credit(draw, a):
    """Adds the attributes of the credit to those of the applicant."""
    young = a["age"] < 27
    a["purpose"] = draw.index(
        [
            0.23,
            0.06 + 0.04 * a["job"],
            0.18,
            0.28,
            0.012,
            0.022,
            0.05,
            0.009,
            0.04 + 0.03 * a["job"],
            0.012,
        ]
    )
    a["duration_months"] = min(
        72,
        max(
            4,
            3
            * round((4.0 + math.exp(2.62 + 0.52 * draw.normal()) + 2.0 * (a["purpose"] == 8)) / 3),
        ),
    )
    monthly = math.exp(
        4.75 + 0.14 * a["job"] + 0.28 * (a["purpose"] in (1, 9)) + 0.50 * draw.normal()
    )
    a["credit_amount"] = min(18500, max(250, int(monthly * a["duration_months"] ** 0.95)))
    a["installment_rate"] = 1 + draw.index(
        [0.10, 0.20, 0.17, 0.53] if monthly < 150 else [0.26, 0.27, 0.14, 0.33]
    )
    a["other_debtors"] = draw.index([0.91, 0.04, 0.05])
    a["residence_since"] = 1 + draw.index(
        [0.16, 0.37, 0.15, 0.32] if young else [0.12, 0.28, 0.15, 0.45]
    )
    a["other_installment_plans"] = draw.index([0.14, 0.05, 0.81])
    a["dependents"] = 1 + draw.index([0.93, 0.07] if young else [0.82, 0.18])
    a["telephone"] = draw.random() < (0.22, 0.25, 0.38, 0.80)[a["job"]]
    a["foreign_worker"] = draw.random() < 0.96


def risk_of(a):
    """-> log-odds of default"""
    young, old = a["age"] < 27, a["age"] > 50
    risk = sum(table[a[name]] for name, table in RISK.items())
    risk += 0.028 * (a["duration_months"] - 20) + 0.25 * (a["installment_rate"] - 3) + 0.5 * young
    risk += 0.9 * max(0.0, a["credit_amount"] / 10000 - 0.5) + 0.15 * (a["existing_credits"] - 1)
    risk -= 0.2 * a["telephone"] + 0.6 * (not a["foreign_worker"])
    # Two things that no sum of single attributes says, so that trees have something to find.
    risk += 0.8 * (a["checking_status"] == 0 and a["duration_months"] > 24)
    risk -= 0.7 * (a["credit_history"] == 4 and old)
    return risk - 1.35


def applicant(draw):
    """-> (attributes by name, texts as indices; log-odds of default)"""
    a = person(draw)
    credit(draw, a)
    return a, risk_of(a)


def rows(count, seed):
    """The rows of the CSV as lists of texts; '' is NULL."""
    draw = Draw(seed)
    for number in range(1, count + 1):
        a, risk = applicant(draw)
        a["id"] = number
        a["outcome"] = "default" if draw.random() < 1 / (1 + math.exp(-risk)) else "good"
        for name, share in EMPTY.items():
            if draw.random() < share:
                a[name] = None
        for name, texts in CATEGORIES.items():
            if a[name] is not None:
                a[name] = texts[a[name]]
        yield [
            "" if a[c] is None else str(a[c]).lower() if isinstance(a[c], bool) else str(a[c])
            for c in COLUMNS
        ]


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(",".join(COLUMNS))
    for row in rows(count, seed):
        print(",".join(row))


if __name__ == "__main__":
    main()
