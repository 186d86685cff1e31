import type { Rule } from "../rule.ts";
import { elementwiseRules } from "./elementwise.ts";
import { layoutRules } from "./layout.ts";
import { matrixRules } from "./matrix.ts";
import { reductionRules } from "./reduction.ts";

/** Every operator of the standard that gradients pass through, by its name. */
export const rules: ReadonlyMap<string, Rule> = new Map(
  [elementwiseRules, matrixRules, layoutRules, reductionRules].flatMap((table) => Object.entries(table)),
);
