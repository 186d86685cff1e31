import { experiment, tokenF1 } from "optimas";
import { encyclopediaRows } from "./encyclopedia.ts";
import { library, questionAnswering } from "./system.ts";

const rows = encyclopediaRows();

export default experiment({
  system: questionAnswering,
  // The invented encyclopedia; `--data DIR` puts your own questions in its place.
  data: { train: rows.train, validation: rows.validation, test: rows.test },
  prepare: ({ train, validation, test }) => library.index([...train, ...validation, ...test]),
  reward: (output, example) => tokenF1(output.answer, example.answer),
  groundTruth: ({ answer }) => ({ answer }),
  model: "simulated:text",
  // For a budget of some hundred to a few thousand system runs: many candidates on few inputs, a wider gate than by
  // default, only for what clearly gained and left early by what falls behind, and few fresh preferences, because here they cost more than they bring.
  settings: {
    iterations: 40,
    validationRows: 50,
    stageOneShare: 0.2,
    leastStageOneRuns: 200,
    explorationPrompts: 12,
    freshInputs: 1,
    searchInputs: 16,
    promptCandidates: 8,
    gapWeights: true,
    lastComponent: "global",
    advantage: 0.5,
    earlyRejection: true,
  },
});
