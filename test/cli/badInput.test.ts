import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { workspace } from "../loader/workspace.ts";
import { demoExperiment } from "./demoExperiment.ts";
import { typed } from "./typedCommand.ts";

describe("bad usage or input", () => {
  const check = (args: string, message: RegExp, files: Readonly<Record<string, string>> = {}) =>
    test(`optimas ${args}`, async () => {
      const cwd = workspace({ "demo.ts": demoExperiment(), ...files });
      const { code, stdout, stderr } = await typed(args.split(" "), cwd);
      expect(stderr).toMatch(message);
      expect(stderr).not.toContain("    at ");
      expect(stdout).toBe("");
      expect(code).toBe(2);
      expect(existsSync(join(cwd, ".optimas"))).toBe(false);
    });
  check("frobnicate", /^error: unknown command 'frobnicate'/);
  check("run", /^error: missing required argument 'FILE'/);
  check("run absent.ts", /^There is no file absent\.ts; name an experiment file\.$/m);
  check("run demo.ts --iterations 1.5", /It must be a whole number\./);
  check("run demo.ts --budget-runs 0", /It must be a number above 0, or "none" for no limit\./);
  check("run demo.ts --budget-calls 2.5", /It must be a whole number above 0, or "none" for no limit\./);
  check("resume latest --budget-minutes soon", /It must be a number above 0, or "none" for no limit\./);
  check("run demo.ts --set rollouts", /It must look like name=value/);
  check("run demo.ts --set rollout=1", /settings cannot be used: .*"rollout"/);
  check("run demo.ts --concurrency 0", /settings cannot be used: concurrency: /);
  check("run demo.ts --model nobody:knows", /There is no model "nobody:knows"\. .*The providers are simulated, /);
  check("run demo.ts --data absent", /There is no absent\/train\.jsonl|There is no .*absent\/train\.jsonl/);
  check("run demo.ts --configuration bad.json", /The value of "pad" must have "times" in 1, 2, 3, 4, not 9\./, {
    "bad.json": '{ "format": 1, "configuration": { "pad": { "times": 9 } } }',
  });
  check("run demo.ts --configuration new.json", /new\.json was written by a newer version of Optimas \(format 2/, {
    "new.json": '{ "format": 2 }',
  });
  check("landscape demo.ts pda times", /has no component "pda"; there are pad, count\./);
  check("landscape demo.ts pad tims", /"pad" has no option "tims"; there are times\./);
  check("landscape demo.ts count x", /the variable of "count" is none/);
  check("run broken.ts", /^broken\.ts:1:7: Expected identifier/m, { "broken.ts": "const = 1;" });
  check("show latest", /There are no runs in \.optimas\/runs/);
});

describe("help", () => {
  test("tells every command and the exit codes, on stdout", async () => {
    const { code, stdout, stderr } = await typed(["--help"], workspace({}));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of ["run", "evaluate", "rewards", "landscape", "runs", "show", "report", "resume"]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} \\[options\\]`, "m"));
    }
    expect(stdout).toContain("Exit codes: 0 done, 1 failed, 2 bad usage or input, 130 interrupted.");
  });

  test("of one command tells its options", async () => {
    const { code, stdout } = await typed(["run", "--help"], workspace({}));
    expect(code).toBe(0);
    for (const option of ["data", "out", "seed", "iterations", "budget-runs", "concurrency", "model", "json", "save"]) {
      expect(stdout).toContain(`--${option}`);
    }
  });

  test("--version prints the version alone", async () => {
    const { code, stdout } = await typed(["--version"], workspace({}));
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});
