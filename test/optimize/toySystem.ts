import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { readSplits, type Splits } from "../../src/data/splits.ts";
import type { CompletionRequest, LanguageModel } from "../../src/models/languageModel.ts";
import type { Experiment } from "../../src/optimize/experiment.ts";
import { type Goal, pursue, type RunRequest } from "../../src/optimize/pursue.ts";
import { parseSettings, type SettingsInput } from "../../src/optimize/settings.ts";
import { inProcessRewards } from "../../src/reward/inProcessRewards.ts";
import type { BodyOf, EventOf, EventType, RunEvent } from "../../src/run/events.ts";
import { MemoryRecorder } from "../../src/run/memoryRecorder.ts";
import type { ResumePoint } from "../../src/run/recorder.ts";
import type { Component } from "../../src/system/component.ts";
import { choice, component, modelChoice, options } from "../../src/system/declaration.ts";
import type { Reward } from "../../src/system/evaluation.ts";
import { llm } from "../../src/system/llm.ts";
import { seededRandom } from "../../src/system/random.ts";
import { type System, wireSystem } from "../../src/system/system.ts";
import { scratchFolder } from "../data/scratchFolder.ts";

/** Words that make a prompt of the toy better; each adds a sixth to the reward. */
export const GOOD_WORDS = ["verify", "cite", "compare"] as const;

export interface Toy {
  readonly system: System;
  /** How often each component has run. */
  readonly executions: Map<string, number>;
}

/**
 * question -> drafter (prompt) -> draft, question -> picker (options) -> passages; draft, passages -> answerer (model).
 * The best system has all good words in its prompt, k = 4 and the large model; the start has none of them: reward 0.
 */
export function toy(
  given: { readonly stochastic?: boolean; readonly change?: (made: Component) => Component } = {},
): Toy {
  const executions = new Map<string, number>();
  const counted = (made: Component): Component => ({
    ...made,
    run: (inputs, context) => {
      executions.set(made.name, (executions.get(made.name) ?? 0) + 1);
      return made.run(inputs, context);
    },
  });
  const drafter = llm({
    name: "drafter",
    description: "Drafts an answer.",
    inputs: ["question"],
    outputs: ["draft"],
    prompt: "Write a draft.",
    temperature: given.stochastic ? 0.5 : 0,
  });
  const picker = component({
    name: "picker",
    description: "Picks passages.",
    inputs: ["question"],
    outputs: ["passages"],
    variable: options({ k: choice([1, 2, 4, 8]), loud: choice([false, true]) }),
    run: (_inputs, { variable }) => ({
      passages: Array.from({ length: variable.k }, (_, index) => `passage${variable.loud ? "!" : ""} ${index}`).join(
        " ",
      ),
    }),
  });
  const answerer = component({
    name: "answerer",
    description: "Answers from the draft and the passages.",
    inputs: ["draft", "passages"],
    outputs: ["answer"],
    variable: modelChoice(["fake:small", "fake:large"]),
    run: ({ draft, passages }, { variable }) => ({
      answer: `${"solid ".repeat(count(draft, "solid"))}from ${count(passages, "passage")} by ${variable}`,
    }),
  });
  const components = [drafter, picker, answerer].map(given.change ?? ((made) => made)).map(counted);
  return { system: wireSystem({ name: "toy", components, outputs: ["answer"] }), executions };
}

export const toyReward: Reward = ({ answer }) => {
  const text = String(answer);
  const passages = Number(/from (\d+)/.exec(text)?.[1]);
  const pick = passages === 4 ? 1 : passages === 1 ? 0 : 0.5;
  return count(text, "solid") / 6 + 0.3 * pick + (text.includes("large") ? 0.2 : 0);
};

function count(text: string, word: string): number {
  return text.split(word).length - 1;
}

/** Drafts as solid as the prompt has good words; above temperature 0, one more or less by chance of the sample. */
export const toyModel: LanguageModel = completing("fake:model", ({ messages, temperature, sample }) => {
  const [prompt = "", content = ""] = messages.map((message) => message.content);
  const question = /### question\n(.*)/.exec(content)?.[1] ?? "";
  const chance = temperature > 0 ? seededRandom(`${sample} ${question} ${prompt}`).integer(3) - 1 : 0;
  const merit = Math.max(0, Math.min(3, GOOD_WORDS.filter((word) => prompt.includes(word)).length + chance));
  return `### draft\n${question} ${"solid ".repeat(merit)}${"vague ".repeat(3 - merit)}`;
});

