import { expect, test } from "vitest";
import { toldSettings } from "../../src/run/views/toldSettings.ts";

test("settings of rewards are told by name, and only the backbone where nothing else counts", () => {
  const lexical = { seed: 1, "rewards.backbone": "lexical" };
  // Runs of before knew of no backbones.
  expect(toldSettings({ seed: 1 })).toEqual(lexical);
  expect(toldSettings({ seed: 1, rewards: { backbone: "lexical", rank: 32 } })).toEqual(lexical);
  expect(toldSettings({ rewards: { backbone: "./small", rank: 8, targets: ["query"] } })).toEqual({
    "rewards.backbone": "./small",
    "rewards.rank": 8,
    "rewards.targets": ["query"],
  });
});
