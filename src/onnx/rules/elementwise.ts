import { textAttribute } from "../graph.ts";
import { isGuard } from "../nanGuard.ts";
import type { Gradient, Rule, Site } from "../rule.ts";

/** An operator of one input, whose gradient is made at once. */
const unary = (value: string, gradient: (site: Site) => string): Rule => ({
  value,
  gradients: (site) => [() => gradient(site)],
});

/** An operator whose inputs are stretched to one shape; gradients have the shape of y until they are summed. */
const stretched = (value: string, gradients: (site: Site) => readonly (Gradient | undefined)[]): Rule => ({
  value,
  gradients,
  broadcasts: true,
});

/** Of the tanh form of GELU (arXiv 1606.08415, section 2). */
const [CUBIC, SQRT_2_BY_PI] = [0.044715, Math.sqrt(2 / Math.PI)];

export const elementwiseRules: Readonly<Record<string, Rule>> = {
  Identity: unary("x", ({ dy }) => dy),
  Neg: unary("-x", ({ g, dy }) => g.op("Neg", [dy])),
  Exp: unary("e^x", (s) => s.g.op("Mul", [s.dy, s.y()])),
  Log: unary("ln x", (s) => s.g.op("Div", [s.dy, s.x()])),
  Sqrt: unary("√x", (s) => s.g.op("Div", [s.g.op("Mul", [s.dy, s.g.real(0.5)]), s.y()])),
  Reciprocal: unary("1/x", (s) => s.g.op("Neg", [s.g.op("Mul", [s.dy, square(s, s.y())])])),
  Abs: unary("|x|", (s) => s.g.op("Mul", [s.dy, s.g.op("Sign", [s.x()])])),
  Sin: unary("sin x", (s) => s.g.op("Mul", [s.dy, s.g.op("Cos", [s.x()])])),
  Cos: unary("cos x", (s) => s.g.op("Neg", [s.g.op("Mul", [s.dy, s.g.op("Sin", [s.x()])])])),
  Erf: unary("erf x", (s) => {
    const bell = s.g.op("Exp", [s.g.op("Neg", [square(s, s.x())])]);
    return s.g.op("Mul", [s.dy, s.g.op("Mul", [bell, s.g.real(2 / Math.sqrt(Math.PI))])]);
  }),
  Sigmoid: unary("1 / (1 + e^-x)", (s) => {
    const falling = s.g.op("Sub", [s.g.real(1), s.y()]);
    return s.g.op("Mul", [s.dy, s.g.op("Mul", [s.y(), falling])]);
  }),
  Tanh: unary("tanh x", (s) => s.g.op("Mul", [s.dy, s.g.op("Sub", [s.g.real(1), square(s, s.y())])])),
  Relu: unary("max(x, 0)", (s) => {
    const positive = s.g.op("Greater", [s.y(), s.g.real(0)]);
    return s.g.op("Where", [positive, s.dy, s.g.real(0)]);
  }),
  Softplus: unary("ln(1 + e^x)", (s) => s.g.op("Mul", [s.dy, s.g.op("Sigmoid", [s.x()])])),
  Gelu: {
    value: "x Φ(x), Φ the normal distribution",
    gradients: (s) => [
      () =>
        s.g.op("Mul", [s.g.op("Mul", [s.dy, s.g.real(0.5)]), isTanh(s) ? twiceTanhGeluSlope(s) : twiceGeluSlope(s)]),
    ],
    again: (s) => (isTanh(s) ? s.y() : geluFromSlope(s)),
  },
  Cast: unary("x in another precision", (s) => {
    if (s.shapes.type(s.x()) !== "float32" || s.shapes.type(s.y()) !== "float32")
      throw s.refusal("only 32-bit floats have gradients here; export the model in that precision");
    return s.dy;
  }),
  Add: stretched("a + b", ({ dy }) => [() => dy, () => dy]),
  Sub: stretched("a - b", (s) => [() => s.dy, () => s.g.op("Neg", [s.dy])]),
  Mul: stretched("a b", (s) => [() => s.g.op("Mul", [s.dy, s.x(1)]), () => s.g.op("Mul", [s.dy, s.x(0)])]),
  Div: stretched("a / b", (s) => {
    const quotient = () => s.g.op("Div", [s.dy, s.x(1)]);
    return [quotient, () => s.g.op("Neg", [s.g.op("Mul", [quotient(), s.y()])])];
  }),
  Pow: stretched("a^c", (s) => [() => s.g.op("Mul", [s.dy, powerSlope(s)]), undefined]),
  Where: stretched("b where a holds, else c", (s) => {
    if (isGuard(s.node, s.producer)) return [undefined, undefined, () => s.dy];
    const zero = s.g.real(0);
    return [undefined, () => s.g.op("Where", [s.x(0), s.dy, zero]), () => s.g.op("Where", [s.x(0), zero, s.dy])];
  }),
};

const square = ({ g }: Site, name: string) => g.op("Mul", [name, name]);

const isTanh = (s: Site) => textAttribute(s.node, "approximate", "none") === "tanh";

/** s = x / √2 and 1 + erf s, by which GELU and its slope are told. */
function normalShare(s: Site): [scaled: string, risen: string] {
  const scaled = s.g.op("Mul", [s.x(), s.g.real(Math.SQRT1_2)]);
  return [scaled, s.g.op("Add", [s.g.op("Erf", [scaled]), s.g.real(1)])];
}

/** Twice Φ(x) + x φ(x), as 1 + erf s + 2 s e^-s² / √π: few passes over what may be a large tensor. */
function twiceGeluSlope(s: Site): string {
  const { g } = s;
  const [scaled, risen] = normalShare(s);
  const bell = g.op("Exp", [g.op("Sub", [g.real(Math.log(2 / Math.sqrt(Math.PI))), square(s, scaled)])]);
  return g.op("Add", [risen, g.op("Mul", [scaled, bell])]);
}

/** s (1 + erf s) / √2, of what the slope needs, too (onnxruntime makes equal nodes once). */
function geluFromSlope(s: Site): string {
  return s.g.op("Mul", [s.g.op("Mul", normalShare(s)), s.g.real(Math.SQRT1_2)]);
}

/** Of x (1 + t) / 2 with t = tanh(k (x + c x³)): 1 + t + x (1 - t²) k (1 + 3 c x²). */
function twiceTanhGeluSlope(s: Site): string {
  const x = s.x();
  const { g } = s;
  const squared = square(s, x);
  const cubic = (factor: number) => g.op("Add", [g.op("Mul", [squared, g.real(factor * CUBIC)]), g.real(1)]);
  const t = g.op("Tanh", [g.op("Mul", [g.op("Mul", [x, cubic(1)]), g.real(SQRT_2_BY_PI)])]);
  const falling = g.op("Sub", [g.real(1), square(s, t)]);
  const inner = g.op("Mul", [g.op("Mul", [x, cubic(3)]), g.real(SQRT_2_BY_PI)]);
  return g.op("Add", [g.op("Add", [t, g.real(1)]), g.op("Mul", [falling, inner])]);
}

/** c a^(c - 1). */
function powerSlope(s: Site): string {
  const exponent = s.shapes.real(s.x(1));
  if (exponent === undefined) throw s.refusal("its exponent is not one constant");
  if (exponent === 2) return s.g.op("Mul", [s.x(), s.g.real(2)]);
  return s.g.op("Mul", [s.g.op("Pow", [s.x(), s.g.real(exponent - 1)]), s.g.real(exponent)]);
}
