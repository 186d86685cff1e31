import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { meantExperiments } from "../../../src/run/panel/meantExperiments.ts";

const meant = (...told: (readonly [given: string, file?: string])[]) =>
  meantExperiments(told.map(([given, file]) => ({ given, file })));

describe("the experiments that runs mean", () => {
  test("are one, whether given whole or from a folder", () => {
    expect(meant(["qa/system.ts"], ["/home/a/work/qa/system.ts"])).toEqual(["system.ts", "system.ts"]);
    expect(meant(["./qa/../qa/system.ts"], ["/home/a/work/qa/system.ts"])).toEqual(["system.ts", "system.ts"]);
    expect(meant(["qa/system.ts", "/w/qa/system.ts"], ["system.ts", "/w/qa/system.ts"])).toEqual([
      "system.ts",
      "system.ts",
    ]);
  });

  test("are two where the same path was given from two folders", () => {
    expect(meant(["system.ts", "/w/one/system.ts"], ["system.ts", "/w/two/system.ts"])).toEqual([
      "one/system.ts",
      "two/system.ts",
    ]);
  });

  test("are told apart by whole names alone", () => {
    expect(meant(["system.ts"], ["/w/other-system.ts"])).toEqual(["system.ts", "/w/other-system.ts"]);
  });

  test("are not guessed where a path could be either of two", () => {
    expect(meant(["system.ts"], ["/w/one/system.ts"], ["/w/two/system.ts"])[0]).toBe("system.ts");
  });

  test("are one under both ways of writing a path of Windows", () => {
    expect(meant(["c:\\work\\qa\\system.ts"], ["C:/work/qa/system.ts"], ["qa\\system.ts"])).toEqual([
      "system.ts",
      "system.ts",
      "system.ts",
    ]);
  });

  test("are none for runs started from code", () => {
    expect(meant(["", ""], ["/w/system.ts"])).toEqual([null, "system.ts"]);
  });

  const names = fc.array(fc.stringMatching(/^[a-z.]{0,6}[a-z]$/), { minLength: 1, maxLength: 5 });
  test("differ by name just where files do", () => {
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 6 }), (files) => {
        const whole = files.map((parts) => `/${parts.join("/")}`);
        const named = meant(...whole.map((file): [string, string] => [file.slice(1), file]));
        expect(new Set(named).size).toBe(new Set(whole).size);
      }),
    );
  });
});
