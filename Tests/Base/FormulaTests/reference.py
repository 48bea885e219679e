"""What formulas are worth, computed with 50 digits by mpmath, or read by SymPy.

    reference.py functions SEED COUNT      each function alone, COUNT points for each part of its domain
    reference.py expressions SEED COUNT    COUNT random formulas over every rule of the grammar
    reference.py sympy SEED COUNT          COUNT random formulas as SymPy reads them
    reference.py exact SEED COUNT          COUNT random formulas of whole numbers alone, computed with fractions

Prints one JSON object a line: formula, symbols, inputs, and values as pairs of doubles whose sum is the value. A
`bound` is how far a correct result may be away: what the rounding of each operation can do, carried through the
operations behind it by evaluating them at the ends of what they may be given.
"""
import itertools
import json
import math
import random
import sys
from fractions import Fraction

import mpmath as mp

mp.mp.dps = 50


class Refused(Exception):
    """A formula that is no use as a test: not real, too large, or undecided within its rounding."""


def pair(value):
    high = float(value)
    return [high, float(value - mp.mpf(high))]


def real(value):
    if isinstance(value, mp.mpc):
        if value.imag != 0:
            raise Refused("complex")
        value = value.real
    value = mp.mpf(value)
    if not mp.isfinite(value) or abs(value) > mp.mpf("1e250") or (value != 0 and abs(value) < mp.mpf("1e-250")):
        raise Refused("beyond doubles")
    return value


def ulp(value):
    return mp.mpf(math.ulp(float(value)))


# Each function: how it is computed, and whether it is elementary (2 ulp) or special (1e-12, or 4 ulp of the argument).

def floor_mod(x, y):
    if y == 0:
        raise Refused("modulo zero")
    return x - y * mp.floor(x / y)


def principal_power(x, y):
    if x < 0 and y != mp.floor(y):
        raise Refused("complex")
    if x == 0 and y < 0:
        raise Refused("pole")
    return mp.power(x, y)


def real_root(x, n):
    if x < 0:
        if n != mp.floor(n) or int(n) % 2 == 0:
            raise Refused("complex")
        return -mp.power(-x, 1 / n)
    return principal_power(x, 1 / n)


def loggamma(x):
    if x <= 0:
        raise Refused("complex")
    return mp.loggamma(x)


def bessel(function):
    def value(order, x):
        if x < 0 and order != mp.floor(order):
            raise Refused("complex")
        if x == 0 and (order < 0 or function in (mp.bessely, mp.besselk)):
            raise Refused("pole")
        return function(order, x)
    return value


def binomial(n, k):
    if n < 0 and n == mp.floor(n) and k != mp.floor(k):
        raise Refused("pole")
    if k < 0 and k == mp.floor(k):
        if n < 0 and n == mp.floor(n):
            raise Refused("pole")
        return mp.mpf(0)
    if k == mp.floor(k) and n < 0:
        product = mp.mpf(1)
        for i in range(int(k)):
            product *= (n - i) / (i + 1)
        return product
    return mp.binomial(n, k)


def inside(function, low, high):
    def value(x):
        if not low <= x <= high:
            raise Refused("outside of the domain")
        return function(x)
    return value


def outside_one(function):
    def value(x):
        if abs(x) < 1:
            raise Refused("outside of the domain")
        return function(x)
    return value


def logarithm(x, base=mp.e):
    if x <= 0 or base <= 0 or base == 1:
        raise Refused("outside of the domain")
    return mp.log(x) / mp.log(base) if base != mp.e else mp.log(x)


