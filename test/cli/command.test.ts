import { execFile } from "node:child_process";
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { workspace } from "../loader/workspace.ts";
import { optimas } from "./commandLine.ts";
import { demoExperiment } from "./demoExperiment.ts";
import { typed } from "./typedCommand.ts";

const runsIn = (folder: string): string[] => readdirSync(join(folder, ".optimas/runs"));
const onlyRun = (folder: string): string => {
  const [run = "no run", ...others] = runsIn(folder);
  expect(others).toEqual([]);
  return run;
};
const logOf = (folder: string, run = onlyRun(folder)): { seq: number; type: string }[] =>
  readFileSync(join(folder, ".optimas/runs", run, "events.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const escapeCode = "\u001b";

describe("optimas run", () => {
  test("has the budgets that were typed, grouped as people group digits, and none where none was typed", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment() });
    const budgets = [
      "--budget-runs",
      "none",
      "--budget-calls",
      "2,000",
      "--budget-minutes",
      "7.5",
      "--budget-usd",
      "$3",
    ];
    const { stderr, code } = await optimas(["run", "demo.ts", ...budgets, "--budget-tokens", "none"], { cwd });
    expect([code, stderr]).toEqual([0, expect.stringContaining("iteration 2/2 pad")]);
    const { settings } = JSON.parse(readFileSync(join(cwd, ".optimas/runs", onlyRun(cwd), "run.json"), "utf8"));
    const limits = { budgetRuns: null, budgetCalls: 2000, budgetTokens: null, budgetMinutes: 7.5, budgetUsd: 3 };
    expect(settings).toMatchObject(limits);
  });

  test("prints the summary alone to stdout, progress to stderr, and writes report and configuration", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment() });
    const { code, stdout, stderr } = await optimas(["run", "demo.ts"], { cwd });
    expect(stderr).toContain("iteration 2/2 pad");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^finished: /);
    expect(stdout).toContain("{+times = 4+}");
    expect(stdout).toContain("simulated model");
    expect(stdout + stderr).not.toContain(escapeCode);
    const report = join(".optimas/runs", onlyRun(cwd), "report.html");
    expect(stdout).toContain(`saved: demo.optimas.json\nreport: ${report}\n`);
    expect(readFileSync(join(cwd, report), "utf8")).toMatch(/^<!doctype html>/);
    const saved = JSON.parse(readFileSync(join(cwd, "demo.optimas.json"), "utf8"));
    expect(saved).toMatchObject({ format: 1, configuration: { pad: { times: 4 }, count: null } });
    expect(saved.origin.model).toContain("simulated model");
  });

  test("with --json writes one event per line, progress included, the summary last", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment() });
    const { code, stdout } = await optimas(["run", "demo.ts", "--json", "--iterations", "1", "--seed", "7"], { cwd });
    expect(code).toBe(0);
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({ type: "run.started", seed: 7, iterations: 1, experiment: "demo.ts" });
    expect(events.some(({ type }) => type === "progress")).toBe(true);
    expect(events.at(-1)).toMatchObject({
      type: "summary",
      unoptimized: { validation: { mean: 0.25, n: 8 }, test: { mean: 0.25, n: 3 } },
      optimized: { validation: { mean: 1, n: 8 }, test: { mean: 1, n: 3 } },
      accepted: 1,
      rejected: 0,
      systemRuns: expect.any(Number),
      configuration: { pad: { times: 4 }, count: null },
      alignment: { pad: expect.any(Number) },
    });
    expect(events.filter(({ type }) => type !== "progress")).toEqual(logOf(cwd));
  });

  test("starts from a configuration, takes settings by name, and puts runs where it is told", async () => {
    const cwd = workspace({
      "demo.ts": demoExperiment(),
      "start.json": '{ "format": 1, "configuration": { "pad": { "times": 3 } } }',
    });
    const given = ["--configuration", "start.json", "--set", "freshInputs=3", "--set", "scorer=global", "--out", "r"];
    const { code, stdout } = await optimas(["evaluate", "demo.ts", "--json", ...given], { cwd });
    expect(code).toBe(0);
    const [started = ""] = stdout.split("\n");
    expect(JSON.parse(started)).toMatchObject({
      configuration: { pad: { times: 3 }, count: null },
      settings: { freshInputs: 3, scorer: "global", iterations: 2 },
    });
    expect(readdirSync(join(cwd, "r"))).toHaveLength(1);
    expect(existsSync(join(cwd, ".optimas"))).toBe(false);
  });

  test("reads the data of --data in place of the experiment's own", async () => {
    const rows = (name: string) => [1, 2, 3, 4].map((i) => `{"text":"${name}${i}"}\n`).join("");
    const cwd = workspace({
      "demo.ts": demoExperiment(),
      "data/train.jsonl": rows("train"),
      "data/validation.jsonl": rows("validation"),
      "data/test.jsonl": rows("test"),
    });
    const { stdout } = await optimas(["evaluate", "demo.ts", "--json", "--data", "data"], { cwd });
    const [started = ""] = stdout.split("\n");
    expect(JSON.parse(started).data).toMatchObject({ train: { n: 4 }, validation: { n: 4 }, test: { n: 4 } });
  });
});

