import { expect, test } from "vitest";
import { notebook } from "./cellNotebook.ts";

export const nothing = Symbol("nothing is shown");

/** Runs cells one after another; all but the last must succeed. */
export async function lastOf(cells: readonly string[], language: "javascript" | "typescript") {
  const { run } = notebook();
  for (const code of cells.slice(0, -1)) expect((await run(code, { language })).error?.stack).toBeUndefined();
  return run(cells.at(-1) ?? "", { language });
}

export function shows(
  name: string,
  cells: readonly string[],
  value: unknown,
  language = "typescript" as "javascript" | "typescript",
) {
  test(`${name}: ${JSON.stringify(cells.at(-1))}`, async () => {
    const { result, error } = await lastOf(cells, language);
    expect(error?.stack).toBeUndefined();
    if (value === nothing) expect(result).toMatchObject({ hasValue: false, value: undefined });
    else {
      expect(result?.value).toEqual(value);
      expect(result?.hasValue).toBe(true);
    }
  });
}

/** `place` is line and column of the first frame, in the last cell. */
export function fails(name: string, cells: readonly string[], message: string, place: string) {
  test(`${name}: ${JSON.stringify(cells.at(-1))}`, async () => {
    const { error } = await lastOf(cells, "typescript");
    expect(`${error?.name}: ${error?.message}`).toBe(message);
    expect(error?.stack.split("\n").find((line) => line.startsWith("    at"))).toContain(
      `cell [${cells.length}]:${place}`,
    );
  });
}
