import { describe, expect, test } from "vitest";
import { eventSchema } from "../../src/run/events.ts";
import { BudgetExhausted } from "../../src/system/ledger.ts";
import { UserError } from "../../src/system/userError.ts";
import { refusal, run } from "./toyRuns.ts";
import { completing, eventsOf, type ToyRun, toy, toyReward } from "./toySystem.ts";

describe("what the user can mend is refused", () => {
  test("a reward that is the same for everything", async () => {
    const message = await refusal(run({ experiment: { reward: () => 0.5 } }));
    expect(message).toMatch(/reward gave 0\.5 to every output .* nothing to learn/);
  });

  test("but not a reward that differs between rows only", async () => {
    const reward = async (_output: unknown, { id }: { readonly id: string }) => (id === "validation0" ? 1 : 0);
    expect((await run({ experiment: { reward } })).summary.stop).toBe("iterations");
  });

  test.each(["no index at /tmp/none.", "no index at /tmp/none", "no index at /tmp/none\n"])(
    "a system that fails on every row, with the first failure: %j",
    async (thrown) => {
      const broken = toy({
        change: (made) => (made.name === "picker" ? { ...made, run: () => Promise.reject(new Error(thrown)) } : made),
      });
      const message = await refusal(run({ toy: broken }));
      expect(message).toMatch(
        /All 5 validation rows failed, the first \(validation\d\) in picker: no index at \/tmp\/none\. Mend this/,
      );
    },
  );

  test("a reward that fails on every row", async () => {
    const message = await refusal(run({ experiment: { reward: () => Number.NaN } }));
    expect(message).toMatch(/All 5 validation rows failed, the first .* in reward: .*NaN/);
  });

  test.each<[string, ToyRun, RegExp]>([
    [
      "a component to optimize that does not exist",
      { settings: { components: ["pickr"] } },
      /no component "pickr"; there are drafter, picker, answerer/,
    ],
    [
      "a component of a landscape that does not exist",
      { goal: { kind: "landscape", component: "pickr", key: "k" } },
      /no component "pickr"/,
    ],
    [
      "a key that does not exist",
      { goal: { kind: "landscape", component: "picker", key: "kk" } },
      /"picker" has no option "kk"; there are k, loud/,
    ],
    [
      "a landscape of a prompt",
      { goal: { kind: "landscape", component: "drafter", key: "k" } },
      /variable of "drafter" is a prompt\. Name a component with options/,
    ],
    [
      "another key than the model",
      { goal: { kind: "landscape", component: "answerer", key: "k" } },
      /Its only key is "model"/,
    ],
    [
      "a start outside the search space",
      { request: { configuration: { picker: { k: 3, loud: false } } } },
      /"picker" must have "k" in 1, 2, 4, 8, not 3/,
    ],
    [
      "a state that cannot be read",
      { request: { resume: { state: { version: 0 }, candidates: [], rewardsFile: undefined } } },
      /state of run toy-run cannot be read/,
    ],
  ])("%s", async (_what, given, message) => {
    const made = toy();
    expect(await refusal(run({ ...given, toy: made }))).toMatch(message);
    expect(made.executions.size).toBe(0);
  });

  test("and a failed run says so in its last event", async () => {
    const events: unknown[] = [];
    await run({ experiment: { reward: () => 0.5 }, onEvent: (event) => events.push(event) }).catch(() => {});
    expect(events.at(-1)).toMatchObject({ type: "run.failed", message: expect.stringMatching(/reward gave 0\.5/) });
  });

  test("but running out of budget is no mistake of the user's", () => {
    expect(new BudgetExhausted("calls", "no call is left")).toBeInstanceOf(UserError);
  });
});

describe("a proposer", () => {
  const failing = (fails: (call: number) => boolean) => {
    let calls = 0;
    return completing("fake:proposer", (request) => {
      if (fails(calls++)) throw new Error("overloaded");
      return `<prompt>Write a draft. verify ${request.sample}</prompt>`;
    });
  };

  test("that fails now and then costs a proposal, not the run", async () => {
    const proposer = failing((call) => call % 2 === 0);
    const { summary, events } = await run({
      settings: { components: ["drafter"], iterations: 2 },
      request: { proposer },
    });
    expect(summary.stop).toBe("iterations");
    expect(eventsOf(events, "candidate").some(({ current }) => !current)).toBe(true);
  });

  test("that never answers ends the run, saying so", async () => {
    const settings = { components: ["drafter"], explorationPrompts: 0, iterations: 1 };
    const message = await refusal(run({ settings, request: { proposer: failing(() => true) } }));
    expect(message).toMatch(/^fake:proposer answered none of 9 requests for new prompts of drafter: overloaded/);
    const stageOne = await refusal(run({ request: { proposer: failing(() => true) } }));
    expect(stageOne).toMatch(/answered none of 4 requests/);
  });
});

test("a component that no recorded row reaches is left as it is, and no event holds NaN", async () => {
  const { system, executions } = toy();
  const routed = {
    ...system,
    route: ({ question }: Readonly<Record<string, unknown>>) =>
      String(question).startsWith("validation") ? ["drafter", "picker", "answerer"] : ["drafter"],
  };
  for (const scorer of ["local", "global"] as const) {
    const { events, summary } = await run({
      toy: { system: routed, executions },
      settings: { components: ["picker"], iterations: 2, scorer },
    });
    expect(summary.accepted).toBe(0);
    for (const event of events) expect(eventSchema.safeParse(JSON.parse(JSON.stringify(event))).error).toBeUndefined();
  }
});

test("a reward that compares nothing in the final output is seen", () => {
  expect(
    toyReward({ answer: "solid solid from 4 by fake:large" }, { id: "x" }, { signal: new AbortController().signal }),
  ).toBeCloseTo(2 / 6 + 0.5, 12);
});
