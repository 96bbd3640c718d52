"""Random queries over the tables of setup.sql.

A query is a tree of fragments: its text is what they say, and a smaller query is had by replacing
one with something simpler. What a query returns does not depend on the order in which rows are
read: LIMIT comes with an order of all columns, sums are of multiples of 1/8, nothing is volatile,
nothing may fail at one row and not at another.
"""

from changes import Changes
from fragments import Fragment, Relation, join


class Grammar(Changes):
    def plain(self, depth, scope=()):
        relations, source = self.source(list(scope), depth, self.pick(1, 1, 2, 2, 3))
        inner = list(scope) + [relations]
        count = self.random.randint(1, 3)
        listed = self.select_list(inner, depth, count)
        keys = ", ".join(str(i + 1) for i in range(count))
        distinct, end = "", ""
        roll = self.random.random()
        if roll < 0.1:
            distinct = "DISTINCT "
        elif roll < 0.15:
            distinct, end = "DISTINCT ON (1) ", " ORDER BY " + keys
        elif roll < 0.35:
            end = " ORDER BY %s LIMIT %d" % (keys, self.random.randint(1, 7))
        elif roll < 0.4:
            end = " ORDER BY %s OFFSET %d" % (keys, self.random.randint(0, 3))
        if distinct.startswith("DISTINCT ON"):
            distinct = ["DISTINCT ON (", listed[0], ") "]
            listed = [listed[0]] + listed[1:]
        else:
            distinct = [distinct]
        return Fragment(
            "query",
            ["SELECT "] + distinct + join(", ", listed) + [source, self.where(inner, depth), end],
        )

    def grouped(self, depth):
        relations, source = self.source([], depth, self.pick(1, 1, 2))
        inner = [relations]
        key = self.random.choice(relations)
        roll = self.random.random()
        aggregates = [self.aggregate(inner, depth) for _ in range(self.random.randint(1, 2))]
        having = ""
        if roll < 0.2 and key.key:
            keys, shown = [key.alias, ".id"], [key.alias, ".id, predict('lin', ", key.alias, ")"]
        elif roll < 0.35 and key.row:
            by = [key.alias] if self.chance(0.5) else ["GROUPING SETS ((", key.alias, "), ())"]
            keys, shown = by, ["predict(", self.pick("'first'", "'lost'"), ", ", key.alias, ")"]
        elif roll < 0.7:
            return self.grouped_by_two(key, source, inner, depth)
        else:
            expression = self.number(inner, depth - 1) if self.chance(0.6) else self.text(inner, 0)
            keys, shown = ["1"], [expression]
            if self.chance(0.3):
                having = Fragment(
                    "clause", [" HAVING ", self.aggregate(inner, depth - 1), " > 1"], ""
                )
        return Fragment(
            "query",
            ["SELECT "]
            + shown
            + [", "]
            + join(", ", aggregates)
            + [source, self.where(inner, depth), " GROUP BY "]
            + keys
            + [having],
        )

    def grouped_by_two(self, key, source, inner, depth):
        """A sub-select grouped by a number and a text, in sets of both."""
        first, second = self.number(inner, depth - 1), self.text(inner, 0)
        one, two = "k%d" % self.count, "g%d" % self.count
        inside = Fragment(
            "query",
            [
                "SELECT ",
                first,
                " AS ",
                one,
                ", ",
                second,
                " AS ",
                two,
                ", ",
                key.alias,
                ".id AS id",
                source,
                self.where(inner, depth),
            ],
        )
        keys = [
            self.pick(
                "%s, %s" % (one, two),
                "ROLLUP (%s, %s)" % (one, two),
                "CUBE (%s, %s)" % (one, two),
                "GROUPING SETS ((%s), (%s), ())" % (one, two),
                one + ", " + two,
            )
        ]
        return Fragment(
            "query",
            [
                "SELECT ",
                one,
                ", ",
                two,
                ", count(*), sum(id), grouping(",
                one,
                ") FROM (",
                inside,
                ") s GROUP BY ",
            ]
            + keys
            + [self.pick("", " HAVING count(*) > 1")],
        )

    def totals(self, depth):
        relations, source = self.source([], depth, self.pick(1, 2, 2, 3))
        inner = [relations]
        return Fragment(
            "query",
            ["SELECT "]
            + join(", ", [self.aggregate(inner, depth) for _ in range(self.random.randint(1, 3))])
            + [source, self.where(inner, depth)],
        )

    def windowed(self, depth):
        relations, source = self.source([], depth, self.pick(1, 1, 2))
        inner = [relations]
        parts = []
        for _ in range(self.random.randint(1, 2)):
            window = [
                "(",
                Fragment("clause", ["PARTITION BY ", self.text(inner, 0)], ""),
                " ORDER BY ",
                self.number(inner, depth - 1),
                self.pick(
                    "",
                    "",
                    " RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
                    " GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW",
                ),
                ")",
            ]
            function = "rank()" if self.chance(0.3) else self.aggregate(inner, depth, True)
            parts.append(Fragment("num", [function, " OVER "] + window))
        return Fragment(
            "query",
            ["SELECT ", self.number(inner, depth), ", "]
            + join(", ", parts)
            + [source, self.where(inner, depth)],
        )

    def set_operation(self, depth):
        parts = []
        for _ in range(2):
            relations, source = self.source([], depth - 1, self.pick(1, 2))
            inner = [relations]
            parts.append(
                Fragment(
                    "query",
                    [
                        "SELECT ",
                        self.number(inner, depth - 1),
                        " AS n, ",
                        self.text(inner, depth - 1),
                        " AS t",
                        source,
                        self.where(inner, depth - 1),
                    ],
                )
            )
        return Fragment(
            "query",
            join(
                self.pick(" UNION ALL ", " UNION ", " EXCEPT ", " INTERSECT ", " EXCEPT ALL "),
                parts,
            )
            + [self.pick("", "", " ORDER BY 1, 2 LIMIT 5")],
        )

    def with_query(self, depth):
        name = "w%d" % self.random.randint(1, 9)
        inner = self.row_query([], depth - 1)
        table = Relation(name)
        relations, source = self.source([], depth - 1, 1)
        relations.append(table)
        scope = [relations]
        return Fragment(
            "query",
            [
                "WITH ",
                name,
                self.pick(" AS ", " AS MATERIALIZED ", " AS NOT MATERIALIZED "),
                "(",
                inner,
                ") SELECT ",
            ]
            + join(", ", self.select_list(scope, depth - 1, 2))
            + [
                source,
                self.pick(" CROSS JOIN ", " CROSS JOIN "),
                name,
                self.where(scope, depth - 1),
            ],
        )

    def query(self):
        """Any query that only reads."""
        self.count = 0
        self.budget = self.random.choice([8, 14, 22])
        depth = self.pick(1, 2, 2, 3, 3)
        roll = self.random.random()
        for limit, make in (
            (0.45, self.plain),
            (0.57, self.totals),
            (0.72, self.grouped),
            (0.79, self.windowed),
            (0.88, self.set_operation),
            (1, self.with_query),
        ):
            if roll < limit:
                return make(depth)
