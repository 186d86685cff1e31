import { expect, test } from "vitest";
import { learnedOn } from "../../src/run/views/backboneWords.ts";
import type { RunView } from "../../src/run/views/runView.ts";

const learning = (...backbones: (string | null)[]) =>
  ({
    components: backbones.map((backbone) => ({ localReward: backbone === null ? null : { backbone } })),
  }) as unknown as RunView;

test("what rewards were learned on is told where it is another than features of words", () => {
  expect(learnedOn(learning())).toBeUndefined();
  expect(learnedOn(learning("lexical-1", null))).toBeUndefined();
  expect(learnedOn(learning("small-mean-1f", "small-mean-1f", null))).toBe("Learned on small-mean-1f.");
  expect(learnedOn(learning("random", "random"))).toBe("Learned on random.");
});