ELEMENTARY = {
    "exp": mp.exp, "log": logarithm, "ln": logarithm,
    "log2": lambda x: logarithm(x, mp.mpf(2)), "log10": lambda x: logarithm(x, mp.mpf(10)),
    "sqrt": lambda x: principal_power(x, mp.mpf("0.5")), "cbrt": lambda x: principal_power(x, 1 / mp.mpf(3)),
    "root": lambda x, n: principal_power(x, 1 / n), "real_root": real_root,
    "Abs": abs, "abs": abs, "Mod": floor_mod,
    "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "asin": inside(mp.asin, -1, 1), "acos": inside(mp.acos, -1, 1),
    "atan": mp.atan, "atan2": mp.atan2, "sec": mp.sec, "csc": mp.csc, "cot": mp.cot,
    "asec": outside_one(mp.asec), "acsc": outside_one(mp.acsc), "acot": lambda x: mp.atan(1 / x) if x else mp.pi / 2,
    "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh, "asinh": mp.asinh, "acosh": inside(mp.acosh, 1, mp.inf),
    "atanh": inside(mp.atanh, -1, 1), "sech": mp.sech, "csch": mp.csch, "coth": mp.coth,
    "asech": inside(mp.asech, 0, 1), "acsch": mp.acsch, "acoth": outside_one(mp.acoth),
    "deg": mp.degrees, "rad": mp.radians, "hypot": mp.hypot,
    "sinc": lambda x: mp.sin(x) / x if x else mp.mpf(1),
    "re": lambda x: x, "im": lambda x: mp.mpf(0), "conjugate": lambda x: x,
}
SPECIAL = {
    "erf": mp.erf, "erfc": mp.erfc, "erfinv": inside(mp.erfinv, -1, 1), "gamma": mp.gamma, "loggamma": loggamma,
    "digamma": mp.digamma, "beta": lambda x, y=None: mp.beta(x, x if y is None else y), "factorial": mp.factorial,
    "binomial": binomial, "besselj": bessel(mp.besselj), "bessely": bessel(mp.bessely),
    "besseli": bessel(mp.besseli), "besselk": bessel(mp.besselk),
}


def nearest_even(x):
    return mp.nint(x)


STEPS = {
    "sign": mp.sign, "floor": mp.floor, "ceiling": mp.ceil, "ceil": mp.ceil, "frac": lambda x: x - mp.floor(x),
    "round": nearest_even, "trunc": lambda x: mp.floor(x) if x >= 0 else mp.ceil(x),
    "Heaviside": lambda x, h=mp.mpf("0.5"): mp.mpf(0) if x < 0 else mp.mpf(1) if x > 0 else h,
    "DiracDelta": lambda x: mp.mpf(0),
    "KroneckerDelta": lambda a, b: mp.mpf(1 if a == b else 0),
}