describe("accepted values", () => {
  const savedIn = (cwd: string) => JSON.parse(readFileSync(join(cwd, "demo.optimas.json"), "utf8"));
  const startOf = (stdout: string) => JSON.parse(stdout.split("\n")[0] ?? "").configuration;

  const savedAmong = (stdout: string) => JSON.parse(stdout.split("\n")[0] ?? "").saved;

  test("are where the next run starts, unless it is to start from the source", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment() });
    await optimas(["run", "demo.ts"], { cwd });
    expect(savedIn(cwd).replaces).toEqual({ pad: { times: 1 }, count: null });
    const next = await optimas(["evaluate", "demo.ts", "--json"], { cwd });
    expect(startOf(next.stdout)).toEqual({ pad: { times: 4 }, count: null });
    expect(savedAmong(next.stdout)).toEqual({ file: "demo.optimas.json", components: ["pad"] });
    expect(next.stderr).toContain(
      "Starting from demo.optimas.json (pad); --from-source starts from the source's values.",
    );
    const fromSource = await optimas(["evaluate", "demo.ts", "--json", "--from-source"], { cwd });
    expect(startOf(fromSource.stdout)).toEqual({ pad: { times: 1 }, count: null });
    expect(savedAmong(fromSource.stdout)).toBeUndefined();
  });

  test("give way to what the author writes into the source afterwards", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment() });
    await optimas(["run", "demo.ts"], { cwd });
    const edited = demoExperiment().replace("choice([1, 2, 3, 4]) }", "choice([1, 2, 3, 4]) }, { times: 2 }");
    writeFileSync(join(cwd, "demo.ts"), edited);
    const { stdout, stderr } = await optimas(["evaluate", "demo.ts", "--json"], { cwd });
    expect(startOf(stdout)).toEqual({ pad: { times: 2 }, count: null });
    expect(stderr).toContain("The accepted value of pad is left out: its value in the source has been changed since.");
  });

  test("stay in the log alone with --no-save", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment() });
    const { stdout } = await optimas(["run", "demo.ts", "--no-save"], { cwd });
    expect(stdout).toContain("{+times = 4+}");
    expect(readdirSync(cwd)).not.toContain("demo.optimas.json");
  });

  test("that could not be saved in the end are a reason not to begin", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment(), "demo.optimas.json": '{ "format": 2 }' });
    const { code, stderr } = await optimas(["run", "demo.ts"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/demo\.optimas\.json was written by a newer version/);
    expect(readdirSync(cwd)).not.toContain(".optimas");
  });

  test("that cannot be saved do not undo the run", async () => {
    const head = 'import { writeFileSync } from "node:fs";';
    const spoil = demoExperiment({
      head,
      more: "prepare: () => writeFileSync('demo.optimas.json', '{ \"format\": 2 }'),",
    });
    const cwd = workspace({ "demo.ts": spoil });
    const { code, stdout, stderr } = await optimas(["run", "demo.ts", "--out", "other", "--iterations", "1"], { cwd });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^finished: /);
    expect(stderr).toMatch(
      /demo\.optimas\.json was written by a newer version .*\nRun: .*\nTo see the result: .* report /,
    );
    const [run = ""] = readdirSync(join(cwd, "other"));
    expect(logOf(cwd, join("../../other", run)).at(-1)).toMatchObject({ type: "summary" });
  });
});

