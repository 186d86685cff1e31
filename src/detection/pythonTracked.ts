import type { Binding } from "./fileFacts.ts";
import type { Tracked } from "./statement.ts";

/** Classes with bases, and assignments of calls: whatever they name, what is tracked in Python is the same. */
export class PythonTracked implements Tracked {
  readonly key = "python";

  *candidates(text: string): Iterable<number> {
    for (const { index } of text.matchAll(/\bclass\s+\w+\s*\(|(?<![=!<>])=(?!=)\s*[(\\\s]*[A-Za-z_][\w.]*\s*\(/g))
      yield index;
  }

  has(): boolean {
    return true;
  }

  leads(binding: Binding): boolean {
    return binding.kind !== "opaque";
  }
}
