import { integerAttribute, integersAttribute, realAttribute } from "../graph.ts";
import { guardedOutput } from "../nanGuard.ts";
import { type Rule, range, type Site } from "../rule.ts";

export const reductionRules: Readonly<Record<string, Rule>> = {
  ReduceSum: {
    value: "the sum of x along axes",
    gradients: (s) => [() => s.g.op("Expand", [restored(s), s.g.op("Shape", [s.x()])])],
  },
  ReduceMean: {
    value: "the mean of x along axes",
    gradients: (s) => [
      () => {
        const one = s.g.op("Div", [
          restored(s),
          s.g.real(reducedAxes(s).reduce((n, axis) => n * s.sizeOf(s.x(), axis), 1)),
        ]);
        return s.g.op("Expand", [one, s.g.op("Shape", [s.x()])]);
      },
    ],
  },
  Softmax: {
    value: "e^x / Σ e^x along an axis",
    gradients: (s) => [
      () => {
        const y = guardedOutput(s);
        const weighted = s.g.op("Mul", [s.dy, y]);
        const total = s.sum(weighted, [normalisedAxis(s)], true);
        return s.g.op("Sub", [weighted, s.g.op("Mul", [y, total])]);
      },
    ],
  },
  LogSoftmax: {
    value: "x - ln Σ e^x along an axis",
    gradients: (s) => [
      () => {
        const total = s.sum(s.dy, [normalisedAxis(s)], true);
        return s.g.op("Sub", [s.dy, s.g.op("Mul", [s.g.op("Exp", [s.y()]), total])]);
      },
    ],
  },
  LayerNormalization: {
    value: "(x - mean) / deviation, times a scale, plus a shift",
    gradients: (s) => [
      () => {
        const [unit, inverse] = standardised(s);
        const axes = normalisedAxes(s);
        const g = s.g.op("Mul", [s.dy, s.x(1)]);
        const along = s.g.op("Mul", [unit, s.mean(s.g.op("Mul", [g, unit]), axes)]);
        const across = s.g.op("Sub", [s.g.op("Sub", [g, s.mean(g, axes)]), along]);
        return s.g.op("Mul", [across, inverse]);
      },
      () => scaleGradient(s, standardised(s)[0]),
      () => s.unbroadcast(s.dy, s.shape(s.y()), s.x(2)),
    ],
  },
  RMSNormalization: {
    value: "x / √(mean x² + ε), times a scale",
    gradients: (s) => [
      () => {
        const [unit, inverse] = ofUnitLength(s);
        const g = s.g.op("Mul", [s.dy, s.x(1)]);
        const along = s.g.op("Mul", [unit, s.mean(s.g.op("Mul", [g, unit]), normalisedAxes(s))]);
        return s.g.op("Mul", [s.g.op("Sub", [g, along]), inverse]);
      },
      () => scaleGradient(s, ofUnitLength(s)[0]),
    ],
  },
};

const normalisedAxis = (s: Site) => s.axis(integerAttribute(s.node, "axis", -1));

/** A norm is taken over an axis and all behind it. */
function normalisedAxes(s: Site): number[] {
  const first = normalisedAxis(s);
  return range(s.shape(s.x()).length).filter((axis) => axis >= first);
}

/** dy times what a norm's scale is multiplied with, summed over all that share the scale. */
const scaleGradient = (s: Site, unit: string) => s.unbroadcast(s.g.op("Mul", [s.dy, unit]), s.shape(s.y()), s.x(1));

/** (x - mean) / deviation, and 1 / deviation. */
function standardised(s: Site): [unit: string, inverse: string] {
  const [mean, inverse] = statistics(s);
  return [s.g.op("Mul", [s.g.op("Sub", [s.x(), mean]), inverse]), inverse];
}

/** x / √(mean x² + ε), and the factor in it. */
function ofUnitLength(s: Site): [unit: string, inverse: string] {
  const meanSquare = s.mean(s.g.op("Mul", [s.x(), s.x()]), normalisedAxes(s));
  const raised = s.g.op("Add", [meanSquare, s.g.real(realAttribute(s.node, "epsilon", 1e-5))]);
  const inverse = s.g.op("Reciprocal", [s.g.op("Sqrt", [raised])]);
  return [s.g.op("Mul", [s.x(), inverse]), inverse];
}

/** Mean and 1 / deviation, which the operator gives away if asked. */
function statistics({ node, g }: Site): [mean: string, inverse: string] {
  const [, mean, inverse] = node.output;
  const names = [mean || g.fresh("mean_g"), inverse || g.fresh("deviation_g")] as const;
  node.output = [node.output[0] as string, ...names];
  return [...names];
}

/** Axes that are gone or of size 1 in y: an attribute, or an input in later versions; without either, all. */
function reducedAxes(s: Site): number[] {
  const told = integersAttribute(s.node, "axes") ?? (s.node.input[1] ? s.integersOf(1) : undefined);
  if (told !== undefined && told.length > 0) return told.map((axis) => s.axis(axis));
  return integerAttribute(s.node, "noop_with_empty_axes", 0) === 1 ? [] : range(s.shape(s.x()).length);
}

/** dy with an axis of size 1 for each that was summed up. */
function restored(s: Site): string {
  if (integerAttribute(s.node, "keepdims", 1) === 1) return s.dy;
  const axes = reducedAxes(s).sort((a, b) => a - b);
  return axes.length === 0 ? s.dy : s.g.op("Unsqueeze", [s.dy, s.g.integers(axes)]);
}