describe("an error of the user's code", () => {
  test("while the file loads is told with its place", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment({ head: "null!.x;" }) });
    const { code, stderr } = await optimas(["run", "demo.ts"], { cwd });
    expect(stderr).toMatch(/^TypeError: Cannot read properties of null.*\n {2}at demo\.ts:3:\d+\n$/);
    expect(code).toBe(1);
  });

  test("that is a mistake in the words of the SDK is bad input, with its place", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment({ head: "\nchoice([]);" }) });
    const { code, stderr } = await optimas(["run", "demo.ts"], { cwd });
    expect(stderr).toMatch(/^choice\(\[\]\) has no values; list at least one\.\n {2}at demo\.ts:4:\d+\n$/);
    expect(code).toBe(2);
  });

  test("while it prepares is told with its place, and with its stack on request", async () => {
    const cwd = workspace({
      "demo.ts": demoExperiment({ more: 'prepare: async () => { throw new Error("no index"); },' }),
    });
    const { code, stderr } = await optimas(["run", "demo.ts"], { cwd, env: { OPTIMAS_DEBUG: "1" } });
    expect(stderr).toMatch(/^Error: no index\n {2}at demo\.ts:\d+:\d+\nError: no index\n {4}at /);
    expect(code).toBe(1);
  });

  test("that nobody awaits fails the run, which says so in its log", async () => {
    const count = 'void Promise.reject(new RangeError("left alone")); await new Promise(() => {});';
    const cwd = workspace({ "demo.ts": demoExperiment({ count }) });
    const { code, stderr } = await optimas(["run", "demo.ts"], { cwd });
    expect(stderr).toMatch(/RangeError: left alone\n {2}at demo\.ts:\d+:\d+\nRun: \.optimas\/runs\/.*\nTo go on: /);
    expect(code).toBe(1);
    expect(logOf(cwd).at(-1)).toMatchObject({ type: "run.failed", message: "left alone" });
  });
});

describe("an interrupted run", () => {
  /** A component that goes no further once the run's log has what the file `hold` says. */
  const held = {
    head: `
import { existsSync, readdirSync, readFileSync } from "node:fs";
const isHeld = () => existsSync("hold") && readdirSync(".optimas/runs").some((run) =>
  readFileSync(\`.optimas/runs/\${run}/events.jsonl\`, "utf8").includes(readFileSync("hold", "utf8")));`,
    count: "if (isHeld()) await new Promise(() => {});",
  };
  const hold = (cwd: string, at: string) => writeFileSync(join(cwd, "hold"), at);
  const release = (cwd: string) => rmSync(join(cwd, "hold"));

  test("stops with code 130 and prints the resume command; killed as well, it ends as if nothing had happened", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment(held) });
    hold(cwd, '"iteration":1');
    const signals = { at: "iteration 1/2", send: ["SIGINT"] } as const;
    const stopped = await optimas(["run", "demo.ts"], { cwd, signals });
    const run = onlyRun(cwd);
    expect(stopped.stderr).toMatch(new RegExp(`Interrupted: Ctrl-C\\.\\nTo go on: node .*cli\\.js resume ${run}\\n$`));
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toBe("");
    expect(logOf(cwd).at(-1)).toMatchObject({ type: "run.interrupted", reason: "Ctrl-C" });

    hold(cwd, '"iteration":2');
    const kill = { at: "iteration 2/2", send: ["SIGKILL"] } as const;
    expect(await optimas(["resume", run], { cwd, signals: kill })).toMatchObject({ code: null, stdout: "" });
    release(cwd);
    const listed = await typed(["runs"], cwd);
    expect(listed.stdout).toMatch(new RegExp(`${run} .* interrupted `));

    const resumed = await optimas(["resume", "latest", "--json"], { cwd });
    expect(resumed.code).toBe(0);
    const undisturbed = await optimas(["run", "demo.ts", "--json", "--out", "other", "--from-source"], { cwd });
    const [one, two] = [resumed, undisturbed].map(({ stdout }) =>
      JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? ""),
    );
    for (const member of ["configuration", "optimized", "systemRuns", "accepted", "rejected", "alignment"]) {
      expect(one[member]).toEqual(two[member]);
    }
  });

  test("stops by SIGTERM though a component never returns", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment({ count: "await new Promise(() => {});" }) });
    const signals = { at: "measuring", send: ["SIGTERM"] } as const;
    const { code, stderr } = await optimas(["run", "demo.ts"], { cwd, signals });
    expect(stderr).toContain("Interrupted: SIGTERM.\nTo go on: ");
    expect(code).toBe(130);
    expect(logOf(cwd).at(-1)).toMatchObject({ type: "run.interrupted" });
  });

  test("ends at once by a second signal", async () => {
    // Busy, so that both signals wait when the first is handled.
    const count = 'while (!existsSync("sent")); await new Promise(() => {});';
    const cwd = workspace({ "demo.ts": demoExperiment({ head: 'import { existsSync } from "node:fs";', count }) });
    const sent = () => writeFileSync(join(cwd, "sent"), "");
    const signals = { at: "measuring", send: ["SIGINT", "SIGTERM"], sent } as const;
    const { code, stderr } = await optimas(["run", "demo.ts"], { cwd, signals });
    expect(code).toBe(130);
    expect(stderr).not.toContain("To go on");
  });

  test("refuses to go on with other data", async () => {
    const rows = [1, 2, 3, 4, 5, 6, 7, 8];
    const data = (name: string) => rows.map((i) => `{"text":"${name}${i}"}\n`).join("");
    const cwd = workspace({
      "demo.ts": demoExperiment(held),
      "data/train.jsonl": data("train"),
      "data/validation.jsonl": data("validation"),
    });
    hold(cwd, '"phase":"collecting"');
    const signals = { at: "collecting", send: ["SIGINT"] } as const;
    await optimas(["run", "demo.ts", "--data", "data"], { cwd, signals });
    appendFileSync(join(cwd, "data/validation.jsonl"), '{"text":"one more"}\n');
    const { code, stderr } = await optimas(["resume", onlyRun(cwd)], { cwd });
    expect(stderr).toMatch(/^The validation data \(.*\) has changed since run .* was started\./m);
    expect(code).toBe(2);
    writeFileSync(join(cwd, "data/validation.jsonl"), data("validation"));
    release(cwd);
    expect(await optimas(["resume", onlyRun(cwd)], { cwd })).toMatchObject({ code: 0 });
  });
});

