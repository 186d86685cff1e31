import { describe, expect, test } from "vitest";
import { calledFrom } from "../../src/sdk/calledFrom.ts";

async function later(thrown: unknown): Promise<never> {
  await new Promise((resolve) => setImmediate(resolve));
  throw thrown;
}

const times = (stack: string | undefined, what: string): number => (stack ?? "").split(what).length - 1;
const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

describe("what is called from somewhere", () => {
  test("gives what the work gives", async () => {
    expect(await calledFrom(async () => 42)).toBe(42);
  });

  test("throws the same error, with the caller's frames below its own, each once", async () => {
    const error = new RangeError("far away");
    const before = error.stack ?? "";
    const theCaller = () => calledFrom(() => later(error));
    expect(await caught(theCaller())).toBe(error);
    expect(error.stack?.startsWith(before)).toBe(true);
    expect(times(error.stack?.slice(before.length), "theCaller")).toBe(1);
    expect(error.stack).not.toContain("at calledFrom");
  });

  test("names the outermost caller only", async () => {
    const inner = () =>
      calledFrom(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        throw new Error("x");
      });
    const outer = () => calledFrom(async () => inner());
    const error = await caught(outer());
    expect(times((error as Error).stack, "at outer")).toBe(1);
    expect(times((error as Error).stack, "at inner")).toBe(0);
  });

  test("does not repeat the frames of an error that was made before anything was waited for", async () => {
    const atOnce = () => calledFrom(() => later(new Error("x")));
    const error = await caught(atOnce());
    expect(times((error as Error).stack, "at atOnce")).toBe(1);
  });

  test("does not follow its promises up to a caller that waits for it", async () => {
    async function waiting(): Promise<void> {
      await calledFrom(async () => {
        await null;
        throw new Error("x");
      });
    }
    const error = await caught(waiting());
    expect(times((error as Error).stack, "waiting")).toBe(1);
  });

  test.each([["words"], [undefined], [Object.freeze(new Error("frozen"))]])("leaves %s as it is", async (thrown) => {
    const before = thrown instanceof Error ? thrown.stack : undefined;
    expect(await caught(calledFrom(() => later(thrown)))).toBe(thrown);
    if (thrown instanceof Error) expect(thrown.stack).toBe(before);
  });
});
