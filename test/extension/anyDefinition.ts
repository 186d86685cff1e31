import type {
  ComponentDefinition,
  DetectedVariable,
  ExperimentDefinition,
  SystemDefinition,
} from "../../src/detection/definition.ts";

const at = { uri: "file:///w/system.ts" };

function spanFrom(line: number, lines: number) {
  const start = { line, character: 0 };
  return { from: line * 100, to: (line + lines) * 100, start, end: { line: line + lines - 1, character: 80 } };
}

function declared(binding: string, line: number, lines: number) {
  return {
    id: `${at.uri}#${binding}`,
    at,
    language: "typescript" as const,
    name: binding,
    binding,
    exportedAs: [binding],
    span: spanFrom(line, lines),
    nameSpan: spanFrom(line, 1),
  };
}

const k: DetectedVariable = {
  kind: "options",
  space: { k: { kind: "choice", values: [1, 5, 10] } },
  values: {},
};

/** A component with one option, `k`. */
export function aComponent(binding: string, given: Partial<ComponentDefinition> = {}): ComponentDefinition {
  return {
    ...declared(binding, 1, 3),
    kind: "component",
    description: undefined,
    inputs: ["question"],
    outputs: ["answer"],
    variable: k,
    ...given,
  };
}

export function aSystem(
  binding: string,
  components: readonly ComponentDefinition[],
  given: Partial<SystemDefinition> = {},
): SystemDefinition {
  const references = components.map(({ id, binding: name = "", span }) => ({ name, span, definition: id }));
  return { ...declared(binding, 10, 3), kind: "system", components: references, outputs: ["answer"], ...given };
}

export function anExperiment(
  binding: string,
  system: SystemDefinition,
  given: Partial<ExperimentDefinition> = {},
): ExperimentDefinition {
  const reference = { name: system.binding ?? "", span: system.span, definition: system.id };
  return { ...declared(binding, 20, 5), kind: "experiment", system: reference, ...given };
}
