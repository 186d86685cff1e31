import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { workspace } from "../loader/workspace.ts";
import { fixtureFiles, fixtureHub } from "../reward/hub/fixtureHub.ts";
import { COMMIT, OTHER_COMMIT } from "../reward/hub/loopbackHub.ts";
import { fixtureBackbone } from "../reward/transformer/fixtureBackbone.ts";
import { sharedFixtures } from "../sharedData.ts";
import { optimas } from "./commandLine.ts";
import { demoExperiment } from "./demoExperiment.ts";

const runsIn = (folder: string): string[] => {
  const runs = join(folder, ".optimas/runs");
  return existsSync(runs) ? readdirSync(runs) : [];
};
const eventsOf = (folder: string): { type: string; backbone?: string; settings?: Record<string, unknown> }[] => {
  const [run = "no run", ...others] = runsIn(folder);
  expect(others).toEqual([]);
  const lines = readFileSync(join(folder, ".optimas/runs", run, "events.jsonl"), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => JSON.parse(line));
};
const backbonesOf = (folder: string) =>
  eventsOf(folder).flatMap(({ type, backbone }) => (type === "rewards" && backbone !== undefined ? [backbone] : []));
const settingsOf = (folder: string) => eventsOf(folder).find(({ type }) => type === "run.started")?.settings?.rewards;

const endOf = ({ stdout }: { readonly stdout: string }) => {
  const { configuration, optimized, accepted, alignment } = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  return { configuration, optimized, accepted, alignment };
};

describe("the backbone of a run", () => {
  test("is words unless an experiment says otherwise, and what --backbone says goes before it", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment({ more: 'rewards: { backbone: "./absent", rank: 8 },' }) });
    const given = ["--backbone", "lexical", "--set", "rewards.alpha=4"];
    const { code, stderr } = await optimas(["rewards", "demo.ts", ...given], { cwd });
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(new Set(backbonesOf(cwd)).size).toBe(1);
    expect(backbonesOf(cwd)[0]).toMatch(/^lexical/);
    expect(settingsOf(cwd)).toMatchObject({ backbone: "lexical", rank: 8, alpha: 4 });
  });

  test.each([
    ["--set", "rewards.rank=0", /rewards\.rank/],
    ["--set", "rewards.backbon=x", /rewards: .*backbon/],
    ["--set", "rewards=lexical", /rewards: .*object/],
    ["--backbone", "absent", /There is no folder .*absent, which the backbone .* by "hub:owner\/name"/],
    ["--set", "rewards.backbone=acme/small", /There is no folder .*small, .* by "hub:acme\/small"/],
    ["--set", "rewards.backbone=./demo.ts", /is the file .*demo\.ts; name the folder that it lies in: \./],
  ])("is refused before anything is run where it cannot be: %s %s", async (option, value, message) => {
    const cwd = workspace({ "demo.ts": demoExperiment() });
    const { code, stderr } = await optimas(["run", "demo.ts", option, value], { cwd });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(runsIn(cwd)).toEqual([]);
  });

  test("is not needed to measure", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment({ more: 'rewards: { backbone: "./absent" },' }) });
    expect((await optimas(["evaluate", "demo.ts"], { cwd })).code).toBe(0);
  });
});

