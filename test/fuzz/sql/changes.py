"""Random statements that change rows and return them."""

from fragments import Fragment, Relation, join
from sources import Sources


class Changes(Sources):
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
            parts = self.update(table, alias, scope) + returned
        elif roll < 0.55:
            parts = self.joined_update(table, alias, own)
        elif roll < 0.8:
            where = self.where(scope, 2)
            parts = ["DELETE FROM ", table, " ", alias, where, " RETURNING "] + returned
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
            parts = self.update_in_with(table, alias, scope)
        return Fragment("query", parts)

    def update(self, table, alias, scope):
        return [
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
        ]

    def joined_update(self, table, alias, own):
        other = self.alias()
        both = [own + [Relation(other, is_t1=True)]]
        return [
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

    def update_in_with(self, table, alias, scope):
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
        return parts
