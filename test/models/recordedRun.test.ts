import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { experiment, rows } from "optimas";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { cachedAnswers } from "../../src/models/cachedAnswers.ts";
import { contents } from "../../src/models/record/eviction.ts";
import { recordFolder } from "../../src/models/record/recordFolder.ts";
import type { SettingsInput } from "../../src/optimize/settings.ts";
import type { EventOf, RunEvent } from "../../src/run/events.ts";
import type { TypedSystem } from "../../src/sdk/experiment.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { fixedRewards, toyLocalReward } from "../optimize/fixedRewards.ts";
import { toy, toyReward, toySettings } from "../optimize/toySystem.ts";
import { type LoopbackServer, startLoopback } from "./loopback/loopbackServer.ts";
import { toyAnswers } from "./servedToy.ts";

const questions = (split: string, count: number) =>
  rows(Array.from({ length: count }, (_, index) => ({ question: `${split} question ${index}` })));

const declared = () =>
  experiment({
    system: toy().system as TypedSystem<{ readonly answer: string }>,
    data: { train: questions("train", 6), validation: questions("validation", 4), test: questions("test", 2) },
    reward: (output, example, context) => Number(toyReward({ ...output }, example, context)),
    model: "openai:toy",
    // A budget that holds everything: nobody is to be asked.
    settings: { ...toySettings, budgetCalls: 1_000_000 },
  });

describe("runs that ask a provider", () => {
  let folder: string;
  let server: LoopbackServer;
  beforeEach(async () => {
    server = await startLoopback({ answer: toyAnswers });
    folder = scratchFolder({});
    writeFileSync(
      join(folder, "optimas.models.json"),
      JSON.stringify({
        version: 1,
        servers: {
          openai: { baseUrl: `${server.url}/v1`, keyVariable: "OPENAI_API_KEY" },
          fake: { baseUrl: `${server.url}/v1` },
        },
        limits: { openai: unlimited, fake: unlimited },
        prices: { "openai:toy": { inputPerMillion: 3, outputPerMillion: 15 } },
      }),
    );
    vi.stubEnv("OPENAI_API_KEY", KEY);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server.close();
  });

  /** A whole optimization; `sent` are the requests that reached the server meanwhile. */
  async function optimized(settings: SettingsInput = {}, place = folder) {
    const before = server.ledger.received;
    const events: RunEvent[] = [];
    const bench = await declared().open({
      file: join(place, "toy.ts"),
      out: join(place, ".optimas/runs"),
      start: "source",
      save: false,
      startRewards: async () => fixedRewards(toyLocalReward),
      settings,
      onEvent: (event) => events.push(event),
    });
    await bench.optimize({ iterations: 1 });
    await bench.close();
    await cachedAnswers(recordFolder(join(place, ".optimas/runs"))).settled();
    const summary = events.find((event): event is EventOf<"summary"> => event.type === "summary");
    const spent = summary?.spentCalls ?? [];
    return {
      configuration: summary?.configuration,
      optimized: summary?.optimized,
      sent: server.ledger.received - before,
      calls: spent.reduce((sum, { calls }) => sum + calls, 0),
      recorded: spent.reduce((sum, row) => sum + (row.recorded ?? 0), 0),
      tokens: spent.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0),
    };
  }

  test("ask nothing that was answered before: the same run again comes to the same and costs nothing", async () => {
    const first = await optimized();
    expect(first.sent).toBeGreaterThan(20);
    expect(first.calls).toBe(first.sent);
    const again = await optimized();
    expect(again).toMatchObject({ configuration: first.configuration, optimized: first.optimized });
    expect(again).toMatchObject({ sent: 0, calls: 0, tokens: 0 });
    expect(again.recorded).toBe(first.calls + first.recorded);
  });

  test("send everything, and keep nothing, with the setting `cache` off", async () => {
    const first = await optimized({ cache: "off" });
    const again = await optimized({ cache: "off" });
    expect(first).toMatchObject({ calls: first.sent, recorded: 0 });
    expect(again).toMatchObject({ calls: again.sent, recorded: 0 });
    expect(again.sent).toBeGreaterThan(20);
    expect(readdirSync(join(folder, ".optimas"))).not.toContain("cache");
  });

  test("find what other processes were answered, and pay anew for what was damaged meanwhile", async () => {
    const first = await optimized();
    const { configuration } = first;
    // A record in another place is read as a later process would read it: from the disk.
    expect(await optimized({}, moved(folder, "whole"))).toMatchObject({ configuration, sent: 0, calls: 0 });
    const damaged = moved(folder, "damaged");
    for (const { path } of await contents(join(damaged, ".optimas/cache"))) writeFileSync(path, "{}");
    expect(await optimized({}, damaged)).toMatchObject({ configuration, sent: first.sent, calls: first.sent });
    // And then it is whole again.
    expect(await optimized({}, moved(damaged, "whole again"))).toMatchObject({ configuration, sent: 0 });
  });

  test("leave no key in the record", async () => {
    await optimized();
    const record = join(folder, ".optimas/cache");
    const files = readdirSync(record, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) expect(readFileSync(join(file.parentPath, file.name), "utf8")).not.toContain(KEY);
  });
});

/** A copy of a workspace. */
function moved(from: string, name: string): string {
  const to = join(scratchFolder({}), name);
  cpSync(from, to, { recursive: true });
  return to;
}

const unlimited = { requestsPerMinute: 1_000_000, tokensPerMinute: 1_000_000_000, concurrency: 64 };

const KEY = "sk-toy-5hT7wQ2mZ8xK4vN1";
