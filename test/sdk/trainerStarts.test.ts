import { afterEach, describe, expect, test } from "vitest";
import type { LocalRewards } from "../../src/reward/localRewards.ts";
import { TrainerDied } from "../../src/reward/trainerEnd.ts";
import { Step } from "../../src/sdk/step.ts";
import type { TrainerNews } from "../../src/sdk/trainerNews.ts";
import { TrainerStarts } from "../../src/sdk/trainerStarts.ts";
import type { ProcessEnd } from "../../src/system/processEnd.ts";
import { FakeClock } from "../notebook/fakeClock.ts";
import { fixedRewards, toyLocalReward } from "../optimize/fixedRewards.ts";
import { type Cell, cell } from "./cell.ts";

const failed: ProcessEnd = { how: "exit", code: 1, reason: "The trainer ended with exit code 1.", lastLines: ["why"] };
const died = async (): Promise<LocalRewards> => {
  throw new TrainerDied(failed);
};

/** Lets everything happen that waits for nothing. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("trainers of a run", () => {
  const clock = new FakeClock();
  const steps: Step[] = [];
  afterEach(() => {
    for (const step of steps.splice(0)) step.end();
  });
  const stepIn = async (host?: Cell): Promise<Step> => {
    const step = host === undefined ? new Step(undefined) : await host.run(async () => new Step(undefined));
    steps.push(step);
    return step;
  };
  const heard = (): { host: Cell; news: TrainerNews[] } => {
    const news: TrainerNews[] = [];
    return { news, host: Object.assign(cell({ folder: "/" }), { onTrainer: (one: TrainerNews) => news.push(one) }) };
  };
  /** One that lives until the test ends it. */
  const living = () => {
    let end: (end: ProcessEnd) => void = () => undefined;
    const ended = new Promise<ProcessEnd>((resolve) => {
      end = resolve;
    });
    return { end, start: async (): Promise<LocalRewards> => ({ ...fixedRewards(toyLocalReward), ended }) };
  };

  test("wait longer and longer after each that dies at its start", async () => {
    const starts = new TrainerStarts(clock);
    for (const wait of [0, 1_000, 2_000, 4_000, 4_000]) {
      let attempts = 0;
      // Every time in a cell of its own, as a person does who runs it again.
      const starting = starts.start(await stepIn(cell({ folder: "/" })), () => {
        attempts++;
        return died();
      });
      starting.catch(() => undefined);
      if (wait > 0) {
        clock.advance(wait - 1);
        await settled();
        expect(attempts).toBe(0);
        clock.advance(1);
      }
      await expect(starting).rejects.toThrow(/exit code 1/);
      expect(attempts).toBe(1);
    }
  });

  test("are not started any more by the same code after the third that died", async () => {
    for (const host of [undefined, cell({ folder: "/" })]) {
      const starts = new TrainerStarts(clock);
      let attempts = 0;
      for (let i = 0; i < 10; i++) {
        const starting = starts.start(await stepIn(host), () => {
          attempts++;
          return died();
        });
        starting.catch(() => undefined);
        await settled();
        clock.advance(4_000);
        await expect(starting).rejects.toThrow(TrainerDied);
      }
      expect(attempts).toBe(3);
      expect(starts.advice(host, "all is saved in r1")).toBe(
        `It ended 3 times in a row within seconds of its start. ${
          host ? "Run the cell again" : "Open the experiment again, with `resume`,"
        } to start a new one and go on: all is saved in r1.`,
      );
    }
  });

  test("start at once after one that lived for long, or after a step that succeeded", async () => {
    const starts = new TrainerStarts(clock);
    const first = living();
    await starts.start(await stepIn(), first.start);
    clock.advance(10_000);
    first.end(failed);
    await settled();
    const second = living();
    await starts.start(await stepIn(), second.start);
    second.end(failed);
    await settled();
    starts.forget();
    await starts.start(await stepIn(), living().start);
    expect(clock.waiting).toBe(0);
  });

  test("are told of to the cell, but for an end that was asked for", async () => {
    const starts = new TrainerStarts(clock);
    const { host, news } = heard();
    const first = living();
    await starts.start(await stepIn(host), first.start);
    first.end({ how: "disposed", reason: "It was not needed.", lastLines: [] });
    await settled();
    const second = living();
    await starts.start(await stepIn(host), second.start);
    second.end(failed);
    await settled();
    expect(news).toEqual([{ kind: "started" }, { kind: "started" }, { kind: "died", reason: failed.reason }]);
  });

  test("are not waited for once the step is stopped", async () => {
    const starts = new TrainerStarts(clock);
    await expect(starts.start(await stepIn(), died)).rejects.toThrow(TrainerDied);
    const host = cell({ folder: "/" });
    const waiting = starts.start(await stepIn(host), died);
    const reason = new Error("enough");
    host.interrupt(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(clock.waiting).toBe(0);
  });

  test("a start that fails for another reason is thrown as it is, and nothing waits", async () => {
    const starts = new TrainerStarts(clock);
    const error = new RangeError("no");
    await expect(starts.start(await stepIn(), () => Promise.reject(error))).rejects.toBe(error);
    await starts.start(await stepIn(), living().start);
    expect(clock.waiting).toBe(0);
  });
});
