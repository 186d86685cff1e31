import * as z from "zod";

/**
 * Fields of a component by their names, as a file has them. Every name is kept: a record's schema would leave out
 * `__proto__`, which rows may have as any other.
 */
export const storedFields: z.ZodType<Record<string, unknown>> = z.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "must be an object of fields",
);
