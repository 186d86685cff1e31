import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as runtime from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { openBackboneFolder } from "../../src/reward/transformer/backboneFolder.ts";
import { exportRewards } from "../../src/reward/transformer/export/exportRewards.ts";
import { readSafetensors } from "../../src/reward/transformer/safetensors.ts";
import { workspace } from "../loader/workspace.ts";
import { someAdapter, someHeads } from "../reward/transformer/export/openedFixture.ts";
import { fixtureBackbone } from "../reward/transformer/fixtureBackbone.ts";
import { sharedFixtures } from "../sharedData.ts";
import { optimas } from "./commandLine.ts";
import { demoExperiment } from "./demoExperiment.ts";

const fixtures = sharedFixtures("onnx");

describe("exporting local rewards", () => {
  test("is refused for a run that has none on a transformer, with what to do", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment() });
    expect((await optimas(["evaluate", "demo.ts"], { cwd })).code).toBe(0);
    const none = await optimas(["rewards", "export", "latest", "exported"], { cwd });
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/has no local rewards to export/)]);
    expect((await optimas(["rewards", "demo.ts", "--out", "fitted"], { cwd })).code).toBe(0);
    const words = await optimas(["rewards", "export", "latest", "exported", "--out", "fitted"], { cwd });
    expect([words.code, words.stderr]).toEqual([2, expect.stringMatching(/on features of words.*--backbone/s)]);
    expect(existsSync(join(cwd, "exported"))).toBe(false);
  });

  test("to start from them is refused where words are learned on", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment() });
    const { code, stderr } = await optimas(["run", "demo.ts", "--set", "rewards.start=exported"], { cwd });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/`rewards\.start` names .*exported.*`rewards\.backbone`/),
    ]);
  });

  if (fixtures !== undefined) {
    const withModel = (): string => {
      const folder = workspace({
        "tuning/demo.ts": demoExperiment({ more: 'rewards: { backbone: "../small", rank: 4 },' }),
      });
      fixtureBackbone(fixtures, join(folder, "small"));
      return folder;
    };

    test("gives a model that other programs run, with what the run knows of its components", async () => {
      const cwd = withModel();
      expect((await optimas(["rewards", "tuning/demo.ts", "--json"], { cwd })).code).toBe(0);
      const { code, stdout, stderr } = await optimas(["rewards", "export", "latest", "out/rewards", "--json"], { cwd });
      expect([code, stderr]).toEqual([0, ""]);
      const folder = join(cwd, "out/rewards");
      expect(JSON.parse(stdout)).toEqual({ folder, notes: [] });
      const { components, base } = JSON.parse(readFileSync(join(folder, "rewards.json"), "utf8"));
      const run = readdirSync(join(cwd, ".optimas/runs"))[0] ?? "";
      const events: { type: string; component: string; fit: { alignment?: number; heldOut: number } }[] = readFileSync(
        join(cwd, ".optimas/runs", run, "events.jsonl"),
        "utf8",
      )
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      const fits = events.filter(({ type }) => type === "rewards");
      expect(fits.length).toBeGreaterThan(0);
      expect(base).toBeNull();
      expect(components).toEqual(
        fits.map(({ component, fit }) => ({
          name: component,
          description: expect.stringMatching(/./),
          alignment: fit.alignment ?? null,
          heldOut: fit.heldOut,
        })),
      );
      const session = await runtime.InferenceSession.create(join(folder, "model.onnx"));
      expect(session.outputNames).toEqual(["rewards"]);
      await session.release();
    });

    test("lets another run start from them, which goes on without them once it has its own", async () => {
      const cwd = withModel();
      const opened = await openBackboneFolder(join(cwd, "small"));
      const adapter = someAdapter(opened.backbone, ["query"]);
      const heads = someHeads(["pad"], opened.backbone.width);
      const facts = { base: null, simulated: false, components: [] };
      const exported = join(cwd, "exported");
      await exportRewards({ opened, backboneFolder: join(cwd, "small"), rewards: { adapter, heads }, facts }, exported);
      const run = [
        "run",
        "tuning/demo.ts",
        "--json",
        "--set",
        "rewards.start=../exported",
        "--iterations",
        "8",
        "--no-save",
      ];
      const whole = await optimas(run, { cwd });
      expect([whole.code, whole.stderr]).toEqual([0, expect.any(String)]);
      // It began with that adapter, and adapters are of its rank from then on.
      expect((await optimas(["rewards", "export", "latest", "again"], { cwd })).code).toBe(0);
      const { tensors } = readSafetensors(join(cwd, "again/adapter_model.safetensors"));
      expect([...tensors.values()].map(({ shape }) => shape)).toEqual([
        [3, 64],
        [64, 3],
        [3, 64],
        [64, 3],
      ]);
      const lines = whole.stdout.split("\n").length;
      expect((await optimas(run, { cwd, killAfterLines: 0.6 * lines })).code).toBeNull();
      rmSync(exported, { recursive: true });
      const resumed = await optimas(["resume", "latest", "--json"], { cwd });
      expect([resumed.code, resumed.stderr]).toEqual([0, expect.any(String)]);
      const end = ({ stdout }: { readonly stdout: string }) => {
        const { configuration, optimized, accepted, alignment } = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
        return { configuration, optimized, accepted, alignment };
      };
      expect(end(resumed)).toEqual(end(whole));
    });

    test("finds the backbone where it was moved to, and says in the log what of a start was left out", async () => {
      const cwd = withModel();
      const run = ["rewards", "tuning/demo.ts", "--json", "--set", "rewards.start=../peft"];
      const opened = await openBackboneFolder(join(cwd, "small"));
      const elsewhere = { ...opened, reading: { ...opened.reading, name: "other-mean-0123456789ab" } };
      const heads = someHeads(["pad"], opened.backbone.width);
      const rewards = { adapter: someAdapter(opened.backbone), heads };
      const facts = { base: null, simulated: false, components: [] };
      await exportRewards({ opened: elsewhere, backboneFolder: join(cwd, "small"), rewards, facts }, join(cwd, "peft"));
      const { code, stdout } = await optimas(run, { cwd });
      expect(code).toBe(0);
      expect(stdout).toMatch(/"type":"warning","message":"Heads of .* were fitted on other-mean-0123456789ab/);
      renameSync(join(cwd, "small"), join(cwd, "moved"));
      const lost = await optimas(["rewards", "export", "latest", "exported"], { cwd });
      expect([lost.code, lost.stderr]).toEqual([2, expect.stringMatching(/There is no .*small/)]);
      const found = await optimas(["rewards", "export", "latest", "exported", "--backbone", "moved"], { cwd });
      expect([found.code, found.stdout.trim()]).toEqual([0, join(cwd, "exported")]);
    });
  }
});