const fixtures = sharedFixtures("onnx");
if (fixtures !== undefined) {
  const experiment = demoExperiment({ more: 'rewards: { backbone: "../models/small", rank: 4 },' });
  const withModel = (): string => {
    const folder = workspace({ "tuning/demo.ts": experiment });
    fixtureBackbone(fixtures, join(folder, "models/small"));
    return folder;
  };
  const run = ["run", "tuning/demo.ts", "--json"];

  describe("a transformer beside the experiment", () => {
    test("is what a run learns on, and a killed run goes on with it, to the same end", async () => {
      const undisturbed = withModel();
      const whole = await optimas(run, { cwd: undisturbed });
      expect([whole.code, whole.stderr]).toEqual([0, expect.any(String)]);
      const named = new Set(backbonesOf(undisturbed));
      expect([...named]).toEqual([expect.stringMatching(/^small-mean-[0-9a-f]{12}/)]);
      const cwd = withModel();
      const lines = whole.stdout.split("\n").length;
      expect((await optimas(run, { cwd, killAfterLines: 0.6 * lines })).code).toBeNull();
      const resumed = await optimas(["resume", "latest", "--json"], { cwd });
      expect([resumed.code, resumed.stderr]).toEqual([0, expect.any(String)]);
      expect(new Set(backbonesOf(cwd))).toEqual(named);
      expect(endOf(resumed)).toEqual(endOf(whole));
    });
  });

  test("a folder that is typed starts where it is typed, and is recorded as the experiment would name it", async () => {
    const cwd = withModel();
    writeFileSync(join(cwd, "tuning/plain.ts"), demoExperiment());
    const typed = ["--backbone", "models/small", "--set", "rewards.rank=4"];
    const { code, stderr } = await optimas(["rewards", "tuning/plain.ts", ...typed], { cwd });
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(settingsOf(cwd)).toMatchObject({ backbone: "../models/small", rank: 4 });
  });

  describe("a transformer of the hub", () => {
    const hub = () => fixtureHub(fixtures);
    const given = ["--backbone", "hub:acme/small", "--set", "rewards.rank=4"];

    test("is refused before the run where nobody can be asked, and brought with --yes", async () => {
      const { endpoint } = await hub();
      const cwd = workspace({ "demo.ts": demoExperiment() });
      const env = { HF_ENDPOINT: endpoint, XDG_CACHE_HOME: join(cwd, "cache") };
      const refused = await optimas(["rewards", "demo.ts", ...given], { cwd, env });
      expect(refused.stderr).toMatch(/acme\/small \([\d.]+ [KM]B, from 127\.0\.0\.1:\d+\).*nobody can be asked here/);
      expect(refused.stderr).toContain("optimas backbone hub:acme/small --yes");
      expect(refused.code).toBe(2);
      expect(runsIn(cwd)).toEqual([]);
      const { code, stderr } = await optimas(["rewards", "demo.ts", ...given, "--yes"], { cwd, env });
      expect(stderr).toMatch(/Downloading the backbone acme\/small/);
      expect(stderr).toMatch(/downloaded .* \(100 %\)/);
      expect(code).toBe(0);
      expect(settingsOf(cwd)).toMatchObject({ backbone: "hub:acme/small" });
    });

    test("is the one that a killed run has learned on, although its branch has gone on and the cache was cleared", async () => {
      const started = await hub();
      const cwd = workspace({ "demo.ts": demoExperiment() });
      const env = { HF_ENDPOINT: started.endpoint, XDG_CACHE_HOME: join(cwd, "cache") };
      const run = ["run", "demo.ts", ...given, "--yes", "--json"];
      const whole = await optimas(run, { cwd: workspace({ "demo.ts": demoExperiment() }), env });
      expect([whole.code, whole.stderr]).toEqual([0, expect.any(String)]);
      const lines = whole.stdout.split("\n").length;
      expect((await optimas(run, { cwd, env, killAfterLines: 0.6 * lines })).code).toBeNull();
      rmSync(join(cwd, "cache"), { recursive: true });
      const earlier = { [COMMIT]: fixtureFiles(fixtures, "encoder") };
      started.push("acme/small", { files: fixtureFiles(fixtures, "decoder"), commit: OTHER_COMMIT, earlier });
      const resumed = await optimas(["resume", "latest", "--json", "--yes"], { cwd, env });
      expect([resumed.code, resumed.stderr]).toEqual([
        0,
        expect.stringContaining("Downloading the backbone acme/small"),
      ]);
      expect(new Set(backbonesOf(cwd)).size).toBe(1);
      expect(endOf(resumed)).toEqual(endOf(whole));
    });

    test("is brought by a command of its own, and needs no network afterwards", async () => {
      const started = await hub();
      const cwd = workspace({ "demo.ts": demoExperiment() });
      const env = { HF_ENDPOINT: started.endpoint, XDG_CACHE_HOME: join(cwd, "cache") };
      const brought = await optimas(["backbone", "hub:acme/small", "--yes"], { cwd, env });
      expect([brought.code, existsSync(join(brought.stdout.trim(), "tokenizer.json"))]).toEqual([0, true]);
      await started.stop();
      const { code, stderr } = await optimas(["rewards", "demo.ts", ...given], { cwd, env });
      expect([code, stderr]).toEqual([0, expect.not.stringContaining("Download")]);
    });
  });
}
