import { afterEach, describe, expect, test, vi } from "vitest";
import { attend, Interruption } from "../../src/cli/attention.ts";

const watched = ["SIGINT", "SIGTERM", "SIGHUP", "uncaughtException", "unhandledRejection"] as const;
const before = new Map(watched.map((name) => [name, process.listeners(name as "SIGINT")]));

afterEach(() => {
  for (const name of watched) {
    for (const listener of process.listeners(name as "SIGINT")) {
      if (!before.get(name)?.includes(listener)) process.off(name, listener);
    }
  }
});

const never = () => new Promise<never>(() => undefined);

describe("the attention of the command line", () => {
  test("leaves work alone that ends by itself", async () => {
    expect(await attend().within(Promise.resolve(1))).toBe(1);
    await expect(attend().within(Promise.reject(new Error("own")))).rejects.toThrow("own");
  });

  test("aborts on the first signal, with an Interruption that names it", () => {
    const { signal } = attend();
    process.emit("SIGINT");
    expect(signal.reason).toBeInstanceOf(Interruption);
    expect(signal.reason.message).toBe("Ctrl-C");
  });

  test("ends the process on the second", () => {
    const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
    attend();
    process.emit("SIGINT");
    expect(exit).not.toHaveBeenCalled();
    process.emit("SIGTERM");
    expect(exit).toHaveBeenCalledWith(130);
    exit.mockRestore();
  });

  test("gives up on work that does not stop, with the reason of the abort", async () => {
    const attention = attend();
    const work = attention.within(never(), 1);
    attention.interrupt("enough");
    await expect(work).rejects.toThrow("enough");
    await expect(attention.within(never(), 1)).rejects.toThrow("enough");
  });

  test("gives as much time as was allowed last, unless told otherwise", async () => {
    const attention = attend();
    const work = attention.within(never());
    attention.allow(1);
    attention.interrupt("enough");
    await expect(work).rejects.toThrow("enough");
  });

  test("gives up on nothing as long as something must not be lost, and has that given up on the second signal", async () => {
    const exit = vi.spyOn(process, "exit").mockImplementation(() => undefined as never);
    const attention = attend();
    let isLeft = true;
    const isHeld = vi.fn(() => isLeft);
    const giveUp = vi.fn();
    const over = attention.waitFor({ isHeld, giveUp });
    let ended: unknown;
    const work = attention.within(never(), 1).catch((thrown: unknown) => {
      ended = thrown;
    });
    process.emit("SIGINT");
    // One grace after the other.
    await expect.poll(() => isHeld.mock.calls.length).toBeGreaterThan(3);
    expect(ended).toBeUndefined();
    expect(giveUp).not.toHaveBeenCalled();
    process.emit("SIGINT");
    expect(giveUp).toHaveBeenCalledOnce();
    expect(exit).toHaveBeenCalledWith(130);
    isLeft = false;
    await work;
    expect(ended).toBeInstanceOf(Interruption);
    over();
    process.emit("SIGINT");
    expect(giveUp).toHaveBeenCalledOnce();
    exit.mockRestore();
  });

  test("lets work that stops in time have its own word", async () => {
    const attention = attend();
    const work = attention.within(
      new Promise((resolve) => attention.signal.addEventListener("abort", () => resolve("saved"))),
    );
    attention.interrupt("enough");
    expect(await work).toBe("saved");
  });

  test("takes errors after an abort for its aftermath", () => {
    const attention = attend();
    const error = new Error("socket closed");
    expect(attention.causeOf(error)).toBe(error);
    attention.interrupt("enough");
    expect(attention.causeOf(error)).toBe(attention.signal.reason);
  });
});
