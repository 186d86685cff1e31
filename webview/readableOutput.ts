import type { RunOutput } from "../src/run/runOutput.ts";
import { visibleText } from "../src/run/views/visibleText.ts";

/**
 * An output whose texts may be put before a person. Whoever makes an output sees to that; but it may lie in a notebook that
 * somebody else has written. What names the run to the editor stays to the letter.
 */
export function readableOutput(output: RunOutput): RunOutput {
  return { ...readable(output), runId: output.runId, folder: output.folder };
}

function readable<T>(value: T): T;
function readable(value: unknown): unknown {
  if (typeof value === "string") return visibleText(value);
  if (Array.isArray(value)) return value.map((item: unknown) => readable(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [visibleText(name), readable(member)]));
}
