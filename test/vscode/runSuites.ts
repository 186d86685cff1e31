import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";

/** What became of one test; the gate adds these up. */
interface TestResult {
  readonly name: string;
  readonly state: "passed" | "failed" | "skipped";
  readonly durationMs: number;
  /** Why it failed. */
  readonly reason?: string;
}

/**
 * Runs inside the extension host. Suites are loaded one after the other by the given functions; they write `suite` and
 * `test`, imported from "mocha". The results lie in report.json beside the bundle afterwards, and on the console.
 * @throws Error when a test failed, which is how the editor hears of it
 */
export async function runSuites(suites: Readonly<Record<string, () => unknown>>): Promise<void> {
  // What hangs is named earlier, by whoever waits for it.
  const mocha = new Mocha({ ui: "tdd", timeout: 600_000, slow: 2_000, reporter: Silent });
  const results: TestResult[] = [];
  for (const [file, load] of Object.entries(suites)) {
    mocha.suite.emit("pre-require", globalThis, file, mocha);
    mocha.suite.emit("require", load(), file, mocha);
    mocha.suite.emit("post-require", globalThis, file, mocha);
  }
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    const add = (name: string, state: TestResult["state"], durationMs = 0, reason?: string): void => {
      results.push({ name, state, durationMs, ...(reason === undefined ? {} : { reason }) });
      console.log(`${state}  ${name} (${durationMs} ms)${reason === undefined ? "" : `\n${reason}`}`);
    };
    runner.on("pass", (test) => add(test.fullTitle(), "passed", test.duration));
    runner.on("pending", (test) => add(test.fullTitle(), "skipped"));
    // Hooks fail here as well, under their own titles.
    runner.on("fail", (test, error: Error) =>
      add(test.fullTitle(), "failed", test.duration, error.stack ?? error.message),
    );
  });
  writeFileSync(join(__dirname, "report.json"), JSON.stringify(results));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}

/** The results are collected above; Mocha's own reporters would write to a console that nobody sees. */
class Silent extends Mocha.reporters.Base {
  override epilogue(): void {}
}
