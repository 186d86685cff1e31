import { UserError } from "../system/userError.ts";
import type { Split } from "./splits.ts";

const LISTED = 5;

/**
 * Refuses data in which a row of one split is also in another: a score on rows that were optimized on says nothing. Rows
 * are the same when their ids or all their other fields are equal.
 * @throws UserError naming some of the rows
 */
export function refuseLeaks(splits: readonly Split[]): void {
  for (const [index, later] of splits.entries()) {
    for (const earlier of splits.slice(0, index)) {
      refuseShared(earlier, later, "id", (split, row) => split.examples[row]?.id ?? "");
      refuseShared(earlier, later, "content", (split, row) => split.content(row));
    }
  }
}

function refuseShared(
  earlier: Split,
  later: Split,
  what: "id" | "content",
  keyOf: (split: Split, row: number) => string,
): void {
  const rows = new Map(earlier.examples.map((_, row) => [keyOf(earlier, row), row] as const));
  const shared = later.examples.flatMap((example, row) => {
    const before = rows.get(keyOf(later, row));
    return before === undefined ? [] : [{ id: example.id, before: earlier.where(before), after: later.where(row) }];
  });
  if (shared.length === 0) return;
  const listed = shared
    .slice(0, LISTED)
    .map(({ id, before, after }) => (what === "id" ? `"${id}" (${before}; ${after})` : `${before} and ${after}`));
  const more = shared.length > LISTED ? `, and ${shared.length - LISTED} more` : "";
  const rowsAre = shared.length === 1 ? "1 row is" : `${shared.length} rows are`;
  const by = what === "id" ? "the same id" : "the same content under different ids";
  throw new UserError(
    `${rowsAre} both in ${earlier.name} and in ${later.name}, with ${by}: ${listed.join(", ")}${more}. ` +
      `Remove them from one of the two: a score on rows that were seen before says nothing.`,
  );
}
