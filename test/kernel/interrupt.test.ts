import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { quickestMs } from "../ownTime.ts";
import { KernelBench, lives } from "./kernelBench.ts";

const bench = new KernelBench();
afterAll(() => bench.dispose());

/** Interrupts as soon as the cell has printed something. */
const once =
  (force = false) =>
  (_text: string, interrupt: (force?: boolean) => void): void =>
    interrupt(force);

describe("an interrupt", () => {
  test("ends a cell at once when nothing in it heeds the signal, and keeps the variables", async () => {
    const kernel = await bench.shared();
    await kernel.run("globalThis.kept = 7;");
    const ms = await quickestMs(2_000, async () => {
      const ran = await kernel.run("console.log('ready'); await new Promise(() => undefined);", once());
      expect(ran.result.status).toBe("interrupted");
      expect(ran.stderr).toMatch(/^Interrupted\. .*background/);
      return ran.ms;
    });
    expect(ms).toBeLessThan(2_000);
    expect((await kernel.run("console.log(globalThis.kept);")).stdout).toBe("7\n");
  });

  test("of another cell than the running one does nothing", async () => {
    const kernel = await bench.shared();
    const { result } = await kernel.run(
      "console.log('ready'); await new Promise((resolve) => setTimeout(resolve, 200)); console.log('done');",
      () => kernel.kernel.interrupt("another"),
    );
    expect(result.status).toBe("succeeded");
  });

  test("terminates an endless loop after three seconds, says meanwhile that it does not answer, and keeps the process", async () => {
    const kernel = await bench.shared();
    await kernel.run("globalThis.kept = 7;");
    const { result, stderr, ms } = await kernel.run("console.log('ready'); for (;;);", once());
    expect(result.status).toBe("interrupted");
    expect(stderr).toMatch(/terminated/);
    expect(ms).toBeGreaterThan(2_900);
    expect(kernel.responsive).toEqual([false, true]);
    expect((await kernel.run("console.log(globalThis.kept);")).stdout).toBe("7\n");
  });

  /** Ways of never coming back to the event loop, each of which says "ready" when it is there. */
  const loops: Readonly<Record<string, string>> = {
    "a loop": "spin();",
    "a loop after an await": "await null; spin();",
    "a loop after a long await": "await new Promise((resolve) => setTimeout(resolve, 20)); spin();",
    "a loop in a timer": "setTimeout(spin, 5); await new Promise(() => undefined);",
    "a loop in an interval": "setInterval(spin, 5); await new Promise(() => undefined);",
    "a loop in an immediate": "setImmediate(spin); await new Promise(() => undefined);",
    "a loop in a tick": "process.nextTick(spin); await new Promise(() => undefined);",
    "a loop in a microtask": "queueMicrotask(spin); await new Promise(() => undefined);",
    "a loop that catches": "for (;;) { try { spin(); } catch { continue; } finally { spin(); } }",
    "microtasks without end":
      "const again = () => { Promise.resolve().then(again); }; console.log('ready'); again(); await new Promise(() => undefined);",
    "ticks without end":
      "const again = () => { process.nextTick(again); }; console.log('ready'); again(); await new Promise(() => undefined);",
    "a wait for memory": "console.log('ready'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
    "a hopeless pattern": "console.log('ready'); /^(a+)+$/.test('a'.repeat(60) + 'b');",
    "a loop in an async local storage":
      "const { AsyncLocalStorage } = await import('node:async_hooks'); await new AsyncLocalStorage().run(1, async () => { await null; spin(); });",
    "a recursion that catches":
      "console.log('ready'); const deep = () => { try { deep(); } catch { } }; for (;;) deep();",
  };
  const spin = "function spin() { console.log('ready'); for (;;); }\n";

  test.each(Object.entries(loops))("a forced one terminates %s, and the kernel works as before", async (_, loop) => {
    const kernel = await bench.shared();
    await kernel.run("globalThis.kept = 7;");
    const { pid } = kernel.kernel;
    const ms = await quickestMs(3_000, async () => {
      const ran = await kernel.run(spin + loop, once(true));
      expect(ran.result.status).toBe("interrupted");
      expect(ran.stdout).toBe("ready\n");
      return ran.ms;
    });
    expect(ms).toBeLessThan(3_000);
    // Everything that the event loop does must go on: timers, immediates, ticks, promises, and whose output is whose.
    const after = await kernel.run(
      `await new Promise((resolve) => setTimeout(resolve, 5));
       await new Promise((resolve) => setImmediate(resolve));
       await new Promise((resolve) => process.nextTick(resolve));
       await null;
       console.log(globalThis.kept);
       setTimeout(() => console.log("late"), 250);`,
      undefined,
      { cell: "after" },
    );
    expect(after.result.status).toBe("succeeded");
    expect(after.stdout).toBe("7\n");
    const last = await kernel.run("await new Promise((resolve) => setTimeout(resolve, 500)); console.log('own');");
    expect(last.stdout).toBe("own\n");
    await expect.poll(() => kernel.late).toMatchObject([{ cell: "after", outputs: [{ text: "late\n" }] }]);
    expect(lives(pid)).toBe(true);
  });

  test("of an experiment lets it stop by itself, with its run saved", async () => {
    const kernel = await bench.shared();
    await kernel.run(`
      import { component, experiment, rows, system } from "optimas";
      const slow = component({
        name: "slow", description: "Waits.", inputs: ["question"], outputs: ["answer"],
        run: async () => {
          console.log("a system run");
          await new Promise((resolve) => setTimeout(resolve, 100));
          return { answer: "a" };
        },
      });
      const questions = (name) => rows(Array.from({ length: 200 }, (_, i) => ({ question: name + i })));
      const e = experiment({
        system: system({ name: "slow", components: [slow], outputs: ["answer"] }),
        data: { train: questions("train"), validation: questions("validation") },
        reward: () => 1,
        model: "simulated",
        settings: { validationRows: 200 },
      });`);
    const { result, stdout, outputs } = await kernel.run("await e.evaluate();", (text, interrupt) => {
      if (text.includes("a system run")) interrupt();
    });
    expect(result.status).toBe("interrupted");
    expect(stdout.split("\n").length).toBeLessThan(150);
    // What the run had shown so far stays, and no error is shown for a stop that was asked for.
    expect(outputs.filter(({ type }) => type === "error")).toEqual([]);
    // The run's own output takes its place once more when its folder is closed.
    const streams = outputs.filter(({ type }) => type === "stream");
    expect(streams.at(-1)).toEqual({ type: "stream", name: "stderr", text: "Interrupted.\n" });
    const [run = ""] = readdirSync(join(bench.folder, ".optimas/runs"));
    const events = readFileSync(join(bench.folder, ".optimas/runs", run, "events.jsonl"), "utf8");
    expect(events).toContain('"run.interrupted"');
  });
});