def domains(rng):
    """Where each function is tried: parts of its domain, each as a maker of arguments."""
    def line(low, high):
        return lambda: rng.uniform(low, high)

    def decades(low, high, signed=True):
        def make():
            size = math.exp(rng.uniform(math.log(low), math.log(high)))
            return size * (rng.choice([-1, 1]) if signed else 1)
        return make

    def beside(value, sign=1):
        return lambda: value + sign * math.exp(rng.uniform(-36, -1))

    def whole(low, high):
        return lambda: float(rng.randint(low, high))

    wide = [[line(-10, 10)], [decades(1e-300, 1e300)]]
    def beside_zeros():
        """The double nearest to a multiple of a quarter turn."""
        with mp.workdps(400):
            return float(mp.nint(mp.mpf(decades(1, 1e300)()) / (mp.pi / 2)) * (mp.pi / 2))

    angle = [[line(-100, 100)], [decades(1e-300, 1e300)], [beside_zeros]]
    positive = [[line(0, 10)], [decades(1e-300, 1e300, False)], [beside(1)], [beside(1, -1)]]
    unit = [[line(-1, 1)], [decades(1e-300, 1)], [beside(1, -1)], [beside(-1)]]
    outer = [[decades(1, 1e300)], [beside(1)], [beside(-1, -1)]]
    orders = [[whole(-9, 9), decades(1e-6, 100, False)], [line(-9, 9), decades(1e-3, 100, False)],
              [line(-300, 300), decades(1, 500, False)]]
    return {
        "exp": [[line(-700, 700)], [decades(1e-300, 1)]],
        "log": positive + [[decades(1e-9, 1e9, False), decades(1.5, 1e3, False)]], "ln": positive,
        "log2": positive, "log10": positive, "sqrt": positive, "cbrt": positive,
        "root": [[decades(1e-300, 1e300, False), whole(1, 9)], [line(0, 10), line(0.5, 9)]],
        "real_root": [[decades(1e-300, 1e300), lambda: float(2 * rng.randint(0, 4) + 1)]],
        "Abs": wide, "abs": wide, "sign": wide, "floor": wide, "ceiling": wide, "ceil": wide, "frac": [[line(-10, 10)]],
        "round": wide + [[lambda: rng.randint(-9, 9) + 0.5]], "trunc": wide,
        "Mod": [[line(-100, 100), line(-9, 9)], [decades(1e-9, 1e9), decades(1e-3, 1e3)]],
        "sin": angle, "cos": angle, "tan": angle, "sec": angle, "csc": angle, "cot": angle,
        "asin": unit, "acos": unit, "atan": wide, "asec": outer, "acsc": outer, "acot": wide,
        "atan2": [[line(-9, 9), line(-9, 9)], [decades(1e-100, 1e100), decades(1e-100, 1e100)]],
        "sinh": [[line(-700, 700)], [decades(1e-300, 1)]], "cosh": [[line(-700, 700)], [decades(1e-300, 1)]],
        "tanh": [[line(-20, 20)], [decades(1e-300, 1)]], "asinh": wide,
        "acosh": [[decades(1, 1e300, False)], [beside(1)]], "atanh": unit,
        "sech": [[line(-570, 570)]], "csch": [[line(-570, 570)], [decades(1e-200, 1)]],
        "coth": [[line(-20, 20)], [decades(1e-200, 1)]],
        "asech": [[decades(1e-300, 1, False)], [beside(1, -1)]], "acsch": [[decades(1e-200, 1e200)]], "acoth": outer,
        "deg": wide, "rad": wide,
        "hypot": [[line(-9, 9), line(-9, 9)], [decades(1e-200, 1e200), decades(1e-200, 1e200)]],
        "erf": [[line(-6, 6)], [decades(1e-200, 1)]], "erfc": [[line(-6, 20)]],
        "erfinv": [[line(-1, 1)], [beside(1, -1)], [decades(1e-200, 1)]],
        "gamma": [[line(-20, 0)], [line(0, 140)], [decades(1e-200, 1)]],
        "loggamma": [[line(0, 5)], [decades(1e-200, 1e200, False)], [beside(1)], [beside(2)]],
        "digamma": [[line(-20, 20)], [decades(1e-9, 1e9, False)]],
        "beta": [[line(0, 50), line(0, 50)], [line(-20, 20), line(-20, 20)], [line(0.1, 20)]],
        "factorial": [[line(-20, 130)], [whole(0, 140)]],
        "binomial": [[line(-20, 60), line(-5, 60)], [whole(0, 800), whole(0, 800)], [line(-20, 60), whole(0, 30)],
                     [whole(-30, -1), whole(0, 20)]],
        "besselj": orders + [[whole(-9, 9), line(-60, 60)]], "bessely": orders, 
        # At large orders mpmath loses more digits of it than it has here.
        "besselk": orders[:2],
        "besseli": orders + [[whole(-9, 9), line(-60, 60)]],
        "sinc": angle[:2], "Heaviside": wide + [[whole(-1, 1)], [whole(-1, 1), line(0, 1)]], "DiracDelta": wide,
        "KroneckerDelta": [[whole(0, 1), whole(0, 1)]], "re": wide, "im": wide, "conjugate": wide,
    }


def apply(name, arguments):
    """A function of exact numbers, and how far a correctly working one may be away."""
    table = next(table for table in (ELEMENTARY, SPECIAL, STEPS) if name in table)
    try:
        value = real(table[name](*arguments))
    except (ZeroDivisionError, ValueError, OverflowError, mp.libmp.NoConvergence, TypeError) as error:
        raise Refused(str(error))
    if table is ELEMENTARY:
        return value, 2 * ulp(value)
    if table is STEPS:
        return value, ulp(value)
    effect = mp.mpf(0)
    for index, argument in enumerate(arguments):
        shifted = list(arguments)
        shifted[index] = argument + ulp(argument)
        try:
            effect += abs(real(table[name](*shifted)) - value)
        except (Refused, ZeroDivisionError, ValueError):
            pass
    return value, max(mp.mpf("1e-12") * abs(value), 4 * effect)


def functions(seed, count):
    rng = random.Random(seed)
    for name, parts in domains(rng).items():
        for makers in parts:
            done = 0
            while done < count:
                arguments = [maker() for maker in makers]
                try:
                    value, bound = apply(name, [mp.mpf(x) for x in arguments])
                except Refused:
                    continue
                done += 1
                symbols = [f"x{index}" for index in range(len(arguments))]
                yield {"function": name, "formula": f"{name}({', '.join(symbols)})", "symbols": symbols,
                       "inputs": arguments, "values": [pair(value)], "bounds": [float(bound)]}


# Random formulas. A part is a text, how tightly it binds, and its value: a list of numbers with bounds, or of truths.

