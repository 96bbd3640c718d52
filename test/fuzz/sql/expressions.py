"""Random expressions: numbers, texts and conditions with scores in them."""

import random

from fragments import Fragment

NUMBER_MODELS = ["lin", "first", "lost", "clf", "lin@second", "lin@1", "clf@1"]
VERSIONS = ["lin@1", "lin@2", "first@1", "lost@1", "clf@1"]
CLASS_MODELS = ["clf", "tri", "clf@1", "tri@1"]
NEEDS_C = {"lin", "lin@1"}
SIMPLE = {"num": "1::float8", "text": "'u'::text", "bool": "true"}


class Expressions:
    """`scope`: a list of lists of relations, the own level last. What FROM holds: sources.py."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.count = 0
        self.budget = 0

    # ---- choices

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, *choices):
        return self.random.choice(choices)

    def alias(self):
        self.count += 1
        return "r%d" % self.count

    def grow(self, depth):
        """May this become large?"""
        self.budget -= 1
        return depth > 0 and self.budget > 0

    # ---- expressions

    def relation(self, scope, test=lambda relation: True):
        levels = [[r for r in level if test(r)] for level in scope]
        if levels and levels[-1] and (self.chance(0.75) or not any(levels[:-1])):
            return self.random.choice(levels[-1])
        outer = [r for level in levels for r in level]
        return self.random.choice(outer) if outer else None

    def column(self, scope, *names):
        relation = self.relation(scope, lambda r: any(n in r.columns for n in names))
        if relation is None:
            return None
        name = self.random.choice([n for n in names if n in relation.columns])
        return relation.alias + "." + name

    def model(self, names):
        """-> (text of the argument, its version for sure or not)"""
        name = self.random.choice(names)
        quoted = "'%s'" % name
        if "@" in name and name[-1].isdigit() and self.chance(0.6):
            quoted += "::model_version"
        return name, quoted

    def row(self, scope, depth):
        """The input of a call, by name."""
        relation = self.relation(scope, lambda r: r.row)
        if relation is None:
            return None
        alias = relation.alias
        roll = self.random.random()
        if roll < 0.6:
            return alias
        if roll < 0.75:
            return alias + ".*"
        if roll < 0.8:
            return "to_jsonb(%s)" % alias
        if roll < 0.84 and relation.is_t1:
            return Fragment(
                "row",
                ["CASE WHEN ", self.boolean(scope, depth - 1), " THEN ", alias, " END"],
                alias,
            )
        if roll < 0.88:
            return "(SELECT %s)" % alias
        if roll < 0.94 and "a" in relation.columns:
            return "jsonb_build_object('a', {0}.a, 'b', {0}.b, 'c', {0}.c)".format(alias)
        return alias

    def values(self, scope, name):
        """The input by position."""
        relation = self.relation(scope, lambda r: "a" in r.columns)
        if relation is None:
            return None
        alias = relation.alias
        first, second = self.pick(
            (alias + ".a", alias + ".b"),
            (alias + ".b", alias + ".a"),
            (alias + ".a", "NULL"),
            ("1.5", alias + ".b"),
        )
        listed = first + ", " + second
        if name in NEEDS_C:
            listed += ", " + self.pick(alias + ".c", "'v'", "NULL")
        return (
            listed
            if self.chance(0.6)
            else "ROW(%s)"
            % listed.replace(
                "NULL", "NULL::text" if name in NEEDS_C and second != "NULL" else "NULL::float8"
            ).replace("'v'", "'v'::text")
        )

    def call(self, scope, depth, names, function, before="", after=""):
        name, model = self.model(names)
        if self.chance(0.05) and function == "predict":
            model = "(CASE WHEN %s > 4 THEN 'lin' ELSE 'first' END)" % (
                self.column(scope, "id") or "3"
            )
        by_position = before == after == "" and "CASE" not in model and self.chance(0.15)
        given = self.values(scope, name) if by_position else self.row(scope, depth)
        if given is None:
            return None
        return [function, "(", model, ", ", before, given, after, ")"]

    def score(self, scope, depth):
        """A number that is a score."""
        roll = self.random.random()
        parts = None
        if roll < 0.7:
            parts = self.call(scope, depth, NUMBER_MODELS, "predict")
        elif roll < 0.8:
            label = self.pick(
                "'yes'",
                "'no'",
                "NULL",
                "CASE WHEN %s > 3 THEN 'yes' ELSE 'no' END" % (self.column(scope, "id") or "3"),
            )
            parts = self.call(
                scope, depth, ["clf", "clf@1"], "predict_proba_of", before=label + ", "
            )
        elif roll < 0.87:
            parts = self.call(scope, depth, CLASS_MODELS, "predict_proba")
            parts = parts and ["("] + parts + [")[2]"]
        elif roll < 0.9:
            parts = self.call(scope, depth, NUMBER_MODELS, "predict_raw")
            parts = parts and ["("] + parts + [")[1]"]
        elif roll < 0.93:
            label = self.pick(
                "'x'",
                "'z'",
                "CASE WHEN %s > 3 THEN 'x' ELSE 'y' END" % (self.column(scope, "id") or "3"),
            )
            parts = self.call(
                scope, depth, ["tri", "tri@1"], "predict_contrib_of", before=label + ", "
            )
            parts = parts and ["("] + parts + [")[1]"]
        else:
            relation = self.relation(scope, lambda r: r.is_t1)
            if relation is not None:
                parts = ["pay_of(", relation.alias, ")"]
            else:
                a, b = self.column(scope, "a"), self.column(scope, "b")
                parts = a and b and ["pay_of(", a, "::float8, ", b, "::float8)"]
        return Fragment("num", parts or ["0.5::float8"], SIMPLE["num"])

    def number(self, scope, depth):
        if not self.grow(depth):
            return (
                Fragment(
                    "num", [self.column(scope, "a", "b", "id") or "2", "::float8"], SIMPLE["num"]
                )
                if self.chance(0.5)
                else self.score(scope, 0)
            )
        roll = self.random.random()
        if roll < 0.45:
            return self.score(scope, depth)
        if roll < 0.55:
            parts = [self.column(scope, "a", "b", "id") or self.pick("NULL", "1.5"), "::float8"]
        elif roll < 0.84:
            parts = self.combined(scope, depth - 1, roll)
        else:
            return self.scalar(scope, depth - 1)
        return Fragment("num", parts, SIMPLE["num"])

    def combined(self, scope, depth, roll):
        """Two numbers made one. `roll`: from 0.55 to 0.84."""
        if roll < 0.65:
            return [
                "CASE WHEN ",
                self.boolean(scope, depth),
                " THEN ",
                self.number(scope, depth),
                " ELSE ",
                self.number(scope, depth),
                " END",
            ]
        if roll < 0.72:
            return ["coalesce(", self.number(scope, depth), ", ", self.number(scope, depth), ")"]
        if roll < 0.8:
            return [
                "(",
                self.number(scope, depth),
                self.pick(" + ", " - "),
                self.number(scope, depth),
                ")",
            ]
        return [
            self.pick("greatest(", "nullif("),
            self.number(scope, depth),
            ", ",
            self.number(scope, depth),
            ")",
        ]

    def scalar(self, scope, depth):
        """A sub-select of one number."""
        relations, source = self.source(scope, depth, self.pick(1, 1, 2))
        inner = scope + [relations]
        condition = self.where(inner, depth)
        if self.chance(0.7):
            body = ["SELECT ", self.aggregate(inner, depth), source, condition]
        else:
            body = ["SELECT ", self.number(inner, depth), source, condition, " ORDER BY 1 LIMIT 1"]
        return Fragment("num", ["("] + body + [")::float8"], SIMPLE["num"])

    def text(self, scope, depth):
        roll = self.random.random()
        parts = None
        if roll < 0.3:
            column = self.column(scope, "c")
            parts = column and [column, "::text"]
        elif roll < 0.6:
            if self.chance(0.3):
                after = self.pick(", 0.5", ", 0.25", ", NULL::float8")
                parts = self.call(scope, 0, ["clf", "clf@1"], "predict_class", after=after)
            else:
                parts = self.call(scope, depth, CLASS_MODELS, "predict_class")
        elif roll < 0.7:
            parts = self.call(scope, depth, ["tri", "tri@1"], "predict_leaf")
            parts = parts and parts + ["::text"]
        elif roll < 0.85:
            parts = self.call(scope, depth, NUMBER_MODELS + CLASS_MODELS, "predict_outputs")
            parts = parts and parts + ["::text"]
        elif depth > 0:
            parts = [
                "CASE WHEN ",
                self.boolean(scope, depth - 1),
                " THEN ",
                self.text(scope, depth - 1),
                " END",
            ]
        return Fragment("text", parts or ["'w'::text"], SIMPLE["text"])

    def boolean(self, scope, depth):
        if not self.grow(depth):
            left = self.number(scope, 0)
            return Fragment(
                "bool",
                [left, self.pick(" > ", " < ", " = ", " <> "), self.pick("0", "1", "0.5", "4")],
                SIMPLE["bool"],
            )
        roll = self.random.random()
        below = depth - 1
        if roll < 0.35:
            parts = [
                self.number(scope, below),
                self.pick(" > ", " < ", " = ", " >= ", " IS DISTINCT FROM "),
                self.number(scope, below),
            ]
        elif roll < 0.42:
            parts = [
                self.text(scope, below),
                self.pick(" = ", " <> "),
                self.pick("'u'", "'yes'", "'x'"),
            ]
        elif roll < 0.5:
            parts = [
                self.number(scope, below),
                self.pick(
                    " IS NULL",
                    " IS NOT NULL",
                    " IN (0, 1, 2.5)",
                    " = ANY (ARRAY[0.5, 1, 3]::float8[])",
                ),
            ]
        elif roll < 0.62:
            parts = [
                "(",
                self.boolean(scope, below),
                self.pick(" AND ", " OR "),
                self.boolean(scope, below),
                ")",
            ]
        elif roll < 0.66:
            parts = ["NOT (", self.boolean(scope, below), ")"]
        elif roll < 0.82:
            parts = [self.pick("", "", "NOT "), "EXISTS (", self.exists(scope, below), ")"]
        elif roll < 0.94:
            parts = self.among(scope, below)
        else:
            relation = self.relation(scope, lambda r: r.is_t1)
            parts = ["is_rich(", relation.alias, ")"] if relation else ["true"]
        return Fragment("bool", parts, SIMPLE["bool"])

    def among(self, scope, depth):
        """A number compared with those of a sub-select."""
        relations, source = self.source(scope, depth, self.pick(1, 1, 2))
        inner = scope + [relations]
        return [
            self.number(scope, depth),
            self.pick(" IN (", " IN (", " NOT IN (", " = ANY (", " > ALL (", " < ANY ("),
            "SELECT ",
            self.number(inner, depth),
            source,
            self.where(inner, depth),
            self.pick("", "", " OFFSET 0"),
            ")",
        ]

    def exists(self, scope, depth):
        relations, source = self.source(scope, depth, self.pick(1, 1, 2))
        inner = scope + [relations]
        outer = self.relation(scope, lambda r: "id" in r.columns)
        own = self.random.choice(relations)
        condition = [" WHERE "]
        if outer is not None and self.chance(0.8):
            condition += [own.alias, ".id = ", outer.alias, ".id AND "]
        if self.chance(0.5):
            condition.append(
                Fragment(
                    "bool",
                    [
                        self.score([relations], 0),
                        self.pick(" > 0", " < 1", " IS NULL", " = 2", " >= 0.5"),
                    ],
                    SIMPLE["bool"],
                )
            )
        else:
            condition.append(self.boolean(inner, depth))
        return Fragment(
            "query",
            ["SELECT ", self.pick("", "1", "*"), source]
            + condition
            + [self.pick("", "", "", " OFFSET 0", " LIMIT 1")],
        )

    def where(self, scope, depth):
        if self.chance(0.3):
            return ""
        return Fragment("clause", [" WHERE ", self.boolean(scope, depth)], "")

    def aggregate(self, scope, depth, window=False):
        roll = self.random.random()
        filtered = (
            Fragment("clause", [" FILTER (WHERE ", self.boolean(scope, depth - 1), ")"], "")
            if depth > 0 and self.chance(0.25)
            else ""
        )
        if roll < 0.15:
            parts = ["count(*)", filtered]
        elif roll < 0.3:
            parts = [
                "count(",
                "" if window or self.chance(0.6) else "DISTINCT ",
                self.number(scope, depth - 1),
                ")",
                filtered,
            ]
        else:
            parts = [
                self.pick("sum(", "sum(", "min(", "max("),
                self.number(scope, depth - 1),
                ")",
                filtered,
            ]
        return Fragment("num", parts)
