import { describe, expect, test } from "vitest";
import { CallMemo } from "../../src/system/callMemo.ts";
import { step } from "./smallSystem.ts";

const echo = step("echo", ["x"], ["y"]);

describe("a memo of calls", () => {
  test("makes an equal call once, also while it is under way, whatever the order of its fields", async () => {
    const memo = new CallMemo();
    let calls = 0;
    const call = async () => ({ y: `call ${++calls}` });
    const both = await Promise.all([
      memo.once(echo, { k: 1, j: 2 }, { x: "a" }, call),
      memo.once(echo, { j: 2, k: 1 }, { x: "a" }, call),
    ]);
    expect(both).toEqual([{ y: "call 1" }, { y: "call 1" }]);
  });

  test("tells components, values and inputs apart", async () => {
    const memo = new CallMemo();
    let calls = 0;
    const call = async () => ({ y: `call ${++calls}` });
    await memo.once(echo, null, { x: "a" }, call);
    await memo.once(echo, "v", { x: "a" }, call);
    await memo.once(echo, null, { x: "b" }, call);
    await memo.once(step("other", ["x"], ["y"]), null, { x: "a" }, call);
    expect(calls).toBe(4);
  });

  test("forgets a call that failed, and everything when it is cleared", async () => {
    const memo = new CallMemo();
    await expect(memo.once(echo, null, { x: "a" }, () => Promise.reject(new Error("down")))).rejects.toThrow("down");
    expect(await memo.once(echo, null, { x: "a" }, async () => ({ y: "up" }))).toEqual({ y: "up" });
    memo.clear();
    expect(await memo.once(echo, null, { x: "a" }, async () => ({ y: "again" }))).toEqual({ y: "again" });
  });
});
