import type { RunEvent } from "../../src/run/events.ts";
import type { StoredTrajectory } from "../../src/run/panel/storedTrajectory.ts";

/** The events of a run of this version: its start tells the beginning of each row. */
export function withTexts(
  events: readonly RunEvent[],
  text = (id: string) => `Who wrote the ${id} chapter?`,
): RunEvent[] {
  return events.map((event) =>
    event.type === "evaluation" && event.of === "unoptimized" && event.split === "validation"
      ? { ...event, texts: event.exampleIds.map(text) }
      : event,
  );
}

/** What might have been kept of a row: invented, and another with every iteration. */
export function exampleTrajectory(
  exampleId: string,
  iteration: number,
  text: (plain: string) => string = (plain) => plain,
): StoredTrajectory {
  const step = (given: string, localReward?: number) => ({
    output: { text: text(given) },
    ms: 120,
    calls: 1,
    ...(localReward !== undefined && { localReward }),
  });
  return {
    kind: "kept",
    exampleId,
    row: {
      question: text(`Who wrote the ${exampleId} chapter?`),
      answer: text("Ada Lovelace"),
      text: text("Ada Lovelace."),
      [text("source")]: "a",
    },
    score: 0.5,
    failure: null,
    steps: {
      question_rewriter: step("Who is the author of the chapter?", 0.61),
      info_extractor: step("author, chapter"),
      retriever: { output: { passages: [text("A chapter by Ada Lovelace."), "Another."] }, ms: 12_400 },
      answer_generator: step(
        iteration === 0 ? "It was written by Ada Lovelace." : "Ada Lovelace",
        0.4 + iteration / 100,
      ),
    },
  };
}
