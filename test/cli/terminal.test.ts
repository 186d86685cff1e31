import { describe, expect, test } from "vitest";
import { runDisplay } from "../../src/cli/runDisplay.ts";
import { processTerminal, type Terminal } from "../../src/cli/terminal.ts";
import { failedRun, finishedRun } from "../run/exampleEvents.ts";
import { FakeStream } from "./fakeStream.ts";

const escapeCode = "\u001b";

function terminalOn(stdout: FakeStream, stderr: FakeStream, env: NodeJS.ProcessEnv = {}, gone = () => {}): Terminal {
  return processTerminal(gone, { stdout: stdout.asWriteStream(), stderr: stderr.asWriteStream(), env });
}

describe("a terminal", () => {
  const colored = (env: NodeJS.ProcessEnv, stream = new FakeStream()) =>
    terminalOn(stream, new FakeStream(), env).resultDisplay().colors.red("x") !== "x";

  test("has colours", () => expect(colored({})).toBe(true));
  test("has none with NO_COLOR", () => expect(colored({ NO_COLOR: "1" })).toBe(false));
  test("has colours with an empty NO_COLOR, as the convention says", () =>
    expect(colored({ NO_COLOR: "" })).toBe(true));
  test("has none when it is dumb", () => expect(colored({ TERM: "dumb" })).toBe(false));
  test("has none when it is a pipe", () => expect(colored({}, new FakeStream({ isTTY: false }))).toBe(false));

  test("never wraps where it tells no width", () =>
    expect(terminalOn(new FakeStream({ columns: 0 }), new FakeStream()).resultDisplay().width).toBe(Infinity));

  const live = (env: NodeJS.ProcessEnv, stream: FakeStream) => terminalOn(new FakeStream(), stream, env).live;
  test("draws a status line", () => expect(live({}, new FakeStream())).toBeDefined());
  test("draws none in a pipe, in CI, or without a size", () => {
    expect(live({}, new FakeStream({ isTTY: false }))).toBeUndefined();
    expect(live({ CI: "true" }, new FakeStream())).toBeUndefined();
    expect(live({}, new FakeStream({ rows: 0 }))).toBeUndefined();
  });

  test("tells when nobody reads its results any more, and writes no more of them", () => {
    let gone = 0;
    const stdout = new FakeStream({ isTTY: false });
    const terminal = terminalOn(stdout, new FakeStream(), {}, () => gone++);
    terminal.result("one");
    stdout.on("close", () => undefined);
    stdout.emit("error", Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    expect(gone).toBe(1);
    stdout.end();
    terminal.result("two");
    expect(stdout.text).toBe("one\n");
  });
});

describe("the display of a run", () => {
  const shown = (events: ReturnType<typeof finishedRun>, json: boolean, stderr = new FakeStream({ isTTY: false })) => {
    const stdout = new FakeStream({ isTTY: false });
    const display = runDisplay(terminalOn(stdout, stderr), json);
    for (const event of events) display.show(event);
    display.end();
    return { stdout: stdout.text, stderr: stderr.text, view: display.view };
  };

  test("writes lines to stderr and nothing to stdout", () => {
    const { stdout, stderr } = shown(finishedRun(), false);
    expect(stdout).toBe("");
    expect(stderr).toContain("iteration 1/12");
    expect(stderr).not.toContain(escapeCode);
  });

  test("writes every event as one line of JSON when asked to", () => {
    const events = finishedRun();
    const lines = shown(events, true).stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(events);
  });

  test("leaves the reason of a failure to the command, which says it last", () => {
    const { stderr, view } = shown(failedRun(), false);
    expect(view.status.state).toBe("failed");
    expect(stderr).not.toContain("failed:");
  });

  test("draws a status line on a terminal and removes it at the end", () => {
    const { stderr } = shown(finishedRun(), false, new FakeStream());
    expect(stderr).toContain("simulated model");
    expect(stderr.endsWith(`${escapeCode}[?2026l`)).toBe(true);
    const eraseLine = `${escapeCode}[2K`;
    expect(stderr.lastIndexOf(eraseLine)).toBeGreaterThan(stderr.lastIndexOf("elapsed"));
  });
});
