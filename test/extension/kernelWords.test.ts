import { describe, expect, test } from "vitest";
import { english } from "../../src/extension/l10n.ts";
import { kernelWords } from "../../src/extension/notebook/kernelWords.ts";
import type { KernelEnd } from "../../src/notebook/kernel.ts";
import type { SessionState, StopStep } from "../../src/notebook/sessionState.ts";

const end: KernelEnd = { how: "signal", signal: "SIGKILL", reason: "The kernel ended on SIGKILL.", lastLines: [] };
const stopping = (step: StopStep): SessionState => ({ kind: "stopping", cell: "a", since: 0, step, responsive: true });
const dead = (givenUp: boolean): SessionState => ({ kind: "dead", reason: end.reason, end, givenUp });

const check = (state: SessionState, text: string, tooltip: RegExp, stress = "none") =>
  test(`${text} ${tooltip}`, () => {
    const words = kernelWords(state, english);
    expect(words.text).toBe(text);
    expect(words.tooltip).toMatch(tooltip);
    expect(words.stress).toBe(stress);
  });

describe("the status bar says of a kernel", () => {
  check({ kind: "not started" }, "$(circle-outline) Optimas: no kernel yet", /first cell/);
  check({ kind: "starting", since: 0 }, "$(loading~spin) Optimas: starting", /started/);
  check({ kind: "idle" }, "$(pass) Optimas: ready", /waits/);
  check({ kind: "busy", cell: "a", since: 0, responsive: true }, "$(gear~spin) Optimas: running", /runs a cell/);
  check({ kind: "busy", cell: "a", since: 0, responsive: false }, "$(gear~spin) Optimas: computing", /without a pause/);
  check(stopping("asked"), "$(debug-pause) Optimas: Stopping...", /safe point/, "warning");
  check(stopping("restart offered"), "$(debug-pause) Optimas: Stopping...", /restart/, "warning");
  check(stopping("forced"), "$(debug-stop) Optimas: Stopping...", /being ended/, "warning");
  check({ kind: "restarting" }, "$(loading~spin) Optimas: restarting", /restarted/);
  check(
    { kind: "backing off", until: 1, reason: "It died." },
    "$(clock) Optimas: waiting to start",
    /It died\./,
    "warning",
  );
  check(
    { kind: "idle", trainer: { reason: "The trainer ended on SIGKILL." } },
    "$(warning) Optimas: trainer ended",
    /SIGKILL.*starts a new one/,
    "warning",
  );
  check(
    { kind: "busy", cell: "a", since: 0, responsive: true, trainer: { reason: "It ended." } },
    "$(gear~spin) Optimas: trainer ended",
    /It ended\. The kernel lives on/,
    "warning",
  );
  check(dead(false), "$(error) Optimas: kernel ended", /SIGKILL.*new one/, "error");
  check(dead(true), "$(error) Optimas: kernel ended", /restart it/, "error");
});

test("a screen reader hears all that is shown, without the icon", () => {
  const { spoken, tooltip } = kernelWords(dead(false), english);
  expect(spoken).toBe(`Optimas: kernel ended. ${tooltip}`);
});
