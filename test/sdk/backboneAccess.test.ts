import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { layeredSettings } from "../../src/optimize/settings.ts";
import { unsaidRewards } from "../../src/sdk/backboneAccess.ts";
import type { CellHost } from "../../src/sdk/cellHost.ts";
import { cell } from "./cell.ts";

const place = resolve("/work/project/experiments");
const naming = (backbone: string | undefined): CellHost => ({
  ...cell({ folder: place }),
  backbones: { named: async () => backbone },
});

describe("what holds where an experiment names no backbone", () => {
  test.each([
    ["lexical", "lexical"],
    ["hub:acme/small", "hub:acme/small"],
    [join(place, "small"), "./small"],
    // A folder of that name is no word for the features of words.
    [join(place, "lexical"), "./lexical"],
    [place, "./"],
    [resolve("/work/project/models/small"), "../models/small"],
  ])("is what the cell's host names (%s), as the experiment would name it", async (named, said) => {
    expect(await unsaidRewards(undefined, naming(named), place)).toEqual({ rewards: { backbone: said } });
  });

  test("is nothing where nobody names one", async () => {
    for (const host of [undefined, cell({ folder: place }), naming(undefined)])
      expect(await unsaidRewards(undefined, host, place)).toEqual({});
  });

  test("is what a run that goes on has begun with, also one that knew of no backbones", async () => {
    const begun = { settings: { rewards: { backbone: "./small", rank: 8 } } };
    expect(await unsaidRewards(begun, naming("hub:acme/small"), place)).toEqual(begun.settings);
    expect(await unsaidRewards({ settings: {} }, naming("hub:acme/small"), place)).toEqual({ rewards: {} });
  });
});

describe("settings of several origins", () => {
  test("hold the later over the earlier, those of rewards one by one", () => {
    const [own, given] = [
      { seed: 2, rewards: { backbone: "./a", rank: 8 } },
      { seed: 3, rewards: { alpha: 4 } },
    ];
    expect(layeredSettings(own, undefined, given, { rewards: { backbone: "lexical" } })).toEqual({
      seed: 3,
      rewards: { backbone: "lexical", rank: 8, alpha: 4 },
    });
    expect(layeredSettings({ seed: 2 }, {})).toEqual({ seed: 2 });
  });
});
