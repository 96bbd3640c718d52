"""python3 -m pgscore_export MODEL.joblib MODEL.json"""
import sys

from . import export


def main(arguments):
    if len(arguments) != 2:
        sys.exit("usage: python3 -m pgscore_export MODEL.joblib MODEL.json")
    import joblib

    export(joblib.load(arguments[0]), arguments[1])


if __name__ == "__main__":
    main(sys.argv[1:])