OR, AND, NOT, COMPARISON, BAR, AMPERSAND, SUM, PRODUCT, SIGN, POWER, ATOM = range(11)

NAMES = ["x", "y", "A:X", "A:Y", "QUAD:IN20:121:BACT", "q_grad(8)", "a-b.c", "A:B_C", "A_B:C", "E2", "S", "N", "beta_x",
         "lambda", "in", "Zähler", "1A:B", "d/dt[0]", "k l"]
ARRAY = 3


class Number:
    """Exact values with their bounds: one, or one for each element of an array."""

    def __init__(self, values, bounds, is_array=False):
        self.values, self.bounds, self.is_array = values, bounds, is_array
        # A condition in the place of a number, which no comparison takes.
        self.is_truth = False


def combine(function, *numbers):
    """A function of exact arguments, of arguments that are only nearly known."""
    is_array = any(number.is_array for number in numbers)
    values, bounds = [], []
    for index in range(ARRAY if is_array else 1):
        at = [(n.values[index if n.is_array else 0], n.bounds[index if n.is_array else 0]) for n in numbers]
        value, bound = function(*[v for v, _ in at])
        spread = mp.mpf(0)
        ends = [[v - b, v + b] if b else [v] for v, b in at]
        for corner in itertools.product(*ends):
            if corner != tuple(v for v, _ in at):
                spread = max(spread, abs(function(*corner)[0] - value))
        if spread > abs(value) * mp.mpf("1e-6"):
            raise Refused("too much is lost")
        values.append(value)
        bounds.append(bound + spread)
    return Number(values, bounds, is_array)


def decided(function):
    """A function that jumps: what it is given must lie clear of the jumps."""
    def checked(*arguments):
        is_array = any(n.is_array for n in arguments)
        values = []
        for index in range(ARRAY if is_array else 1):
            at = [(n.values[index if n.is_array else 0], n.bounds[index if n.is_array else 0]) for n in arguments]
            ends = [[v - b, v, v + b] if b else [v] for v, b in at]
            results = {function(*corner) for corner in itertools.product(*ends)}
            if len(results) > 1:
                raise Refused("undecided")
            values.append(results.pop())
        return values, is_array
    return checked


def arithmetic(sign):
    def value(a, b):
        if sign == "+":
            result = a + b
        elif sign == "-":
            result = a - b
        elif sign == "*":
            result = a * b
        elif b == 0:
            raise Refused("division by zero")
        else:
            result = a / b
        return real(result), ulp(result)
    return value


