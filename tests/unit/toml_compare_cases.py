#!/usr/bin/env python3
"""Makes what toml_compare_test holds the TOML parser against: documents, right
and wrong ones, with what Python's tomllib makes of each.

    toml_compare_cases.py DIRECTORY

DIRECTORY/cases is a row of records: a byte for what has to happen (R: refused,
A: accepted, with the tree as below; L: refused, as it has what is left out; D:
either, as it is nested too deep), then the document and the tree as JSON, each
behind its length, 4 bytes. Without tomllib (Python before 3.11) it is empty.
"""
import datetime
import json
import pathlib
import random
import struct
import sys

try:
    import tomllib
except ImportError:
    tomllib = None

SEED = 20240229
RANDOM_COUNT = 9000
MUTANT_COUNT = 15000
DEPTH_MAX = 8

KEYS = ["a", "b", "c", '"a"', "'b'", '"\\u0061"', "a-1", "_", "1", '""', '"a.b"', "é"]
SCALARS = [
    "1", "0", "-0", "+7", "1_000", "0xdead_beef", "0o755", "0b1_0", "-9223372036854775808",
    "9223372036854775807", "0x7fffffffffffffff", "true", "false", '""', "''", '"x"', "'x\\n'",
    '"\\b\\t\\n\\f\\r\\"\\\\"', '"\\u00e9\\U0001F600"', '"é€😀"', '"""\nx\n"""', "'''\nx\n'''",
    '"""a\\\n   b"""', '"""a\\  \n\n  b"""', '""""a"""""', "''''a'''''", '"""\\""""', '"#"', "'\t'",
    "[]", "{}", "[ ]", "{ }",
]
WRONG = [
    "01", "1_", "_1", "1__0", "0x", "0x_1", "0X1", "+0x1", "0b2", "0o8", "1e5", "1.5", "inf",
    "-nan", "9223372036854775808", "-9223372036854775809", "1979-05-27", "07:32:00",
    "1979-05-27T07:32:00Z", "1979-05-27 07:32:00", "True", "tru", "truex", "", '"', "'", '"\\x"',
    '"\\ud800"', '"\\U00110000"', '"\\u12"', '"\n"', '"a\\\nb"', '"""', "'''a''", '"a" "b"', "1 2",
    "[1", "[1,,2]", "[,]", "{a=1,}", "{a=1", "{a=1\n}", "{,}", "{a}", "{a=1 b=2}", "x", "[1 2]",
    '"""a\\ b"""', '""""""""', "0_1", "--1", "1.", ".5", "1e", "1:2", "1-2", "0e0", "0.0_1",
]
PIECES = [
    "[", "]", "[[", "]]", "=", ".", '"', "'", '"""', "'''", "\\", "\\u00e9", "\n", "\r\n", "\r",
    "#", ",", "{", "}", "_", "0x", "+", "-", "1.5", " ", "\t", "é", "\x7f", "\0", "\x0b", "\x1f",
    "\u2028", "\u0085", "\ufeff", "a", "b = 1\n", "[a]\n", "[[a]]\n", "a.b = 1\n", "a = {}\n",
    "\\ \n", "\\\n", "e5", "0", "true",
]


def blank(dice):
    return dice.choice(["", "", " ", "  ", "\t"])


def space(dice):
    return dice.choice(["", "", " ", "\n", "\r\n", " # x, ]\n", "\n\n"])


def key(dice, keys):
    dot = blank(dice) + "." + blank(dice)
    return dot.join(dice.choice(keys) for _ in range(dice.choice([1, 1, 1, 2, 2, 3])))


def value(dice, keys, depth=0):
    kind = dice.random()
    if kind < 0.04:
        return dice.choice(WRONG)
    if kind < 0.7 or depth == 4:
        return dice.choice(SCALARS)
    items = range(dice.randrange(4))
    if kind < 0.85:
        texts = [space(dice) + value(dice, keys, depth + 1) + space(dice) for _ in items]
        return "[" + ",".join(texts) + ("," if texts and dice.random() < 0.3 else "") + "]"
    pairs = [blank(dice) + pair(dice, keys, depth + 1) + blank(dice) for _ in items]
    return "{" + ",".join(pairs) + "}"


def pair(dice, keys, depth=0):
    return key(dice, keys) + blank(dice) + "=" + blank(dice) + value(dice, keys, depth)


def statement(dice, keys):
    kind = dice.random()
    if kind < 0.3:
        return "[" + blank(dice) + key(dice, keys) + blank(dice) + "]"
    if kind < 0.45:
        return "[[" + blank(dice) + key(dice, keys) + blank(dice) + "]]"
    if kind < 0.5:
        return "# é"
    return pair(dice, keys)


def document(dice):
    keys = dice.sample(KEYS, dice.choice([1, 2, 3, 3, len(KEYS)]))
    lines = []
    for _ in range(dice.randrange(1, 9)):
        end = dice.choice(["\n", "\n", "\n", "\r\n", " # x\n", "\n\n"])
        lines.append(blank(dice) + statement(dice, keys) + blank(dice) + end)
    text = "".join(lines)
    return text.rstrip("\n") if dice.random() < 0.2 else text


def mutate(dice, data):
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(data) + 1)
        end = min(len(data), at + dice.randrange(1, 6))
        kind = dice.randrange(5)
        if kind == 0:
            data = data[:at] + data[end:]
        elif kind == 1:
            data = data[:at] + dice.choice(PIECES).encode() + data[at:]
        elif kind == 2:
            data = data[:at] + dice.choice(PIECES).encode() + data[end:]
        elif kind == 3:
            data = data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]
        else:
            lines = data.splitlines(keepends=True)
            dice.shuffle(lines)
            data = b"".join(lines)
    return data


def depth(tree):
    if isinstance(tree, dict):
        return 1 + max(map(depth, tree.values()), default=0)
    if isinstance(tree, list):
        return 1 + max(map(depth, tree), default=0)
    return 0


def left_out(tree):
    if isinstance(tree, dict):
        return any(map(left_out, tree.values()))
    if isinstance(tree, list):
        return any(map(left_out, tree))
    if isinstance(tree, (float, datetime.date, datetime.time)):
        return True
    return isinstance(tree, int) and not -(2**63) <= tree < 2**63


def record(data):
    try:
        tree = tomllib.loads(data.decode())
    except ValueError:
        kind, text = b"R", b""
    else:
        kind, text = b"A", b""
        if left_out(tree):
            kind = b"L"
        elif depth(tree) > DEPTH_MAX:
            kind = b"D"
        else:
            text = json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()
    return kind + struct.pack("<I", len(data)) + data + struct.pack("<I", len(text)) + text


def main():
    folder = pathlib.Path(sys.argv[1])
    dice = random.Random(SEED)
    with open(folder / "cases", "wb") as cases:
        if tomllib is None:
            return
        samples = pathlib.Path(__file__).parents[2].glob("h5-multivcpu/samples/**/*.toml")
        seeds = [sample.read_bytes() for sample in sorted(samples)]
        for text in SCALARS + WRONG:
            seeds.append(f"a = {text}\n".encode())
        for _ in range(RANDOM_COUNT):
            seeds.append(document(dice).encode())
        for seed in seeds:
            cases.write(record(seed))
        for _ in range(MUTANT_COUNT):
            cases.write(record(mutate(dice, dice.choice(seeds))))


main()