/** Proposes prompts with some of the good words, by chance of the sample. */
export const toyProposer: LanguageModel = completing("fake:proposer", ({ sample }) => {
  const random = seededRandom(sample);
  const words = GOOD_WORDS.filter(() => random.next() < 0.5);
  return `Here it is: <prompt>Write a draft number ${random.integer(1000)}. ${words.join(" ")}</prompt>`;
});

export function completing(name: string, answer: (request: CompletionRequest) => string): LanguageModel {
  return {
    name,
    simulated: false,
    complete: async (request, signal) => {
      signal.throwIfAborted();
      return { text: answer(request), stop: "end", usage: { inputTokens: 3, outputTokens: 2 } };
    },
  };
}

export async function toySplits(rows: { train?: number; validation?: number; test?: number } = {}): Promise<Splits> {
  const named = (split: string, length: number) =>
    Array.from({ length }, (_, index) => ({ id: `${split}${index}`, question: `${split} question ${index}` }));
  return readSplits(
    {
      train: named("train", rows.train ?? 12),
      validation: named("validation", rows.validation ?? 5),
      test: named("test", rows.test ?? 2),
    },
    { baseDirectory: "/", signal: new AbortController().signal, seed: 1 },
  );
}

/** A recorder that also keeps the weights of local rewards, in files that exist until the test ends. */
export class SavingRecorder extends MemoryRecorder {
  readonly #folder = scratchFolder();
  #written: string | undefined;
  #safe: string | undefined;

  override rewardsFile(): undefined {
    this.#written = join(this.#folder, `${randomUUID()}.json`);
    return this.#written as unknown as undefined;
  }

  override checkpoint(...given: Parameters<MemoryRecorder["checkpoint"]>): void {
    super.checkpoint(...given);
    this.#safe = this.#written;
  }

  override resumePoint(): ResumePoint {
    return { ...super.resumePoint(), rewardsFile: this.#safe };
  }
}

export interface ToyRun {
  readonly settings?: SettingsInput;
  readonly goal?: Goal;
  readonly toy?: Toy;
  readonly splits?: Splits;
  readonly experiment?: Partial<Experiment>;
  readonly request?: Partial<RunRequest>;
  readonly onEvent?: (event: RunEvent) => void;
}

/** Small figures that let the toy improve within a second. */
export const toySettings = {
  iterations: 4,
  budgetRuns: 400,
  concurrency: 4,
  validationRows: 5,
  stageOneInputs: 12,
  freshInputs: 4,
  searchInputs: 4,
  promptCandidates: 3,
  explorationPrompts: 4,
} satisfies SettingsInput;

export async function toyRequest(given: ToyRun = {}): Promise<RunRequest & { readonly recorder: SavingRecorder }> {
  const { system } = given.toy ?? toy();
  const settings = parseSettings({ ...toySettings, ...given.settings });
  const splits = given.splits ?? (await toySplits());
  const recorder = new SavingRecorder("toy-run", () => 0, given.onEvent);
  return {
    experiment: {
      system,
      data: { train: [], validation: [] },
      reward: toyReward,
      prepare: undefined,
      groundTruth: undefined,
      model: toyModel,
      proposer: toyProposer,
      settings: {},
      ...given.experiment,
    },
    experimentPath: "",
    splits,
    settings,
    model: toyModel,
    proposer: toyProposer,
    rewards: inProcessRewards(),
    signal: new AbortController().signal,
    goal: given.goal ?? { kind: "optimize" },
    ...given.request,
    recorder,
  };
}

/** Runs the toy to its end. */
export async function runToy(given: ToyRun = {}): Promise<{
  readonly summary: BodyOf<"summary">;
  readonly recorder: SavingRecorder;
  readonly events: readonly RunEvent[];
}> {
  const request = await toyRequest(given);
  const summary = await pursue(request);
  return { summary, recorder: request.recorder, events: request.recorder.events };
}

export function eventsOf<T extends EventType>(events: readonly RunEvent[], type: T): EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type);
}

/** Events without what may differ between equal runs. */
export function timeless(events: readonly RunEvent[]): unknown[] {
  return events.map(({ at: _at, ...rest }) => rest);
}
