import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BrokenOff,
  isProviderError,
  providerError,
  retryAfterMs,
} from "../../../src/models/providers/providerError.ts";

const NOW = Date.UTC(2026, 2, 14, 12, 0, 0);

describe("when a provider wants to be asked again", () => {
  const check = (headers: Record<string, string>, expected: number | undefined) =>
    expect(retryAfterMs(new Headers(headers), NOW)).toBe(expected);

  test.each([
    ["seconds", { "retry-after": "20" }, 20_000],
    ["parts of seconds", { "retry-after": "0.5" }, 500],
    ["at once", { "retry-after": "0" }, 0],
    ["a date", { "retry-after": "Sat, 14 Mar 2026 12:01:30 GMT" }, 90_000],
    ["a date that has passed", { "retry-after": "Sat, 14 Mar 2026 11:00:00 GMT" }, 0],
    ["milliseconds, which are more exact", { "retry-after-ms": "1250", "retry-after": "2" }, 1_250],
    ["milliseconds that are none", { "retry-after-ms": "soon", "retry-after": "2" }, 2_000],
    ["nothing", {}, undefined],
    ["something else", { "retry-after": "later" }, undefined],
    ["less than nothing", { "retry-after": "-5" }, undefined],
  ] as const)("is told as %s", (_, headers, expected) => check({ ...headers }, expected));

  test("is never a number that nobody can wait for", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0123456789.eE+-: GMTaJn,".split("")) }), (text) => {
        const after = retryAfterMs(new Headers({ "retry-after": text }), NOW);
        expect(after === undefined || (Number.isFinite(after) && after >= 0)).toBe(true);
      }),
    );
  });
});

describe("an error of an SDK", () => {
  test("is read by its shape: the body that OpenAI's SDK keeps has no wrapping, Anthropic's has", () => {
    const body = { type: "invalid_request_error", code: "model_not_found", param: "model", message: "No such model." };
    const expected = { status: 404, type: body.type, code: body.code, parameter: "model", message: body.message };
    expect(providerError({ status: 404, error: body })).toMatchObject(expected);
    expect(providerError({ status: 404, error: { type: "error", error: body } })).toMatchObject(expected);
  });

  test("of a connection is told by what broke it", () => {
    const cause = new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:1") });
    expect(providerError(new Error("Connection error.", { cause }))).toMatchObject({
      status: undefined,
      message: "connect ECONNREFUSED 127.0.0.1:1",
    });
  });

  test("is one of the provider or of the way there; what is not is a defect, and is told as one", () => {
    const cause = new Error("other side closed");
    for (const error of [
      Object.assign(new Error("400"), { status: 400 }),
      Object.assign(new Error("Connection error."), { status: undefined, cause }),
      new TypeError("terminated", { cause }),
      Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }),
      new BrokenOff(),
    ]) {
      expect(isProviderError(error)).toBe(true);
    }
    for (const error of [new TypeError("x is not a function"), new RangeError("out of range"), "text", undefined]) {
      expect(isProviderError(error)).toBe(false);
    }
  });

  test("may have no words at all", () => {
    expect(providerError({ toString: 0 }).message).toBe("something that has no words was thrown");
  });

  test("may be anything that can be thrown", () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        expect(typeof providerError(thrown).message).toBe("string");
      }),
    );
  });
});
