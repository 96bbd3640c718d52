#!/usr/bin/env python3
"""Which public declarations of src say what they take and give.

    contracts.py            prints the share, by folder
    contracts.py --list     and the declarations without a word

A declaration is a function of a header at namespace scope, or in the public part of a class. It
says something when a comment stands above it, above the group of declarations that it is in (no
blank line between), or behind it. The definition of a template whose declaration stands further up
is no second declaration.
"""
import collections
import pathlib
import re
import sys

SRC = pathlib.Path(__file__).resolve().parents[2] / "src"
DECLARATION = re.compile(
    r"^( {0,2})(?!return|if|for|while|switch|using|#|//|}|static_assert|else|__attribute__)"
    r"[\w\[:<~][^=]*\("
)
SPECIAL = re.compile(r"= (delete|default);|operator=|^\s*~|^\s*explicit \w+\(\w*\)")


def declarations(path):
    """(line number, text, documented)"""
    hidden, documented, depth_class = False, False, []
    lines = path.read_text(encoding="utf-8").split("\n")
    number, declared = 0, set()
    while number < len(lines):
        line = lines[number]
        number += 1
        stripped = line.strip()
        if re.match(r"(class|struct) \w+.*\{", stripped):
            depth_class.append(hidden)
            hidden = stripped.startswith("class")
            documented = False
        elif stripped == "};" and depth_class:
            hidden = depth_class.pop()
            documented = False
        elif stripped in ("public:", "private:", "protected:"):
            hidden = stripped != "public:"
            documented = False
        elif not stripped:
            documented = False
        elif stripped.startswith("//"):
            documented = True
        elif DECLARATION.match(line) and not SPECIAL.search(line) and not hidden:
            first, text = number, line
            while not re.search(r"[;{}]\s*(//.*)?$", text) and number < len(lines):
                text += " " + lines[number].strip()
                number += 1
            name = (len(depth_class), re.split(r"\s*[;{]", text.strip())[0])
            if text.endswith(";") or name not in declared:
                yield first, text.strip(), documented or "//" in text
            if text.endswith(";"):
                declared.add(name)
            # The body of an inline function.
            level = text.count("{") - text.count("}")
            while level > 0 and number < len(lines):
                level += lines[number].count("{") - lines[number].count("}")
                number += 1


def main():
    counts = collections.defaultdict(lambda: [0, 0])
    for path in sorted(SRC.rglob("*.hpp")):
        folder = "/".join(path.relative_to(SRC).parts[:-1][:2])
        for number, text, documented in declarations(path):
            counts[folder][0] += documented
            counts[folder][1] += 1
            if "--list" in sys.argv and not documented:
                print("src/%s:%d: %s" % (path.relative_to(SRC), number, text[:90]))
    said, all_of_them = (sum(count[i] for count in counts.values()) for i in (0, 1))
    if "--list" in sys.argv:
        for folder, (some, total) in sorted(counts.items()):
            print("%-22s %4d of %4d" % (folder, some, total))
    print(
        "contracts: %d of %d public declarations say what they take and give (%d %%)"
        % (said, all_of_them, 100 * said // all_of_them)
    )
    return 0


sys.exit(main())
