import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventSchema, type RunEvent } from "../../../src/run/events.ts";
import { landscapeModel } from "../../../src/run/panel/landscapeModel.ts";
import type { ChosenLandscape, LandscapeQuery, LandscapeShown } from "../../../src/run/panel/landscapeShown.ts";
import { MOST_POINTS } from "../../../src/run/panel/panelModel.ts";
import { leastSquares, rankCorrelation } from "../../../src/run/statistics.ts";
import { finishedRun, landscapeRun } from "../exampleEvents.ts";
import { hostileTexts } from "../hostileTexts.ts";
import { candidate, gridRun, opened, promptRun, update } from "./landscapeEvents.ts";
import { shownBy } from "./shownBy.ts";

function shown(events: readonly RunEvent[], query?: unknown): LandscapeShown {
  return shownBy(landscapeModel, events, query);
}

function chosen(events: readonly RunEvent[], query: LandscapeQuery): ChosenLandscape {
  const { chosen: found } = shown(events, query);
  if (found === null) throw new Error("nothing was shown");
  return found;
}

describe("the landscape's model", () => {
  test("shows nothing before the run has begun", () => expect(shown([])).toEqual({ components: [], chosen: null }));

  test("gives plain data of events that the schema accepts", () => {
    for (const events of [finishedRun(), landscapeRun(), gridRun(), promptRun(30)]) {
      for (const event of events) expect(eventSchema.safeParse(event).success).toBe(true);
      const answer = shown(events);
      expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    }
  });

  test("answers the same whether it was asked on the way or not", () => {
    const logs = [finishedRun(), landscapeRun(), gridRun(), promptRun(60)];
    fc.assert(
      fc.property(
        fc.constantFrom(...logs),
        fc.array(fc.nat(), { maxLength: 6 }),
        fc.anything(),
        (log, stops, query) => {
          const state = landscapeModel.empty();
          const asked = new Set(stops.map((stop) => stop % log.length));
          for (const [index, event] of log.entries()) {
            landscapeModel.add(state, event);
            if (asked.has(index)) landscapeModel.shown(state, query);
          }
          expect(landscapeModel.shown(state, {})).toEqual(shown(log, {}));
        },
      ),
    );
  });

  test("answers what is no question like none at all", () => {
    for (const query of [null, 3, "x", { component: 7 }, { reward: "best" }, { component: "__proto__" }]) {
      expect(shown(gridRun(), query)).toEqual(shown(gridRun()));
    }
  });

  test("offers components with a variable, and chooses one that was tried", () => {
    const { components, chosen: first } = shown(promptRun(12));
    expect(components.map(({ name, kind }) => [name, kind])).toEqual([
      ["retriever", "options"],
      ["answerer", "prompt"],
      ["chooser", "model"],
    ]);
    expect(first?.name).toBe("answerer");
  });

  test("holds 100,000 candidates in an answer of bounded size, the extreme, the newest and the current among them", () => {
    const events = promptRun(100_000);
    const state = landscapeModel.empty();
    for (const event of events) landscapeModel.add(state, event);
    const answer = landscapeModel.shown(state, { component: "answerer" }).chosen;
    expect(answer).toMatchObject({ scored: 100_000, values: 100_001 });
    const { candidates = [], pairs = [] } = answer ?? {};
    expect(candidates.length + pairs.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(candidates.length).toBeGreaterThan(MOST_POINTS / 4);
    expect(Math.max(...candidates.map(({ local }) => local ?? 0))).toBe(0.999);
    expect(candidates.at(-1)?.iteration).toBe(10_000);
    expect(candidates.filter(({ mark }) => mark === "current")).toHaveLength(1);
    expect(JSON.stringify(answer).length).toBeLessThan(700_000);
    expect(answer?.agreement.n).toBe(10_001);
  });
});

describe("candidates", () => {
  test("are values: scored again, a value has its last reward and the number of its last event", () => {
    const log = opened()
      .add(candidate("answerer", "Be brief.", { reward: 0.4 }))
      .add(candidate("answerer", "Be brief.", { reward: 0.7, iteration: 3 }));
    const [point, ...others] = chosen(log.events, { component: "answerer" }).candidates;
    expect(point).toEqual({ seq: 2, iteration: 3, text: "Be brief.", mark: null, local: 0.7, global: null });
    expect(others).toEqual([]);
  });

  test("tell the local from the global reward", () => {
    const log = opened()
      .add(candidate("answerer", "A", { reward: 0.4 }))
      .add(candidate("answerer", "A", { reward: 0.9, scorer: "global" }));
    const { candidates, pairs } = chosen(log.events, { component: "answerer" });
    expect(candidates).toMatchObject([{ local: 0.4, global: 0.9 }]);
    expect(pairs).toMatchObject([{ local: 0.4, global: 0.9 }]);
  });

  test("put to the gate have both rewards of that update, whatever later local rewards say", () => {
    const log = opened()
      .add(candidate("answerer", "Answer the question.", { reward: 0.5, current: true }))
      .add(candidate("answerer", "Be brief.", { reward: 0.6 }))
      .add(update("answerer", { before: "Answer the question.", after: "Be brief." }))
      .add(candidate("answerer", "Be brief.", { reward: 0.1, iteration: 2, current: true }));
    const { pairs, candidates } = chosen(log.events, { component: "answerer" });
    expect(pairs).toMatchObject([
      { local: 0.5, global: 0.4, mark: null },
      { local: 0.6, global: 0.6, mark: "current" },
    ]);
    expect(candidates.at(-1)).toMatchObject({ local: 0.1, iteration: 2, mark: "current" });
  });

  test("that were given up early are placed by their difference on the rows that were measured", () => {
    const rows = { before: [0.1, 0.1], after: [0, 0], exampleIds: ["a", "b"], rows: 4 };
    const log = opened()
      .add({
        type: "evaluation",
        of: "unoptimized",
        split: "validation",
        mean: 0.5,
        n: 4,
        exampleIds: ["a", "b", "c", "d"],
        scores: [0.1, 0.1, 0.9, 0.9],
        failures: [],
      })
      .add(
        update("answerer", {
          before: "Answer the question.",
          after: "Worse.",
          decision: "rejected",
          validation: rows,
        }),
      );
    const worse = chosen(log.events, { component: "answerer" }).pairs.find(({ text }) => text === "Worse.");
    expect(worse?.global).toBeCloseTo(0.4, 12);
    expect(worse?.mark).toBe("rejected");
  });

  test("agree as far as ranks and least squares over all of them say", () => {
    const { pairs, agreement } = chosen(promptRun(400), { component: "answerer" });
    const [local, global] = [pairs.map((pair) => pair.local), pairs.map((pair) => pair.global)];
    expect(agreement.n).toBe(41);
    expect(agreement.rank).toBeCloseTo(rankCorrelation(local, global) ?? Number.NaN, 12);
    expect(agreement.line?.slope).toBeCloseTo(leastSquares(local, global)?.slope ?? Number.NaN, 12);
  });

  test("have texts on one short line without marks that deceive, however hostile they are", () => {
    const log = opened();
    for (const { text } of hostileTexts) log.add(candidate("answerer", text));
    const { candidates } = chosen(log.events, { component: "answerer" });
    for (const { text } of candidates) {
      expect([...text].length).toBeLessThanOrEqual(96);
      expect(text).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    }
  });
});

describe("options", () => {
  test("have a measured curve where there is a landscape, in the order of their values", () => {
    const curve = chosen(landscapeRun(), { component: "retriever" }).options?.curve;
    expect(curve).toMatchObject({ key: "k", from: "landscape" });
    expect(curve?.points.map(({ label, current }) => [label, current])).toEqual([
      ["1", false],
      ["5", true],
      ["10", false],
      ["25", false],
    ]);
    expect(curve?.points.every(({ n, global }) => n === 40 && global !== null)).toBe(true);
  });

  test("have means over what was tried where there is none", () => {
    const curve = chosen(gridRun(), { component: "retriever", x: "k" }).options?.curve;
    expect(curve).toMatchObject({ key: "k", from: "candidates" });
    expect(curve?.points.map(({ label, n, current }) => [label, n, current])).toEqual([
      ["1", 6, false],
      ["5", 6, true],
      ["10", 6, false],
      ["25", 6, false],
    ]);
    expect(curve?.points[3]?.local).toBeCloseTo(0.3 + 0.5 - 0.01 / 3, 12);
  });

  test("stand on a grid of any two of them", () => {
    const grid = chosen(gridRun(), { component: "retriever", x: "cut", y: "k" }).options?.grid;
    expect(grid).toMatchObject({ x: "cut", y: "k", columns: ["0", "0.5", "1"], rows: ["1", "5", "10", "25"] });
    expect(grid?.cells).toHaveLength(12);
    expect(grid?.cells.filter(({ current }) => current)).toMatchObject([{ column: 1, row: 1, n: 2 }]);
  });

  test("never stand against themselves", () => {
    expect(chosen(gridRun(), { component: "retriever", x: "k", y: "k" }).options?.grid?.y).not.toBe("k");
  });

  test("are ranked by the share of the reward that each explains", () => {
    const { importance, keys } = chosen(gridRun(), { component: "retriever" }).options ?? {};
    expect(keys?.[0]).toBe("k");
    expect(importance?.[0]?.share).toBeGreaterThan(0.99);
    expect(importance?.find(({ key }) => key === "stem")?.share).toBe(0);
  });

  test("run as lines through all of them", () => {
    const lines = chosen(gridRun(), { component: "retriever" }).options?.lines;
    expect(lines?.lines).toHaveLength(24);
    const stem = lines?.axes.findIndex(({ key }) => key === "stem") ?? -1;
    expect(lines?.axes[stem]?.labels).toEqual(["false", "true"]);
    expect(lines?.axes.find(({ key }) => key === "k")?.labels).toBeNull();
    expect(lines?.lines.find(({ mark }) => mark === "current")?.at[stem]).toBe(1);
  });

  test("of many numbers stand in stretches of equally many", () => {
    const log = opened();
    for (let value = 1; value <= 120; value++) log.add(candidate("retriever", { k: value, cut: 0.5, stem: true }));
    const { curve, grid } = chosen(log.events, { component: "retriever", x: "k", y: "cut" }).options ?? {};
    expect(curve?.points).toHaveLength(12);
    expect(curve?.points[0]?.label).toBe("1 – 10");
    expect(curve?.points.every(({ n }) => n === 10)).toBe(true);
    expect(grid?.cells.reduce((sum, { n }) => sum + n, 0)).toBe(120);
  });

  test("of more names than a picture holds share the last place", () => {
    const log = opened();
    for (let name = 0; name < 40; name++) {
      log.add(candidate("retriever", { k: `name ${String(name).padStart(2, "0")}`, cut: 0.5, stem: true }));
    }
    const { curve } = chosen(log.events, { component: "retriever", x: "k" }).options ?? {};
    expect(curve?.points.length).toBe(25);
    expect(curve?.points.reduce((sum, { n }) => sum + n, 0)).toBe(40);
  });
});

describe("models", () => {
  test("have their rewards, and their shares of inputs where each input chose", () => {
    const perInput = { perInput: true, fallback: "fake:large" } as const;
    const models = { "fake:small": { inputs: 5, reward: 0.8 }, "fake:large": { inputs: 15, reward: 0.6 } };
    const log = opened()
      .add(candidate("chooser", "fake:small", { reward: 0.4, current: true }))
      .add(candidate("chooser", "fake:large", { reward: 0.6 }))
      .add(update("chooser", { before: "fake:small", after: perInput, models, iteration: 2 }));
    const answer = chosen(log.events, { component: "chooser" });
    expect(answer.models).toMatchObject([
      { model: "fake:small", local: 0.4, mark: null },
      { model: "fake:large", local: 0.6, mark: null },
      { model: "model chosen per input, otherwise fake:large", mark: "current" },
    ]);
    expect(answer.choice).toEqual({
      iteration: 2,
      models: [
        { model: "fake:small", inputs: 5, share: 0.25, reward: 0.8 },
        { model: "fake:large", inputs: 15, share: 0.75, reward: 0.6 },
      ],
    });
  });
});
