import { describe, expect, test } from "vitest";
import { counted, spentRunsText } from "../../../src/run/views/numberFormat.ts";

describe("what is counted", () => {
  test.each<[number, string]>([
    [0, "0 rows"],
    [1, "1 row"],
    [1.04, "1 row"],
    [0.5, "0.5 rows"],
    [2, "2 rows"],
    [1200, "1,200 rows"],
  ])("%d stands in its form", (count, text) => expect(counted(count, "row")).toBe(text));

  test("may have a plural of its own", () => expect(counted(2, "child", "children")).toBe("2 children"));

  test("is of a budget where there is one", () => {
    expect(spentRunsText(1.04, null)).toBe("1 system run");
    expect(spentRunsText(412.52, 2000)).toBe("412.5 of 2,000 system runs");
    expect(spentRunsText(0.5, 1)).toBe("0.5 of 1 system run");
  });
});
