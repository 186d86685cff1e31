import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Backbones } from "../../src/notebook/kernelBackbones.ts";
import { kernelEnvironment } from "../../src/notebook/kernelEnvironment.ts";
import type { Download, DownloadNews } from "../../src/notebook/kernelProtocol.ts";
import { demoExperiment } from "../cli/demoExperiment.ts";
import { fixtureHub } from "../reward/hub/fixtureHub.ts";
import { sharedFixtures } from "../sharedData.ts";
import { type BenchKernel, KernelBench, type Ran } from "./kernelBench.ts";

const bench = new KernelBench();
afterAll(() => bench.dispose());

/** A folder with an experiment, and a kernel that works in it. */
async function kernelWith(
  name: string,
  backbones: Backbones | undefined,
  more = "",
  endpoint = "http://127.0.0.1:9",
): Promise<{ readonly folder: string; readonly kernel: BenchKernel }> {
  const folder = join(bench.folder, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "demo.ts"), demoExperiment({ more }));
  const cache = { HF_ENDPOINT: endpoint, XDG_CACHE_HOME: join(folder, "cache"), TMPDIR: bench.folder };
  const environment = { ...kernelEnvironment(process.env, { electron: false }), ...cache };
  return { folder, kernel: await bench.start({ folder, environment, backbones }) };
}

const fitting = `
import demo from "./demo.ts";
const fitted = await demo.open();
await fitted.fitRewards();
await fitted.close();`;

const problem = ({ outputs }: Ran): string => {
  const error = outputs.find((output) => output.type === "error");
  return error === undefined ? "" : `${error.name}: ${error.message}`;
};
const runsOf = (folder: string): string[] => {
  const runs = join(folder, ".optimas/runs");
  return existsSync(runs) ? readdirSync(runs) : [];
};
const eventsOf = (folder: string) =>
  runsOf(folder).flatMap((run) =>
    readFileSync(join(folder, ".optimas/runs", run, "events.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line): Record<string, unknown> => JSON.parse(line)),
  );
const learntOn = (folder: string) =>
  eventsOf(folder).flatMap(({ type, backbone }) => (type === "rewards" ? [backbone] : []));

describe("the backbone that whoever started a kernel names", () => {
  test("holds for runs whose experiment names none", async () => {
    const named = join(bench.folder, "models/absent");
    const { folder, kernel } = await kernelWith("named", { named: async () => named });
    expect(problem(await kernel.run(fitting))).toMatch(/^UserError: There is no folder .*models.absent, /);
    expect(runsOf(folder)).toEqual([]);
    const own = `${fitting.replace("open()", 'open({ settings: { rewards: { backbone: "lexical" } } })')}`;
    expect(problem(await kernel.run(own))).toBe("");
    expect(new Set(learntOn(folder)).size).toBe(1);
  });

  test("is not needed to measure, and what cannot be had stops the first step that learns", async () => {
    const { kernel } = await kernelWith("measured", { named: async () => "/no/such/folder" });
    const measuring = fitting.replace("await fitted.fitRewards", `await fitted.evaluate(); console.log("measured");$&`);
    const ran = await kernel.run(measuring);
    expect([ran.stdout.trim(), problem(ran)]).toEqual(["measured", expect.stringContaining("There is no folder")]);
  });

  test("gives way to what an experiment says", async () => {
    const more = 'rewards: { backbone: "lexical" },';
    const { folder, kernel } = await kernelWith("own", { named: async () => "/no/such/folder" }, more);
    expect(problem(await kernel.run(fitting))).toBe("");
    expect(learntOn(folder).length).toBeGreaterThan(0);
  });
});

const fixtures = sharedFixtures("onnx");
if (fixtures !== undefined)
  describe("a backbone that is not on the machine", () => {
    const hub = () => fixtureHub(fixtures);
    const more = 'rewards: { backbone: "hub:acme/small", rank: 4 },';

    test("is asked about with its size, told of while it comes, and stays that of the run whatever is named later", async () => {
      const { endpoint } = await hub();
      const asked: Download[] = [];
      const told: DownloadNews[] = [];
      let named = "hub:acme/small";
      const { folder, kernel } = await kernelWith(
        "asked",
        {
          named: async () => named,
          mayDownload: async (download) => asked.push(download) > 0,
          onDownload: (news) => told.push(news),
        },
        "",
        endpoint,
      );
      const [opening = "", ...learning] = fitting.split("await fitted");
      expect(problem(await kernel.run(`${opening}await fitted.evaluate();`))).toBe("");
      expect(asked).toEqual([]);
      expect(problem(await kernel.run(["", ...learning].join("await fitted")))).toBe("");
      expect(asked).toEqual([
        { name: "acme/small", host: endpoint.replace("http://", ""), bytes: expect.any(Number), present: 0 },
      ]);
      expect(told[0]).toEqual({ kind: "progress", name: "acme/small", present: 0, total: asked[0]?.bytes });
      expect(told.at(-1)).toEqual({ kind: "over", name: "acme/small" });
      const [on, ...others] = new Set(learntOn(folder));
      expect([on, others]).toEqual([expect.stringContaining("-mean-"), []]);
      named = "lexical";
      const path = JSON.stringify(join(folder, ".optimas/runs", runsOf(folder)[0] ?? ""));
      const goingOn = `
const gone = await demo.open({ resume: ${path} });
await gone.step();
await gone.close();
const trials = await demo.trials({ rewardsFrom: ${path} });
console.log((await trials.offer()).components.map(({ rewarded }) => rewarded).join());
await trials.close();`;
      const ran = await kernel.run(goingOn);
      expect([problem(ran), ran.stdout.trim()]).toEqual(["", "true,false"]);
      expect(new Set(learntOn(folder))).toEqual(new Set([on]));
      expect(asked).toHaveLength(1);
    });

    test.each([
      ["was declined", { mayDownload: async () => false }, /acme\/small was not downloaded/],
      ["can be asked about by nobody", {}, /nobody can be asked here .*optimas backbone hub:acme\/small/],
    ])("fails the step before anything is run where it %s", async (name, backbones, message) => {
      const { endpoint } = await hub();
      const { folder, kernel } = await kernelWith(name, backbones, more, endpoint);
      const ran = await kernel.run(fitting);
      expect(problem(ran)).toMatch(message);
      expect(runsOf(folder)).toEqual([]);
    });
  });
