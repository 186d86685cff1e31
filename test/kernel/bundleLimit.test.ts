import { expect, test } from "vitest";
import { limitedBundle } from "../../src/kernel/bundleLimit.ts";

test("a bundle of ordinary size stays as it is", () => {
  const data = { "text/plain": "a", "application/json": { a: [1, null, "b"] }, "image/png": "AAAA" };
  expect(limitedBundle(data)).toEqual(data);
});

test("plain text keeps head and tail", () => {
  const { "text/plain": text = "" } = limitedBundle({ "text/plain": `begin${"x".repeat(50_000_000)}end` });
  expect(text).toMatch(/^beginx+\n\.\.\. \d+ characters left out \.\.\.\nx+end$/);
  expect(String(text).length).toBeLessThan(1_100_000);
});

test("another representation that is too long is left out, and said to be when nothing else is left", () => {
  const html = "x".repeat(9_000_000);
  expect(limitedBundle({ "text/html": html, "text/plain": "short" })).toEqual({ "text/plain": "short" });
  expect(limitedBundle({ "text/html": html })).toEqual({
    "text/plain": expect.stringMatching(/text\/html of 9000000 characters is too long/),
  });
  expect(limitedBundle({ "application/json": [html] })).toEqual({
    "text/plain": expect.stringMatching(/application\/json/),
  });
});

test("objects that turn themselves into JSON are read once, here", () => {
  const date = new Date(0);
  expect(limitedBundle(Object({ "application/json": { date } }))).toEqual({
    "application/json": { date: "1970-01-01T00:00:00.000Z" },
  });
});

test("what is no JSON is refused", () => {
  expect(() => limitedBundle(Object({ "application/json": () => undefined }))).toThrow(/no JSON/);
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  expect(() => limitedBundle(Object({ "application/json": circle }))).toThrow(TypeError);
});
