"""Random queries over the tables of setup.sql.

A query is a tree of fragments: its text is what they say, and a smaller query is had by replacing
one with something simpler. What a query returns does not depend on the order in which rows are
read: LIMIT comes with an order of all columns, sums are of multiples of 1/8, nothing is volatile,
nothing may fail at one row and not at another.
"""

from expressions import SIMPLE, Expressions
from fragments import Fragment, Relation, join

TABLES = [
    "t1",
    "t2",
    "parts",
    "family",
    "empty",
    "letters",
    "guarded",
    "plain",
    "barrier",
    "few",
    "united",
    "scored",
]


class Grammar(Expressions):
    # ---- FROM

    def item(self, scope, depth, lateral):
        """One thing in FROM, and what it is called."""
        alias = self.alias()
        roll = self.random.random()
        if roll < 0.55 or not self.grow(depth):
            table = self.random.choice(TABLES)
            only = "ONLY " if table == "family" and self.chance(0.2) else ""
            return Relation(alias, is_t1=table == "t1", key=table == "t1"), Fragment(
                "item", [only, table, " ", alias]
            )
        if roll < 0.62:
            rows = [
                "(%d, %s, %s, %s)"
                % (
                    i,
                    self.pick("0.5", "NULL", "-1", "2"),
                    self.pick("0", "NULL", "3"),
                    self.pick("'u'", "'v'", "NULL"),
                )
                for i in range(1, self.random.randint(2, 4))
            ]
            rows[0] = "(1, 0.5::float8, 1::numeric, 'w'::text)"
            names = self.pick("id, a, b, c", "id, b, a, c")
            return Relation(alias), Fragment(
                "item", ["(VALUES ", ", ".join(rows), ") ", alias, " (", names, ")"]
            )
        if roll < 0.67:
            return Relation(alias, is_t1=True), Fragment(
                "item", [self.pick("rows_sql() ", "rows_pl() "), alias]
            )
        if roll < 0.7:
            return Relation(alias), Fragment(
                "item",
                ["(letters ", alias, "_l JOIN t1 ", alias, "_r USING (id, a, b, c)) AS ", alias],
            )
        lateral = lateral and self.chance(0.5)
        query = self.row_query(scope if lateral else scope[:-1], depth - 1)
        return Relation(alias), Fragment(
            "item", ["LATERAL " if lateral else "", "(", query, ") ", alias]
        )

    def source(self, scope, depth, count):
        """FROM of `count` relations -> (relations, text)"""
        relations, parts = [], []
        inner = scope + [relations]
        for number in range(count):
            fenced = count - number >= 2 and number > 0 and self.chance(0.3)
            if number == 0:
                relation, text = self.item(inner, depth, False)
                relations.append(relation)
                parts.append(text)
                continue
            if self.chance(0.2):
                relation, text = self.item(inner, depth, True)
                relations.append(relation)
                parts += [self.pick(" CROSS JOIN ", " CROSS JOIN "), text]
                continue
            kind = self.pick("JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")
            lateral = kind in ("JOIN", "LEFT JOIN")
            left = list(relations)
            if fenced:
                right, text = self.source(scope, depth - 1, 2)
                text = Fragment("item", ["(", Fragment("from", text.parts[1:]), ")"])
            else:
                relation, text = self.item(inner, depth, lateral)
                right = [relation]
            own, other = self.random.choice(right), self.random.choice(left)
            relations += right
            if kind == "FULL JOIN":
                condition = self.pick(
                    [own.alias, ".id = ", other.alias, ".id"],
                    ["predict('first', ", own.alias, ") = predict('first', ", other.alias, ")"],
                )
            elif self.chance(0.6):
                condition = [own.alias, ".id = ", other.alias, ".id"]
                if self.chance(0.4):
                    condition += [" AND ", self.boolean(scope + [relations], depth - 1)]
            else:
                condition = [self.boolean(scope + [relations], depth - 1)]
            parts += [
                " ",
                kind,
                " ",
                text,
                " ON ",
                Fragment("bool", condition, None if kind == "FULL JOIN" else "true"),
            ]
        return relations, Fragment("from", [" FROM "] + parts)

    # ---- queries

    def row_query(self, scope, depth):
        """A query that gives id, a, b, c in some order."""
        if self.grow(depth) and self.chance(0.15):
            parts = []
            for number in range(2):
                relations, source = self.source(scope, depth - 1, 1)
                inner = scope + [relations]
                parts.append(
                    Fragment(
                        "query",
                        [
                            "SELECT ",
                            relations[0].alias,
                            ".id::int AS id, ",
                            self.number(inner, depth - 1),
                            " AS a, ",
                            self.number(inner, depth - 1),
                            " AS b, ",
                            self.text(inner, depth - 1),
                            " AS c",
                            source,
                            self.where(inner, depth - 1),
                        ],
                    )
                )
            return Fragment(
                "query",
                join(
                    self.pick(" UNION ALL ", " UNION ALL ", " UNION ", " EXCEPT ", " INTERSECT "),
                    parts,
                ),
            )
        relations, source = self.source(scope, depth - 1, self.pick(1, 1, 1, 2) if depth > 0 else 1)
        inner = scope + [relations]
        if self.chance(0.12):
            key = self.random.choice(relations).alias
            return Fragment(
                "query",
                [
                    "SELECT ",
                    key,
                    ".id, sum(",
                    self.number(inner, depth - 1),
                    ") AS a, max(",
                    self.number(inner, depth - 1),
                    ") AS b, min(",
                    self.text(inner, 0),
                    ") AS c",
                    source,
                    self.where(inner, depth - 1),
                    " GROUP BY ",
                    key,
                    ".id",
                ],
            )
        columns = {
            "id": [self.column([relations], "id")],
            "a": [
                self.column([relations], "a", "b")
                if self.chance(0.6)
                else self.number(inner, depth - 1)
            ],
            "b": [
                self.column([relations], "a", "b")
                if self.chance(0.6)
                else self.number(inner, depth - 1)
            ],
            "c": [
                self.column([relations], "c") if self.chance(0.7) else self.text(inner, depth - 1)
            ],
        }
        names = list(columns)
        self.random.shuffle(names)
        listed = join(", ", [Fragment("column", columns[name] + [" AS ", name]) for name in names])
        extra = (
            [", ", self.random.choice(relations).alias, " AS whole"] if self.chance(0.05) else []
        )
        end = self.pick(
            "", "", "", " OFFSET 0", " ORDER BY 1, 2, 3, 4 LIMIT %d" % self.random.randint(1, 6)
        )
        distinct = "DISTINCT " if not extra and self.chance(0.08) else ""
        return Fragment(
            "query",
            ["SELECT ", distinct]
            + listed
            + extra
            + [source, self.where(inner, depth), end if not extra else ""],
        )

    def select_list(self, scope, depth, count):
        return [
            self.number(scope, depth)
            if self.chance(0.6)
            else self.text(scope, depth)
            if self.chance(0.6)
            else self.boolean(scope, depth)
            for _ in range(count)
        ]

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

    def change(self):
        """A statement that changes rows and returns them."""
        self.count = 0
        self.budget = 10
        table = self.pick("t1", "t2", "parts", "family", "guarded")
        alias = self.alias()
        own = [Relation(alias, is_t1=table == "t1")]
        scope = [own]
        roll = self.random.random()
        returned = join(", ", self.select_list(scope, 1, 2))
        if roll < 0.4:
            parts = [
                "UPDATE ",
                table,
                " ",
                alias,
                " SET ",
                self.pick("a", "b"),
                " = ",
                Fragment("num", ["round((", self.number(scope, 2), ")::numeric)"], "1"),
                self.where(scope, 2),
                " RETURNING ",
            ] + returned
        elif roll < 0.55:
            other = self.alias()
            both = [own + [Relation(other, is_t1=True)]]
            parts = [
                "UPDATE ",
                table,
                " ",
                alias,
                " SET a = round((",
                self.number(both, 1),
                ")::numeric) FROM t1 ",
                other,
                " WHERE ",
                other,
                ".id = ",
                alias,
                ".id AND ",
                self.boolean(both, 1),
                " RETURNING ",
            ] + join(", ", self.select_list(both, 1, 2))
        elif roll < 0.8:
            parts = [
                "DELETE FROM ",
                table,
                " ",
                alias,
                self.where(scope, 2),
                " RETURNING ",
            ] + returned
        elif roll < 0.9:
            parts = [
                "INSERT INTO t1 AS ",
                alias,
                " (id, a, b, c) VALUES (3, 1, 2, 'u'), (103, NULL, 2, 'v') ON CONFLICT (id)",
                " DO UPDATE SET a = predict('first', excluded), b = predict('lin', ",
                alias,
                ") RETURNING ",
            ] + returned
        else:
            inner = self.random.choice(
                [" SET a = round((predict('lin', %s))::numeric)" % alias, " SET b = a, a = b"]
            )
            parts = [
                "WITH u AS (UPDATE ",
                table,
                " ",
                alias,
                inner,
                self.where(scope, 1),
                " RETURNING id, a, b, c) SELECT ",
            ]
            parts += join(", ", self.select_list([[Relation("u")]], 1, 2)) + [" FROM u"]
        return Fragment("query", parts)
