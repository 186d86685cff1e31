import type { BodyOf, Phase } from "../events.ts";
import type { RunStatus } from "./runView.ts";
import { visibleLine } from "./visibleText.ts";

export const phaseWords: Readonly<Record<Phase, string>> = {
  measuring: "measuring the unoptimized system",
  collecting: "collecting preference pairs",
  fitting: "fitting local rewards",
  iterating: "optimizing",
  testing: "testing",
};

export const scorerWords: Readonly<Record<BodyOf<"update">["scorer"], string>> = {
  local: "local reward",
  global: "global reward",
  random: "random reward",
};

const stopWords: Readonly<Record<BodyOf<"summary">["stop"], string>> = {
  iterations: "finished: all iterations done",
  budget: "finished: the budget of system runs is spent",
  "nothing to optimize": "finished: no component has a variable to optimize",
  "nothing left to try": "finished: every value was tried and none is left that could be better",
  evaluated: "evaluated",
  "rewards fitted": "local rewards fitted",
  "landscape drawn": "landscape drawn",
};

/** Where the run stands, in a few words. */
export function statusWords(status: RunStatus): string {
  switch (status.state) {
    case "waiting":
      return "starting";
    case "running":
      return status.phase === null ? "running" : phaseWords[status.phase];
    case "interrupted":
      return `interrupted: ${visibleLine(status.reason)}`;
    case "failed":
      return `failed: ${visibleLine(status.message)}`;
    case "finished":
      return stopWords[status.stop];
  }
}
