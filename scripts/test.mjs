// The gate, `npm test`: types, lint and format, build, unit tests. Each of the first three counts as one test. The last
// line is "N passed, N failed"; further arguments go to Vitest. With CI=true a skipped test counts as failed.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setUp } from "./setup.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const inCi = ["true", "1"].includes(process.env.CI ?? "");
const tally = { passed: 0, failed: 0 };

function count(title, passed) {
  process.stdout.write(`${passed ? "ok" : "FAILED"}  ${title}\n`);
  tally[passed ? "passed" : "failed"]++;
}

function program(name, args) {
  const path = { tsc: "typescript/bin/tsc", biome: "@biomejs/biome/bin/biome", vitest: "vitest/vitest.mjs" }[name];
  return spawnSync(process.execPath, [join(root, "node_modules", path), ...args], { cwd: root, stdio: "inherit" });
}

function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), "optimas-test-"));
  try {
    const report = join(folder, "report.json");
    const { status } = program("vitest", [
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...args,
    ]);
    countTests(JSON.parse(readFileSync(report, "utf8")), status);
  } catch (error) {
    count(`Vitest did not finish: ${error.message}`, false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countTests({ testResults }, status) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const skipped = tests.filter(({ status }) => status !== "passed" && status !== "failed");
  tally.passed += tests.filter(({ status }) => status === "passed").length;
  const failures = tests.filter(({ status }) => status === "failed").length;
  tally.failed += failures;
  // A file that does not load has no tests that could fail.
  for (const file of testResults) {
    if (file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed")) {
      count(`${file.name}: ${file.message}`, false);
    }
  }
  for (const { fullName } of skipped) {
    process.stdout.write(`skipped  ${fullName}\n`);
    if (inCi) tally.failed++;
  }
  if (tests.length === 0) count("There are no tests", false);
  else if (status !== 0 && tally.failed === 0) count(`Vitest ended with status ${status}`, false);
}

try {
  await setUp();
  count("build", true);
  count("types", program("tsc", ["--noEmit", "-p", "."]).status === 0);
  count(
    "lint and format",
    program("biome", ["ci", "--error-on-warnings", `--colors=${process.stderr.isTTY ? "force" : "off"}`, "."])
      .status === 0,
  );
  runVitest(process.argv.slice(2));
} catch (error) {
  count(error.message, false);
}
process.exitCode = tally.failed === 0 ? 0 : 1;
process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);
