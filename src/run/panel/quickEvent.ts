import type { VariableValue } from "../../system/variable.ts";
import type { RunEvent } from "../events.ts";

/** Fields of a candidate's event; one with others is left to the schema. */
const FIELDS = 11;

/**
 * Whether a value is a candidate's event as `eventSchema` has it. Nearly all of a long log are such events, and the schema
 * takes several times as long as reading the JSON does; whatever this does not know is left to the schema.
 */
export function isCandidateEvent(value: unknown): value is Extract<RunEvent, { type: "candidate" }> {
  if (!isRecord(value) || value.type !== "candidate") return false;
  return (
    isCount(value.seq) &&
    isNumber(value.at) &&
    isNumber(value.systemRuns) &&
    isInteger(value.iteration) &&
    typeof value.component === "string" &&
    isNumber(value.reward) &&
    (value.scorer === "local" || value.scorer === "global" || value.scorer === "random") &&
    isInteger(value.inputs) &&
    typeof value.current === "boolean" &&
    isPlainValue(value.value) &&
    Object.keys(value).length === FIELDS
  );
}

/** Prompts, options and nothing; the other kinds of values are rare. */
function isPlainValue(value: unknown): value is VariableValue {
  if (typeof value === "string" || value === null) return true;
  if (!isRecord(value)) return false;
  for (const name in value) {
    const option = value[name];
    if (typeof option !== "string" && typeof option !== "boolean" && !isNumber(option)) return false;
  }
  return true;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
const isCount = (value: unknown): value is number => isInteger(value) && value >= 0;
