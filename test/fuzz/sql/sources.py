"""Random things in FROM: tables, joins, sub-selects that give id, a, b, c."""

from expressions import Expressions
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


class Sources(Expressions):
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
        if lateral and self.chance(0.3):
            given = self.row(scope, 0)
            if given is not None:
                return Relation(alias), Fragment(
                    "item",
                    [
                        "LATERAL (SELECT e.rank AS id, e.contribution AS a, e.contribution AS b, "
                        "e.feature AS c FROM explain(%s, "
                        % self.pick("'lin'", "'lin@2'", "'first'"),
                        given,
                        ") e) ",
                        alias,
                    ],
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
            condition = self.join_condition(kind, own, other, scope + [relations], depth)
            parts += [
                " ",
                kind,
                " ",
                text,
                " ON ",
                Fragment("bool", condition, None if kind == "FULL JOIN" else "true"),
            ]
        return relations, Fragment("from", [" FROM "] + parts)

    def join_condition(self, kind, own, other, scope, depth):
        same_id = [own.alias, ".id = ", other.alias, ".id"]
        if kind == "FULL JOIN":
            return self.pick(
                same_id,
                ["predict('first', ", own.alias, ") = predict('first', ", other.alias, ")"],
            )
        if not self.chance(0.6):
            return [self.boolean(scope, depth - 1)]
        if self.chance(0.4):
            return same_id + [" AND ", self.boolean(scope, depth - 1)]
        return same_id

    def row_query(self, scope, depth):
        """A query that gives id, a, b, c in some order."""
        if self.grow(depth) and self.chance(0.15):
            return self.rows_of_two(scope, depth)
        relations, source = self.source(scope, depth - 1, self.pick(1, 1, 1, 2) if depth > 0 else 1)
        inner = scope + [relations]
        if self.chance(0.12):
            return self.sums(relations, source, inner, depth)
        return self.projection(relations, source, inner, depth)

    def rows_of_two(self, scope, depth):
        """UNION and the like of two queries."""
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

    def sums(self, relations, source, inner, depth):
        """A row for each id."""
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

    def projection(self, relations, source, inner, depth):
        """Columns in any order."""
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