describe("a reader that stops reading", () => {
  const shell = (command: string, cwd: string) =>
    new Promise<{ stdout: string; stderr: string }>((resolve, reject) => {
      const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
      const script = `optimas() { '${process.execPath}' '${cli}' "$@"; }; ${command}`;
      execFile("bash", ["-c", script], { cwd }, (error, stdout, stderr) => {
        if (error) reject(error);
        else resolve({ stdout, stderr });
      });
    });

  test("interrupts a run, which can be resumed", async () => {
    // The run goes on once its reader has gone.
    const count = 'while (!existsSync("gone")) await new Promise((done) => setTimeout(done, 20));';
    const cwd = workspace({ "demo.ts": demoExperiment({ head: 'import { existsSync } from "node:fs";', count }) });
    const reader = "(head -n 1; exec <&-; touch gone)";
    const { stdout, stderr } = await shell(`set -o pipefail; optimas run demo.ts --json | ${reader}; echo $?`, cwd);
    expect(stdout).toMatch(/^\{.*"run\.started".*\}\n130\n$/);
    expect(stderr).toContain("Interrupted: the reader of the output is gone.\nTo go on: ");
    expect(stderr).not.toContain("EPIPE");
  });
});

describe("past runs", () => {
  test("are listed, shown and reported from their logs", async () => {
    const cwd = workspace({ "demo.ts": demoExperiment() });
    const landscape = await optimas(["landscape", "demo.ts", "pad", "times"], { cwd });
    expect(landscape.stdout).toContain("pad.times");
    const run = onlyRun(cwd);
    const folder = join(cwd, ".optimas/runs", run);

    const { stdout: runs } = await typed(["runs"], cwd);
    expect(runs).toMatch(new RegExp(`${run} .* demo +finished .*simulated model\\n$`));
    const { stdout: listing } = await typed(["runs", "--json"], cwd);
    expect(JSON.parse(listing)).toMatchObject({ id: run, system: "demo", status: "finished", simulated: true });
    const { stdout: shown } = await typed(["show", run.slice(0, -2)], cwd);
    expect(shown).toContain(`run ${run}`);
    expect(shown).toContain("pad.times");
    const { stdout: log } = await typed(["show", folder, "--json"], cwd);
    expect(positions(log)).toEqual(logOf(cwd).map(({ seq, type }) => ({ seq, type })));
    rmSync(join(folder, "report.html"));
    const { stdout: report } = await typed(["report", "latest", "--json"], cwd);
    expect(JSON.parse(report)).toEqual({ report: join(folder, "report.html") });
    expect(existsSync(join(folder, "report.html"))).toBe(true);
  });

  test("that cannot be read are named, and the others listed", async () => {
    const cwd = workspace({ ".optimas/runs/broken/run.json": "{" });
    const { code, stdout, stderr } = await typed(["runs"], cwd);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(/^broken cannot be read: .*run\.json/);
  });

  test("of which nothing is there are no error", async () => {
    const { code, stdout, stderr } = await typed(["runs"], workspace({}));
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toBe("There are no runs in .optimas/runs. Start one: optimas run FILE\n");
  });
});

function positions(lines: string): { seq: number; type: string }[] {
  return lines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
    .map(({ seq, type }) => ({ seq, type }));
}
