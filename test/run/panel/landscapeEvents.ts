import type { EventBody, RunEvent } from "../../../src/run/events.ts";
import { seededRandom } from "../../../src/system/random.ts";
import type { VariableValue } from "../../../src/system/variable.ts";
import { LogWriter, started } from "../exampleEvents.ts";

/** Logs of invented runs that tried many values. */

export type CandidateBody = Extract<EventBody, { type: "candidate" }>;

export function candidate(component: string, value: VariableValue, given: Partial<CandidateBody> = {}): CandidateBody {
  return {
    type: "candidate",
    iteration: 1,
    component,
    value,
    reward: 0.5,
    scorer: "local",
    inputs: 20,
    current: false,
    ...given,
  };
}

type UpdateBody = Extract<EventBody, { type: "update" }>;

/** An update whose rows score `before` and `after` throughout. */
export function update(
  component: string,
  given: Partial<UpdateBody> & { before: VariableValue; after: VariableValue },
): UpdateBody {
  return {
    type: "update",
    iteration: 1,
    component,
    decision: "accepted",
    reason: "the validation score rose",
    scorer: "local",
    rewardBefore: 0.5,
    rewardAfter: 0.6,
    validation: { before: [0.4, 0.4], after: [0.6, 0.6], exampleIds: ["a", "b"], rows: 2 },
    ...given,
  };
}

/** A run of three components: options of three kinds, a prompt, and a choice of models. */
export function opened(): LogWriter {
  const first = started();
  const [prompt, , options] = first.system.components;
  if (prompt === undefined || options === undefined) throw new Error("the example run has too few components");
  return new LogWriter().add({
    ...first,
    system: {
      ...first.system,
      components: [
        { ...options, name: "retriever", kind: "options" },
        { ...prompt, name: "answerer", kind: "prompt" },
        { ...prompt, name: "chooser", kind: "model" },
        { ...prompt, name: "joiner", kind: "none" },
      ],
    },
    configuration: {
      retriever: { k: 5, cut: 0.5, stem: true },
      answerer: "Answer the question.",
      chooser: "fake:small",
      joiner: null,
    },
  });
}

/** A grid of options: the local reward grows with k, hardly with `cut`, and not at all with `stem`. */
export function gridRun(): RunEvent[] {
  const log = opened();
  for (const k of [1, 5, 10, 25]) {
    for (const cut of [0, 0.5, 1]) {
      for (const stem of [false, true]) {
        const reward = 0.3 + 0.02 * k - 0.01 * Math.abs(cut - 0.5);
        log.add(candidate("retriever", { k, cut, stem }, { reward, current: k === 5 && cut === 0.5 && stem }));
      }
    }
  }
  return log.events;
}

/** As many candidates of a prompt as asked for, every tenth of them measured on the global reward as well. */
export function promptRun(candidates: number): RunEvent[] {
  const events = opened().events;
  const random = seededRandom("prompts");
  const base = events.at(-1)?.at ?? 0;
  const add = (body: EventBody) => {
    events.push({ ...body, seq: events.length, at: base + events.length, systemRuns: events.length });
  };
  for (let index = 0; index < candidates; index++) {
    const iteration = 1 + Math.floor(index / 10);
    const value = `Answer the question in ${index} words. Take care that ${"every word counts, ".repeat(8)}and stop.`;
    const local = index === Math.floor(candidates / 3) ? 0.999 : 0.4 + 0.2 * random.next();
    add(candidate("answerer", value, { iteration, reward: local }));
    if (index % 10 !== 9) continue;
    const after = [local + 0.1 * random.normal(), local + 0.1 * random.normal()];
    const validation = { before: [0.5, 0.5], after, exampleIds: ["a", "b"], rows: 2 };
    const decision = index % 20 === 9 ? "accepted" : "rejected";
    const rewards = { rewardBefore: 0.5, rewardAfter: local, validation };
    add(update("answerer", { iteration, decision, before: "Answer the question.", after: value, ...rewards }));
  }
  return events;
}
