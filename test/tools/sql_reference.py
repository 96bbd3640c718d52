#!/usr/bin/env python3
"""docs/sql-reference.md from the CREATE and COMMENT ON statements of sql/install.

    sql_reference.py           fails when the page is not what the statements say
    sql_reference.py --write   writes it
"""
import csv
import pathlib
import re
import sys
import textwrap

TOP = pathlib.Path(__file__).resolve().parents[2]
PAGE = TOP / "docs" / "sql-reference.md"
HEAD = """# SQL reference

<!-- made by test/tools/sql_reference.py from sql/install -->

Functions of the schema `pgscore`, but the scoring functions and metrics, which are where
`CREATE EXTENSION` was told to put them. The `model` of the scoring functions is a text ('credit',
'credit@champion') or a `model_version` ('credit@3'); their `input` a row, a jsonb object, an
array, or the values of the features.
"""


def literal(text):
    """The value of adjacent SQL literals."""
    return "".join(part.replace("''", "'") for part in re.findall(r"'((?:[^']|'')*)'", text))


def wrapped(text):
    return "\n".join(textwrap.wrap(text, 100, break_long_words=False, break_on_hyphens=False))


def scoring_functions(sql):
    """Those that the script makes in a loop, from its list: (signature, comment)"""
    entries = r"\('(predict\w*)', '([^']*)', '([^']*)',\s*((?:'(?:[^']|'')*'\s*)+)\)"
    for name, more, result, comment in re.findall(entries, sql):
        signature = '%s(model, %sVARIADIC input "any") RETURNS %s' % (name, more, result)
        yield signature, literal(comment).removeprefix("score: ")
    for signature, comment in functions(sql):
        # Of the four forms that a threshold has, one.
        if "model text, input record" in signature:
            signature = signature.replace("model text, input record", "model, input")
            yield signature, comment.removeprefix("score: ")


def entries_of(sql, name, count):
    """The entries, of `count` literals each, of a list that the script makes things from."""
    text = r"((?:'(?:[^']|'')*'\s*)+)"
    rows = re.search(r"\b%s \([\w, ]*\) AS \(VALUES(.*?)\n        \)" % name, sql, re.S).group(1)
    for entry in re.findall(r"\(" + r",\s*".join([text] * count) + r"\)", rows):
        yield [literal(part) for part in entry]


def metrics(sql):
    """The functions and aggregates that the script makes from its lists: (signature, comment)"""
    arguments_of = {name: text for name, _, text in entries_of(sql, "families", 3)}
    for family, _, name, result, comment in entries_of(sql, "metrics", 5):
        arguments = arguments_of[family].replace(" anyelement", "").replace(" anycompatible", "")
        yield "%s(%s [, weight float8]) RETURNS %s" % (name, arguments, result), comment
    for name, arguments, result, comment in entries_of(sql, "plain", 4):
        yield "%s(%s) RETURNS %s" % (name, arguments, result), comment


def types(sql):
    """Those of the records that metrics return: (name, comment, [(column, comment)])"""
    for name, columns, comment, comments in entries_of(sql, "types", 4):
        comments = next(csv.reader([comments.strip("{}")]))
        columns = [column.split()[0].strip('"') for column in columns.split(", ")]
        yield name, comment, list(zip(columns, comments))


def functions(sql):
    """(signature, comment) of the functions for people, in the order of the scripts"""
    object_name = r"(?:pgscore|@extschema@)\.(\w+)"
    create = (
        r"CREATE FUNCTION " + object_name + r"\(([^;]*?)\)\s+RETURNS ([^;]*?)\s+(?:AS|LANGUAGE)\b"
    )
    created = {}
    for name, arguments, result in re.findall(create, sql, re.S):
        arguments = arguments.replace(" %1$s", "").replace(" anyelement", "")
        arguments = re.sub(r"\s+", " ", arguments.replace("@extschema@.", "")).strip()
        result = re.sub(r"\s+", " ", result.replace("@extschema@.", "")).strip()
        created.setdefault(name, []).append("%s(%s) RETURNS %s" % (name, arguments, result))
    comment = (
        r"COMMENT ON FUNCTION\s+"
        + object_name
        + r"\([^;]*?\) IS\s*((?:'(?:[^']|'')*'\s*)+)(?:;|\$sql\$)"
    )
    for name, text in re.findall(comment, sql, re.S):
        text = literal(text)
        if not re.match(r"I/O|aggregate:|trigger|event trigger|planner|what \w+ makes of", text):
            yield created[name].pop(0), text


def views(sql):
    """(name, comment, [(column, comment)])"""
    texts = r"IS\s*((?:'(?:[^']|'')*'\s*)+);"
    for name, text in re.findall(r"COMMENT ON VIEW pgscore\.(\w+) " + texts, sql):
        columns = re.findall(r"COMMENT ON COLUMN pgscore\.%s\.(\w+) %s" % (name, texts), sql)
        yield name, literal(text), [(column, literal(comment)) for column, comment in columns]


def section(title, entries):
    lines = ["", "## " + title, ""]
    for signature, comment in entries:
        call, result = signature.rsplit(" RETURNS ", 1)
        lines += ["### `%s`" % call.split("(")[0], "", "```sql"]
        lines += textwrap.wrap(call + " → " + result, 98, subsequent_indent="    ")
        lines += ["```", "", wrapped(comment[0].upper() + comment[1:] + "."), ""]
    return lines[:-1]


def tables(entries):
    """Of columns, with their comments."""
    lines = []
    for name, comment, columns in entries:
        lines += ["", "### `%s`" % name, "", wrapped(comment[0].upper() + comment[1:] + "."), ""]
        lines += ["| column | |", "|---|---|"]
        lines += ["| `%s` | %s |" % (column, text.replace("|", "\\|")) for column, text in columns]
    return lines


def page():
    read = {
        path.name[:2]: path.read_text(encoding="utf-8") for path in (TOP / "sql/install").iterdir()
    }
    lines = HEAD.rstrip("\n").split("\n")
    lines += section("Scores", scoring_functions(read["40"]))
    lines += section("Metrics", metrics(read["50"]))
    lines += ["", "## Records that metrics return"] + tables(types(read["50"]))
    contributions = [*scoring_functions(read["55"])]
    lines += section("Explanations", contributions + [*functions(read["55"])])
    lines += section("Evaluation", functions(read["58"]))
    lines += section("Registry", functions(read["30"]))
    lines += section("Monitoring", functions(read["60"] + read["65"]))
    made = "".join(read[part] for part in ("55", "58", "65", "70", "75"))
    lines += ["", "## Views"] + tables(views(made))
    return "\n".join(lines) + "\n"


def main():
    text = page()
    if "--write" in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print("sql_reference: docs/sql-reference.md is not what sql/install says:", end=" ")
        print("run test/tools/sql_reference.py --write")
        return 1
    print(
        "sql reference: %d functions, %d views and records"
        % (text.count("```sql"), text.count("| column |"))
    )
    return 0


sys.exit(main())
