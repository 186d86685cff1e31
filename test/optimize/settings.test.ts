import { describe, expect, test } from "vitest";
import { parseSettings, type SettingsInput } from "../../src/optimize/settings.ts";
import { UserError } from "../../src/system/userError.ts";

describe("settings", () => {
  test("follow the paper where it gives a value (Tables 6 and 7, Appendix D)", () => {
    expect(parseSettings({})).toMatchObject({
      validationRows: 20,
      freshInputs: 20,
      promptCandidates: 3,
      samples: 3,
      rollouts: 3,
      componentChoice: "uniform",
      cooldown: 0,
      gapWeights: false,
      groundTruth: false,
      pairRule: "all",
      scorer: "local",
      trustThreshold: 0.55,
    });
  });

  test("keep what is given", () => {
    expect(parseSettings({ iterations: 0, budgetRuns: null, components: ["a"] })).toMatchObject({
      iterations: 0,
      budgetRuns: null,
      components: ["a"],
    });
  });

  test.each<[object, RegExp]>([
    [{ iteratons: 3 }, /iteratons/],
    [{ iterations: -1 }, /iterations: /],
    [{ iterations: 1.5 }, /iterations: /],
    [{ budgetRuns: 0 }, /budgetRuns: /],
    [{ concurrency: 0 }, /concurrency: /],
    [{ stageOneShare: 1 }, /stageOneShare: /],
    [{ trustThreshold: 1.1 }, /trustThreshold: /],
    [{ scorer: "best" }, /scorer: .*"local"/],
    [{ seed: "one", samples: 0 }, /seed: .*; samples: /],
  ])("refuse %j, naming the setting", (given, message) => {
    const parse = () => parseSettings(given as SettingsInput);
    expect(parse).toThrow(UserError);
    expect(parse).toThrow(message);
  });
});
