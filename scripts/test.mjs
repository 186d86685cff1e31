// The gate, `npm test`: types, lint and format, build, unit tests, suites in the extension host of a real VS Code, and the
// packed extension driven as a person would. Each of the first three counts as one test. The last line is "N passed, N
// failed"; further arguments go to Vitest, and then only unit tests run. With CI=true a skipped test counts as failed.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { filesWithPlantedKeys, leftFolders, PrintedKeys } from "./leftKeys.mjs";
import { setUp } from "./setup.mjs";
import { canInstallPrograms, missingPrograms, needPrograms } from "./systemPrograms.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const inCi = ["true", "1"].includes(process.env.CI ?? "");
const tally = { passed: 0, failed: 0 };
/** What failed is told once more at the end, for a log of thousands of lines is often kept by its end alone. */
const failures = [];
/** Everything is printed through these streams, what other programs say included. */
const printedKeys = { out: new PrintedKeys(), error: new PrintedKeys() };
printedKeys.out.listenTo(process.stdout);
printedKeys.error.listenTo(process.stderr);
const say = (line) => process.stdout.write(`${line}\n`);

function fail(title) {
  tally.failed++;
  failures.push(title);
}

function count(title, passed) {
  say(`${passed ? "ok" : "FAILED"}  ${title}`);
  if (passed) tally.passed++;
  else fail(title);
}

function skip(title) {
  say(`skipped  ${title}`);
  if (inCi) fail(`${title} was skipped`);
}

/** As much of what failed as tells why; the whole stands where it failed. */
function beginning(failure) {
  const lines = stripVTControlCharacters(failure).split("\n");
  return [...lines.slice(0, 12), ...(lines.length > 12 ? ["..."] : [])].join("\n");
}

/** What runs long says how long. */
async function timed(title, work) {
  const began = Date.now();
  await work();
  say(`${title}: ${((Date.now() - began) / 1000).toFixed(0)} s`);
}

const programs = { tsc: "typescript/bin/tsc", biome: "@biomejs/biome/bin/biome", vitest: "vitest/vitest.mjs" };

/** Starts a program whose words are shown as they come. @returns {Promise<number | null>} its exit code */
function program(name, args) {
  const path = join(root, "node_modules", programs[name]);
  const colors = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  const child = spawn(process.execPath, [path, ...args], {
    cwd: root,
    env: { ...process.env, ...colors },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (chunk) => process.stdout.write(chunk));
  child.stderr.on("data", (chunk) => process.stderr.write(chunk));
  return new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
}

/**
 * Starts a program beside others: what it says is shown in one piece when it has ended.
 * @returns whether it ended well
 */
function beside(path, args = []) {
  const child = spawn(process.execPath, [join(root, path), ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  child.stdout.on("data", (chunk) => said.push(chunk));
  child.stderr.on("data", (chunk) => said.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code === 0);
    });
  });
}

/** Types, lint and format, each counted as a test. */
async function checkSources() {
  const tsc = join("node_modules", programs.tsc);
  const colors = `--colors=${process.stderr.isTTY ? "force" : "off"}`;
  const biome = ["ci", "--error-on-warnings", colors, "."];
  const [linted, ...typed] = await Promise.all([
    beside(join("node_modules", programs.biome), biome),
    ...["tsconfig.json", "webview/tsconfig.json"].map((project) => beside(tsc, ["--noEmit", "-p", project])),
  ]);
  count(
    "types",
    typed.every((passed) => passed),
  );
  count("lint and format", linted);
}

async function runVitest(title, args) {
  const folder = mkdtempSync(join(tmpdir(), "optimas-test-"));
  try {
    const report = join(folder, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const status = await program("vitest", ["run", ...reporters, ...args]);
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
  for (const { name, assertionResults } of testResults) {
    for (const { fullName, status, failureMessages } of assertionResults) {
      if (status === "failed") fail([`${relative(root, name)}: ${fullName}`, ...failureMessages].join("\n"));
    }
  }
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
  const chosen = process.argv.slice(2);
  const withEditor = chosen.length === 0 && missingForEditor() === undefined;
  if (missingForEditor() === undefined) needPrograms(editorPrograms, say);
  // The editor is installed meanwhile, which waits for the network and for disks most of its time. What it cannot, its
  // suites will try again and say why. Nothing that measures time runs yet.
  await Promise.all([checkSources(), withEditor ? beside("scripts/testHost.mjs") : undefined]);
  await timed("Unit tests", () => runVitest("Unit tests", chosen));
  if (chosen.length === 0) await runInEditor();
  const withKeys = filesWithPlantedKeys([join(root, "test-results"), ...leftFolders(tmpdir())], began);
  count(["no key that a test planted is left in a file", ...withKeys].join("\n"), withKeys.length === 0);
  const printed = printedKeys.out.heard + printedKeys.error.heard;
  count(`no key that a test planted is printed${printed === 0 ? "" : `, but ${printed} times one was`}`, printed === 0);
} catch (error) {
  count(error.message, false);
}
for (const failure of failures) say(`FAILED  ${beginning(failure)}`);
say(`In all: ${((Date.now() - began) / 1000).toFixed(0)} s`);
process.exitCode = tally.failed === 0 ? 0 : 1;
say(`${tally.passed} passed, ${tally.failed} failed`);
