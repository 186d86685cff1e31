import { integerAttribute, integersAttribute, realAttribute } from "../graph.ts";
import { type Rule, range, type Site } from "../rule.ts";

export const matrixRules: Readonly<Record<string, Rule>> = {
  MatMul: {
    value: "a b, over the last two axes",
    gradients: (s) => [() => left(s), () => right(s)],
  },
  Gemm: {
    value: "α a' b' + β c, a' and b' transposed or not",
    gradients: (s) => {
      const [turnedA, turnedB] = [integerAttribute(s.node, "transA", 0), integerAttribute(s.node, "transB", 0)];
      const [alpha, beta] = [realAttribute(s.node, "alpha", 1), realAttribute(s.node, "beta", 1)];
      const times = (a: string, b: string, transA: number, transB: number) =>
        s.g.op("Gemm", [a, b], { transA, transB, alpha: { real: alpha } });
      return [
        () => (turnedA === 1 ? times(s.x(1), s.dy, turnedB, 1) : times(s.dy, s.x(1), 0, 1 - turnedB)),
        () => (turnedB === 1 ? times(s.dy, s.x(0), 1, turnedA) : times(s.x(0), s.dy, 1 - turnedA, 0)),
        () => s.unbroadcast(beta === 1 ? s.dy : s.g.op("Mul", [s.dy, s.g.real(beta)]), s.shape(s.y()), s.x(2)),
      ];
    },
  },
};

/** dy bᵀ. */
function left(s: Site): string {
  const [a, b] = [s.x(0), s.x(1)];
  const gradient = s.g.op("MatMul", [s.dy, swapped(s, b)]);
  return s.unbroadcast(gradient, [...s.shape(s.y()).slice(0, -2), ...s.shape(a).slice(-2)], a);
}

/** aᵀ dy; what has more than two axes is laid out as rows first where b is one matrix, for that is one product. */
function right(s: Site): string {
  const [a, b] = [s.x(0), s.x(1)];
  if (s.shape(b).length === 2 && s.shape(a).length > 2) {
    const transposed = s.g.op("Transpose", [rowsOf(s, a)], { perm: [1, 0] });
    return s.g.op("MatMul", [transposed, rowsOf(s, s.dy, s.y())]);
  }
  const gradient = s.g.op("MatMul", [swapped(s, a), s.dy]);
  return s.unbroadcast(gradient, [...s.shape(s.y()).slice(0, -2), ...s.shape(b).slice(-2)], b);
}

/** A tensor as a matrix of its last axis. */
export function rowsOf(s: Site, tensor: string, like: string = tensor): string {
  const axis = s.shape(like).length - 1;
  if (axis === 1) return tensor;
  return s.g.op("Reshape", [tensor, s.g.integers([-1, s.sizeOf(like, axis)])]);
}

/** With the last two axes swapped; what is already such a swap is taken back instead. */
function swapped(s: Site, name: string): string {
  const axes = s.shape(name).length;
  if (axes < 2) throw s.refusal("a product with a vector is not supported");
  const perm = [...range(axes - 2), axes - 1, axes - 2];
  const producer = s.producer(name);
  if (producer?.opType === "Transpose" && integersAttribute(producer, "perm")?.join() === perm.join())
    return producer.input[0] as string;
  return s.g.op("Transpose", [name], { perm });
}
