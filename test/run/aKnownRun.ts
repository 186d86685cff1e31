import type { RunEvent } from "../../src/run/events.ts";
import type { RunInfo } from "../../src/run/runInfo.ts";
import { effectiveEvents } from "../../src/run/views/effectiveEvents.ts";
import type { KnownRun } from "../../src/run/views/knownRun.ts";
import { emptyOutline, reduceOutline } from "../../src/run/views/runOutline.ts";
import { sampleInfo } from "./sampleRun.ts";

interface Given extends Partial<Pick<KnownRun, "live">> {
  readonly info?: Partial<RunInfo>;
}

/** A run as it is known from its log. */
export function aKnownRun(id: string, events: readonly RunEvent[], { info, live = false }: Given = {}): KnownRun {
  const startedAt = events[0]?.at ?? 0;
  return {
    kind: "run",
    id,
    folder: `/w/.optimas/runs/${id}`,
    info: { ...sampleInfo, format: 1, runId: id, node: "v20.11.0", startedAt, ...info },
    outline: effectiveEvents(events).reduce(reduceOutline, emptyOutline()),
    live,
  };
}
