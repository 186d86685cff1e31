// The gate, `npm test`: types, lint and format, build, unit tests, suites in the extension host of a real VS Code, and the
// packed extension driven as a person would. Each of the first three counts as one test. The last line is "N passed, N
// failed"; further arguments go to Vitest, and then only unit tests run. With CI=true a skipped test counts as failed.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setUp } from "./setup.mjs";
import { canInstallPrograms, missingPrograms, needPrograms } from "./systemPrograms.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const inCi = ["true", "1"].includes(process.env.CI ?? "");
const tally = { passed: 0, failed: 0 };
const say = (line) => process.stdout.write(`${line}\n`);

function count(title, passed) {
  say(`${passed ? "ok" : "FAILED"}  ${title}`);
  tally[passed ? "passed" : "failed"]++;
}

function skip(title) {
  say(`skipped  ${title}`);
  if (inCi) tally.failed++;
}

/** What runs long says how long. */
async function timed(title, work) {
  const began = Date.now();
  await work();
  say(`${title}: ${((Date.now() - began) / 1000).toFixed(0)} s`);
}

function program(name, args) {
  const path = { tsc: "typescript/bin/tsc", biome: "@biomejs/biome/bin/biome", vitest: "vitest/vitest.mjs" }[name];
  return spawnSync(process.execPath, [join(root, "node_modules", path), ...args], { cwd: root, stdio: "inherit" });
}

function runVitest(title, args) {
  const folder = mkdtempSync(join(tmpdir(), "optimas-test-"));
  try {
    const report = join(folder, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const { status } = program("vitest", ["run", ...reporters, ...args]);
    countTests(title, JSON.parse(readFileSync(report, "utf8")), status);
  } catch (error) {
    count(`${title} did not finish: ${error.message}`, false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countTests(title, { testResults }, status) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failedBefore = tally.failed;
  tally.passed += tests.filter(({ status }) => status === "passed").length;
  tally.failed += tests.filter(({ status }) => status === "failed").length;
  // A file that does not load has no tests that could fail.
  for (const file of testResults) {
    if (file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed")) {
      count(`${file.name}: ${file.message}`, false);
    }
  }
  for (const { fullName, status } of tests) if (status !== "passed" && status !== "failed") skip(fullName);
  if (tests.length === 0) count(`${title}: there are none`, false);
  else if (status !== 0 && tally.failed === failedBefore) count(`${title} ended with status ${status}`, false);
}

async function runInHost() {
  // Loaded late, like everything that needs the dependencies.
  const { runHostTests } = await import("./hostTests.mjs");
  const results = await runHostTests(say);
  for (const { name, state, reason } of results) {
    if (state === "passed") tally.passed++;
    else if (state === "skipped") skip(name);
    else count(`${name}\n${reason}`, false);
  }
  if (results.length === 0) count("There are no suites for the extension host", false);
}

/** What the editor needs of the machine; unit tests draw in the same browser. */
const editorPrograms = /** @type {const} */ (["rg", "chromium", "python3", "make", "g++"]);

/** Why the editor cannot run on this machine; undefined where it can. */
function missingForEditor() {
  const missing = missingPrograms(editorPrograms);
  if (missing.length === 0 || canInstallPrograms()) return undefined;
  return `no ${missing.join(", ")} on the PATH, and no right to install`;
}

async function runInEditor() {
  const missing = missingForEditor();
  if (missing !== undefined) {
    skip(`tests in VS Code: ${missing}`);
    return;
  }
  await timed("Suites in the extension host", runInHost);
  await timed("The packed extension in VS Code", () =>
    runVitest("The packed extension in VS Code", ["--config", "vitest.e2e.config.ts"]),
  );
}

const began = Date.now();
try {
  await setUp();
  count("build", true);
  const checked = ["tsconfig.json", "webview/tsconfig.json"].map((project) =>
    program("tsc", ["--noEmit", "-p", project]),
  );
  count(
    "types",
    checked.every(({ status }) => status === 0),
  );
  const colors = `--colors=${process.stderr.isTTY ? "force" : "off"}`;
  count("lint and format", program("biome", ["ci", "--error-on-warnings", colors, "."]).status === 0);
  const chosen = process.argv.slice(2);
  if (missingForEditor() === undefined) needPrograms(editorPrograms, say);
  await timed("Unit tests", () => runVitest("Unit tests", chosen));
  if (chosen.length === 0) await runInEditor();
} catch (error) {
  count(error.message, false);
}
say(`In all: ${((Date.now() - began) / 1000).toFixed(0)} s`);
process.exitCode = tally.failed === 0 ? 0 : 1;
say(`${tally.passed} passed, ${tally.failed} failed`);
