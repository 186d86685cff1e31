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
  // Component calls are cheap to score by local rewards: more candidates on fewer inputs, and a wider gate, than by default.
  settings: {
    iterations: 30,
    validationRows: 50,
    stageOneShare: 0.35,
    explorationPrompts: 12,
    freshInputs: 4,
    searchInputs: 12,
    promptCandidates: 6,
    gapWeights: true,
  },
});
