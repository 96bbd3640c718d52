#!/usr/bin/env python3
"""Who may include whom. Reads the #include lines of src/ and fails on every one that the table
below does not allow, on PostgreSQL headers outside src/pg and src/oracle, on a family of formats
that includes another one, and on <regex> and <iostream>."""
import pathlib
import re
import sys

ALLOWED = {
    "base": {"base"},
    "model": {"base", "model"},
    "formats": {"base", "model", "formats"},
    # plan/compile reads the IR; plan_layout and plan are what kernels see.
    "plan": {"base", "model", "plan"},
    "kernels": {"base", "model", "plan", "kernels"},
    "explain": {"base", "model", "plan", "kernels", "explain"},
    "registry": {"base", "model", "plan", "kernels", "explain", "registry"},
    "metrics": {"base", "metrics"},
    "oracle": {"base", "oracle", "pg"},
}
CORE = {"base", "model", "formats", "plan", "kernels", "explain", "registry", "metrics"}
PG = {
    "boundary": {"pg", "boundary", "compat"},
    "compat": {"pg", "compat"},
    "store": {"pg", "boundary", "compat", "store"},
    # resolve.hpp: a name becomes the key that its plan has in shared memory, and the plan itself.
    # The store never looks back.
    "catalog": {"pg", "boundary", "compat", "store", "catalog"},
    "nodes": {"pg", "compat", "nodes"},
    "row": {"pg", "boundary", "compat", "row"},
    "scoring": {"pg", "boundary", "compat", "nodes", "store", "catalog", "row", "scoring"},
    "dependents": {"pg", "boundary", "compat", "catalog", "scoring", "dependents"},
    "planner": {
        "pg",
        "boundary",
        "compat",
        "nodes",
        "store",
        "catalog",
        "row",
        "scoring",
        "planner",
    },
    "registry": {"pg", "boundary", "compat", "store", "catalog", "row", "dependents", "registry"},
    "metrics": {"pg", "boundary", "compat", "metrics"},
    "explain": {"pg", "boundary", "compat", "store", "catalog", "registry", "explain"},
    "evaluate": {"pg", "boundary", "compat", "store", "catalog", "registry", "evaluate"},
    "pg": {"pg", "boundary", "compat", "store", "catalog", "planner"},
}
# Files in plan/ and model/ that kernels may not see: they must stay independent of the IR's graph.
KERNEL_FORBIDDEN = {"plan/compile.hpp", "model/builder.hpp"}
# Folders of formats/ that are no family: what families share.
SHARED = {"wire", "graph"}
# They list the formats.
THE_DOOR = {"formats/format_table.cpp"}
SERVER_HEADER = re.compile(
    r"^(postgres\.h|fmgr\.h|funcapi\.h|miscadmin\.h|"
    r"(access|catalog|commands|common|datatype|executor|foreign|lib|libpq|mb|nodes|optimizer|"
    r"parser|port|postmaster|replication|rewrite|storage|tcop|tsearch|utils)/.*\.h)$"
)
BANNED = {"regex", "iostream"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def layer(path):
    """pg/store/x.cpp -> ("pg", "store"), pg/x.cpp -> ("pg", "pg"), base/x.hpp -> ("base", None)"""
    parts = path.split("/")
    if parts[0] != "pg":
        return parts[0], None
    return "pg", parts[1] if len(parts) > 2 else "pg"


def family(path):
    """formats/onnx/operators/linear.cpp -> "onnx"; None for what families share"""
    parts = path.split("/")
    return parts[1] if parts[0] == "formats" and len(parts) > 2 and parts[1] not in SHARED else None


def complaint(file, quote, header):
    top, part = layer(file)
    if header in BANNED:
        return "<%s> is not used in src" % header
    if SERVER_HEADER.match(header) and not (top == "pg" or top == "oracle"):
        return "PostgreSQL headers belong to src/pg only"
    if quote != '"' or SERVER_HEADER.match(header):
        return None
    if not (ROOT / header).exists():
        return "includes start at src/: no file src/" + header
    other, other_part = layer(header)
    if top == "pg":
        if other == "pg" and other_part not in PG[part]:
            return "pg/%s may not include pg/%s" % (part, other_part)
        if other not in CORE | {"pg"}:
            return "pg may not include " + other
        return None
    if top not in ALLOWED:
        return "src/%s is not in the table of check_layers.py" % top
    if other not in ALLOWED[top]:
        return "%s may not include %s" % (top, other)
    if family(header) not in (None, family(file)) and file not in THE_DOOR:
        return "only the table of formats may include a family's headers"
    if top == "kernels" and header in KERNEL_FORBIDDEN:
        return "kernels know the plan, not how it is made"
    return None


ROOT = pathlib.Path(__file__).resolve().parents[2] / "src"


def main():
    complaints = []
    files = sorted(p for p in ROOT.rglob("*") if p.suffix in (".cpp", ".hpp"))
    for path in files:
        file = path.relative_to(ROOT).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            why = match and complaint(file, *match.groups())
            if why:
                complaints.append("src/%s:%d: %s: %s" % (file, number, line.strip(), why))
    print("\n".join(complaints) or "layers: %d files, every include allowed" % len(files))
    return 1 if complaints or not files else 0


sys.exit(main())