class Generator:
    def __init__(self, seed, plain=False):
        self.rng = random.Random(seed)
        self.plain = plain
        self.inputs = {}

    # Leaves.

    def literal(self):
        kind = self.rng.randrange(5)
        whole = str(self.rng.randint(0, 9))
        exponent = f"e{self.rng.choice(['', '+', '-'])}{self.rng.randint(0, 3)}"
        text = [whole, str(self.rng.randint(1, 999)), f"{self.rng.uniform(0, 9):.3f}",
                "." + str(self.rng.randint(1, 99)),
                f"{self.rng.randint(1, 9)}.{self.rng.choice(['', '5'])}{exponent}"][kind]
        if kind == 2 and self.rng.random() < 0.2:
            text = whole + "."
        return text, ATOM, Number([mp.mpf(float(text))], [mp.mpf(0)])

    def symbol(self):
        name = self.rng.choice(NAMES[:2] if self.plain else NAMES)
        if name not in self.inputs:
            if not self.plain and self.rng.random() < 0.15:
                self.inputs[name] = [round(self.rng.uniform(-4, 4), 2) for _ in range(ARRAY)]
            else:
                self.inputs[name] = round(self.rng.uniform(-4, 4), self.rng.choice([0, 1, 2, 16]))
        value = self.inputs[name]
        is_array = isinstance(value, list)
        values = [mp.mpf(v) for v in (value if is_array else [value])]
        text = f"`{name}`" if not self.plain and self.rng.random() < 0.1 else name
        return text, ATOM, Number(values, [mp.mpf(0)] * len(values), is_array)

    def constant(self):
        name, value = self.rng.choice([("pi", mp.pi), ("E", mp.e), ("GoldenRatio", mp.phi), ("EulerGamma", mp.euler)])
        return name, ATOM, Number([+value], [ulp(value)])

    def leaf(self, depth=0):
        return self.rng.choice([self.literal, self.symbol, self.symbol, self.symbol, self.constant])()

    # Texts.

    def blank(self):
        return self.rng.choice(["", "", " ", "  "])

    def put(self, part, level):
        """The text of a part where something stands that binds as tightly as `level`."""
        text, binds, _ = part
        return f"({self.blank()}{text}{self.blank()})" if binds < level or self.rng.random() < 0.05 else text

    def spaced(self, left, sign, right):
        # A name may hold an operator: blanks say that it is none.
        return f"{left} {sign} {right}" if not self.plain or self.rng.random() < 0.5 else f"{left}{sign}{right}"

    # Numbers.

    def number(self, depth):
        if depth == 0:
            return self.leaf()
        makers = [self.binary] * 5 + [self.signed, self.power, self.power, self.call, self.call, self.leaf]
        if not self.plain:
            makers += [self.call, self.floored, self.extreme, self.choice, self.whole_array, self.truth, self.jump,
                       self.odd_constant]
        else:
            makers += [self.floored, self.choice]
        return self.rng.choice(makers)(depth - 1)

    def binary(self, depth):
        sign = self.rng.choice("+-*/")
        level = SUM if sign in "+-" else PRODUCT
        left, right = self.number(depth), self.number(depth)
        text = self.spaced(self.put(left, level), sign, self.put(right, level + 1))
        return text, level, combine(arithmetic(sign), left[2], right[2])

    def signed(self, depth):
        inner = self.number(depth)
        sign = self.rng.choice("-+")
        value = inner[2]
        if sign == "-":
            value = Number([-v for v in value.values], value.bounds, value.is_array)
        return sign + self.put(inner, SIGN), SIGN, value

    def power(self, depth):
        base = self.number(depth)
        sign = "**" if self.rng.random() < 0.7 else "^"
        shape = self.rng.randrange(4)
        if shape == 0:
            exponent = str(self.rng.randint(0, 4)), ATOM, None
        elif shape == 1:
            exponent = f"(1/{self.rng.randint(2, 4)})", ATOM, None
        elif shape == 2:
            exponent = f"-{self.rng.randint(1, 3)}", SIGN, None
        else:
            exponent = self.number(min(depth, 1))
        if exponent[2] is None:
            inner = exponent[0].strip("()")
            value = mp.mpf(1) / int(inner[2:]) if "/" in inner else mp.mpf(int(inner))
            exponent = exponent[0], exponent[1], Number([value], [mp.mpf(0)])

        def raised(a, b):
            if abs(b) > 20:
                raise Refused("too large")
            result = real(principal_power(a, b))
            return result, 2 * ulp(result)
        text = self.spaced(self.put(base, ATOM), sign, self.put(exponent, SIGN))
        return text, POWER, combine(raised, base[2], exponent[2])

    def floored(self, depth):
        # SymPy takes common factors out of both sides, with the sign of the wrong one.
        left, right = self.number(depth), self.literal() if self.plain else self.number(depth)
        sign = self.rng.choice(["//", "%"])
        text = self.spaced(self.put(left, PRODUCT), sign, self.put(right, PRODUCT + 1))

        def quotient(a, b):
            if b == 0 or abs(b) < mp.mpf("1e-6") or abs(a / b) > mp.mpf(2) ** 40:
                raise Refused("division by nearly zero")
            # SymPy rounds the quotient first.
            if self.plain and abs(a / b - mp.nint(a / b)) < mp.mpf("1e-6"):
                raise Refused("nearly a whole number")
            return mp.floor(a / b)
        values, is_array = decided(quotient)(left[2], right[2])
        if sign == "//":
            return text, PRODUCT, Number(values, [mp.mpf(0)] * len(values), is_array)
        return text, PRODUCT, combine(lambda a, b: (real(floor_mod(a, b)), 2 * ulp(b)), left[2], right[2])

    def call(self, depth):
        table = ELEMENTARY if self.rng.random() < 0.6 else SPECIAL
        if self.plain:
            table = {name: ELEMENTARY[name] for name in ("exp", "sin", "cos", "sqrt", "atan", "Abs", "tanh")}
        name = self.rng.choice(list(table))
        two = {"root", "real_root", "Mod", "atan2", "hypot", "binomial", "besselj", "bessely", "besseli", "besselk"}
        count = 2 if name in two or (name in ("log", "beta") and self.rng.random() < 0.3) else 1
        arguments = [self.number(depth) for _ in range(count)]
        if name in ("root", "real_root"):
            arguments[1] = self.literal()
        if name.startswith("bessel"):
            order = self.rng.randint(0, 4)
            arguments[0] = str(order), ATOM, Number([mp.mpf(order)], [mp.mpf(0)])
        for argument in arguments:
            if any(abs(value) > 100 for value in argument[2].values):
                raise Refused("too large")
        if name == "Mod":
            decided(lambda a, b: mp.floor(a / b) if b else None)(arguments[0][2], arguments[1][2])
        value = combine(lambda *x: apply(name, x), *[argument[2] for argument in arguments])
        return self.called(name, arguments), ATOM, value

    def called(self, name, arguments):
        return f"{name}({', '.join(self.put(a, OR) for a in arguments)})"

    def jump(self, depth):
        name = self.rng.choice([n for n in STEPS])
        count = 2 if name == "KroneckerDelta" or (name == "Heaviside" and self.rng.random() < 0.3) else 1
        arguments = [self.number(depth) for _ in range(count)]
        if name == "frac":
            decided(mp.floor)(arguments[0][2])
            value = combine(lambda x: (real(x - mp.floor(x)), ulp(1)), arguments[0][2])
            return self.called(name, arguments), ATOM, value
        if name == "DiracDelta" and any(abs(v) <= b for v, b in zip(arguments[0][2].values, arguments[0][2].bounds)):
            raise Refused("undecided")
        values, is_array = decided(STEPS[name])(*[argument[2] for argument in arguments])
        return self.called(name, arguments), ATOM, Number(values, [ulp(v) for v in values], is_array)

    def extreme(self, depth):
        name = self.rng.choice(["Min", "Max", "min", "max"])
        arguments = [self.number(depth) for _ in range(self.rng.randint(1, 3))]
        pick = min if name in ("Min", "min") else max
        return self.called(name, arguments), ATOM, combine(lambda *x: (pick(x), mp.mpf(0)), *[a[2] for a in arguments])

    def odd_constant(self, depth):
        inner = self.number(depth)
        shape = self.rng.randrange(2)
        text = f"Min(oo, {inner[0]})" if shape else f"Piecewise(({inner[0]}, True), (nan, False))"
        return text, ATOM, inner[2]

    def whole_array(self, depth):
        inner = self.number(depth)
        name = self.rng.choice(["mean", "sum", "std", "var", "median"])
        values, bounds = inner[2].values, inner[2].bounds
        most = max(abs(v) for v in values)
        loose = max(bounds) + ulp(most)
        mean = sum(values) / len(values)
        if name == "median":
            value = sorted(values)[len(values) // 2]
        elif name == "mean":
            value = mean
        elif name == "sum":
            value, loose = sum(values), 4 * loose
        else:
            value = sum((v - mean) ** 2 for v in values) / len(values)
            if len(values) > 1 and value < loose * most * 100:
                raise Refused("too much is lost")
            loose = 8 * loose * most
            if name == "std":
                loose = loose / mp.sqrt(value) if value else loose
                value = mp.sqrt(value)
        return self.called(name, [inner]), ATOM, Number([real(value)], [loose + 2 * ulp(value)])

    def truth(self, depth):
        """A condition used as a number."""
        text, level, (values, is_array) = self.condition(depth)
        number = Number([mp.mpf(int(v)) for v in values], [mp.mpf(0)] * len(values), is_array)
        number.is_truth = True
        return f"({text})", ATOM, number

    def choice(self, depth):
        condition = self.condition(depth)
        yes, no = self.number(depth), self.number(depth)
        shape = 0 if self.plain else self.rng.randrange(3)
        head = self.put(condition, OR)
        if shape == 0:
            text = f"Piecewise(({yes[0]}, {head}), ({no[0]}, True))"
        elif shape == 1:
            text = f"ITE({head}, {yes[0]}, {no[0]})"
        else:
            text = f"Piecewise(({yes[0]}, {head}), (7, False), ({no[0]}, True))"
        truths, is_array = condition[2]
        if yes[2].is_array != no[2].is_array and not is_array:
            raise Refused("a condition that is known decides the shape")
        is_array = is_array or yes[2].is_array or no[2].is_array
        values, bounds = [], []
        for index in range(ARRAY if is_array else 1):
            chosen = (yes if truths[index if len(truths) > 1 else 0] else no)[2]
            values.append(chosen.values[index if chosen.is_array else 0])
            bounds.append(chosen.bounds[index if chosen.is_array else 0])
        value = Number(values, bounds, is_array)
        value.is_truth = yes[2].is_truth or no[2].is_truth
        return text, ATOM, value

    # Conditions.

    def condition(self, depth):
        if depth <= 0 or self.rng.random() < 0.5:
            return self.comparison(max(depth - 1, 0))
        return self.rng.choice([self.joined, self.joined, self.negated])(depth - 1)

    def comparison(self, depth):
        signs = {"<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
                 "==": lambda a, b: a == b, "!=": lambda a, b: a != b}
        words = {"Lt": "<", "Le": "<=", "Gt": ">", "Ge": ">=", "Eq": "==", "Ne": "!="}
        sign = self.rng.choice(["<", "<=", ">", ">="] if self.plain else list(signs))
        left, right = self.number(depth), self.number(depth)
        if left[2].is_truth or right[2].is_truth:
            raise Refused("a condition is compared")
        truth = decided(signs[sign])(left[2], right[2])
        if not self.plain and self.rng.random() < 0.15:
            word = next(word for word, meaning in words.items() if meaning == sign)
            return self.called(word, [left, right]), ATOM, truth
        text = self.spaced(self.put(left, BAR), sign, self.put(right, BAR))
        if not self.plain and self.rng.random() < 0.15:
            third = self.number(0)
            other = decided(lambda a, b: a <= b)(right[2], third[2])
            return f"{text} <= {self.put(third, BAR)}", COMPARISON, self.both(truth, other, lambda a, b: a and b)
        return text, COMPARISON, truth

    @staticmethod
    def both(left, right, function):
        is_array = left[1] or right[1]
        at = lambda truths, index: truths[0][index if len(truths[0]) > 1 else 0]
        return [function(at(left, i), at(right, i)) for i in range(ARRAY if is_array else 1)], is_array

    def joined(self, depth):
        left, right = self.condition(depth), self.condition(depth)
        words = [("&", AMPERSAND), ("|", BAR)]
        if not self.plain:
            words += [("and", AND), ("or", OR), ("And", ATOM), ("Or", ATOM), ("Xor", ATOM)]
        word, level = self.rng.choice(words)
        function = {"&": lambda a, b: a and b, "|": lambda a, b: a or b, "X": lambda a, b: a != b}[
            "&" if word in ("&", "and", "And") else "|" if word in ("|", "or", "Or") else "X"]
        truth = self.both(left[2], right[2], function)
        if level == ATOM:
            return self.called(word, [left, right]), ATOM, truth
        # A comparison beside & and | always stands in parentheses.
        needed = ATOM if word in "&|" else level
        return f"{self.put(left, needed)} {word} {self.put(right, max(needed, level + 1))}", level, truth

    def negated(self, depth):
        inner = self.condition(depth)
        truth = [not value for value in inner[2][0]], inner[2][1]
        word = self.rng.choice(["~"] if self.plain else ["~", "not ", "Not"])
        if word == "Not":
            return f"Not({inner[0]})", ATOM, truth
        if word == "~":
            return "~" + self.put(inner, ATOM), SIGN, truth
        return word + self.put(inner, NOT), NOT, truth


def expressions(seed, count, plain=False):
    generator = Generator(seed, plain)
    done = 0
    while done < count:
        generator.inputs = {}
        try:
            text, _, value = generator.number(generator.rng.choice([1, 2, 2, 3, 3, 4]))
        except Refused:
            continue
        except (ZeroDivisionError, ValueError, OverflowError, mp.libmp.NoConvergence):
            continue
        if len(text) > 2000:
            continue
        done += 1
        # Declared beside those that are used: it must not be taken for one of them.
        symbols = list(generator.inputs) + ["A", "A:", "x1"]
        yield {"formula": text, "symbols": symbols,
               "inputs": [generator.inputs[name] for name in generator.inputs],
               "values": [pair(v) for v in value.values], "bounds": [float(b) for b in value.bounds]}


def sympy_reads(seed, count):
    import sympy
    done = 0
    for case in expressions(seed, count * 3, plain=True):
        names = {name: sympy.Symbol(name, real=True) for name in ("x", "y")}
        inputs = dict(zip(case["symbols"], case["inputs"]))
        try:
            read = sympy.sympify(case["formula"], locals=names)
            # What SymPy worked out while it read, it worked out with 15 digits.
            value = read.evalf(30, subs={names[n]: sympy.Float(inputs[n], 30) for n in inputs if n in names})
            number = complex(value)
        except (TypeError, ValueError, AttributeError, ArithmeticError, RecursionError,
                sympy.core.evalf.PrecisionExhausted):
            continue
        if number.imag != 0 or not math.isfinite(number.real):
            continue
        case["values"] = [[number.real, 0.0]]
        case["bounds"] = [1e-9 * max(1.0, abs(number.real))]
        done += 1
        yield case
        if done == count:
            return


EXACT_BITS = 2048


def exact_number(rng, depth):
    """A text in parentheses where it is more than a number, and its value as a fraction."""
    if depth == 0:
        number = rng.choice([rng.randrange(10), rng.randrange(1000), rng.getrandbits(64), rng.getrandbits(700),
                             (1 << rng.randrange(300)) + rng.choice([-1, 0, 1])])
        return str(number), Fraction(number)
    left, x = exact_number(rng, rng.randrange(depth))
    if rng.random() < 0.15:
        text, value = f"(-{left})", -x
    elif rng.random() < 0.15:
        n = rng.randrange(-12, 13)
        if x.numerator.bit_length() * abs(n) > 2 * EXACT_BITS or (x == 0 and n < 0):
            raise Refused("too long")
        text, value = f"({left}**{n})", x ** n
    else:
        right, y = exact_number(rng, rng.randrange(depth))
        # Now and then nearly the same number, so that much of it goes away.
        if rng.random() < 0.2:
            right, y = f"({left} + 1)", x + 1
        operation = rng.choice("+ - * / // % < <= == !=".split())
        if y == 0 and operation in ("/", "//", "%"):
            raise Refused("division by zero")
        value = {"+": lambda: x + y, "-": lambda: x - y, "*": lambda: x * y, "/": lambda: x / y,
                 "//": lambda: Fraction(x // y), "%": lambda: x % y, "<": lambda: Fraction(x < y),
                 "<=": lambda: Fraction(x <= y), "==": lambda: Fraction(x == y),
                 "!=": lambda: Fraction(x != y)}[operation]()
        # A comparison is a condition: where a number stands, it is made one.
        text = f"({left} {operation} {right})"
        if operation in ("<", "<=", "==", "!="):
            text = f"ITE{text[:-1]}, 1, 0)"
    if max(abs(value.numerator).bit_length(), value.denominator.bit_length()) > EXACT_BITS:
        raise Refused("too long")
    return text, value


def nearest(value):
    """The double nearest to a fraction: what Python's division of whole numbers gives."""
    number = value.numerator / value.denominator
    if not math.isfinite(number):
        raise Refused("beyond doubles")
    return number


def long_power(rng):
    """A power with more bits than an exact number may have, and the double nearest to it."""
    base = Fraction(rng.getrandbits(rng.choice([3, 20, 60, 100])) + 2, rng.getrandbits(rng.choice([3, 20, 60, 100])) + 1)
    if abs(math.log(base)) < 1e-12:
        raise Refused("one")
    limit = int(700 / abs(math.log(base)))
    n = rng.choice([-1, 1]) * rng.randrange(limit // 2, limit + 1)
    bits = max(base.numerator.bit_length(), base.denominator.bit_length()) - 1
    if bits * abs(n) <= EXACT_BITS or base.numerator == 1 or base.denominator == 1 and n < 0:
        raise Refused("exact")
    with mp.workdps(150):
        value = mp.mpf(base.numerator) ** n / mp.mpf(base.denominator) ** n
        return f"({base.numerator}/{base.denominator})**{n}", float(value)


def exact(seed, count):
    rng = random.Random(seed)
    done = 0
    while done < count:
        try:
            if done % 10 == 0:
                text, value = long_power(rng)
            else:
                text, fraction = exact_number(rng, rng.randrange(1, 6))
                value = nearest(fraction)
        except (Refused, OverflowError):
            continue
        if len(text) > 5000:
            continue
        done += 1
        yield {"formula": text, "symbols": [], "inputs": [], "values": [[value, 0.0]], "bounds": [0.0]}


if __name__ == "__main__":
    makers = {"functions": functions, "expressions": expressions, "sympy": sympy_reads, "exact": exact}
    for line in makers[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3])):
        print(json.dumps(line))
