import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import type { EventBody, RunEvent } from "../../src/run/events.ts";
import { finishedRun } from "../run/exampleEvents.ts";

/** Candidates of one iteration. */
const CANDIDATES = 1000;

/** The events of an example, with so many candidates in the midst of them that the run has as many events as asked for. */
export function* longRun(count: number): Generator<RunEvent> {
  const example = finishedRun();
  const firstUpdate = example.findIndex(({ type }) => type === "update");
  let seq = 0;
  for (const [index, event] of example.entries()) {
    if (index === firstUpdate) {
      for (let extra = 0; extra < count - example.length; extra++) {
        // A search tries its values one after the other, in one component.
        const component = Math.floor(extra / CANDIDATES) % 2 === 0 ? "retriever" : "answer_generator";
        yield {
          seq: seq++,
          at: event.at + extra,
          systemRuns: event.systemRuns,
          ...candidate(component, extra),
        };
      }
    }
    yield { ...event, seq: seq++ };
  }
}

function candidate(component: string, extra: number): EventBody {
  return {
    type: "candidate",
    iteration: 1 + Math.floor(extra / CANDIDATES),
    component,
    value:
      component === "retriever"
        ? { k: 1 + (extra % 25) }
        : `Answer the question with care, and name what you used: ${extra}.`,
    // As many digits as means of rewards have.
    reward: 1 / (1 + Math.exp(Math.sin(extra))),
    scorer: "local",
    inputs: 20,
    current: false,
  };
}

/** As `eventLine` writes it, which checks each event and would take longer than all that is measured. */
function line({ seq, at, type, systemRuns, ...rest }: RunEvent): string {
  return `${JSON.stringify({ seq, at, type, systemRuns, ...rest })}\n`;
}

/** Writes the log of such a run. @returns its bytes */
export async function writeLongRun(file: string, count: number): Promise<number> {
  const stream = createWriteStream(file);
  let bytes = 0;
  let lines = "";
  const flush = async () => {
    bytes += Buffer.byteLength(lines);
    if (!stream.write(lines)) await new Promise((resolve) => stream.once("drain", () => resolve(undefined)));
    lines = "";
  };
  for (const event of longRun(count)) {
    lines += line(event);
    if (lines.length > 1 << 20) await flush();
  }
  await flush();
  stream.end();
  await finished(stream);
  return bytes;
}
