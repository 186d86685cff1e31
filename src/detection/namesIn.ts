/** Names of the outermost scope that expressions mention, at any depth of plain facts. */
export function namesIn(facts: unknown): string[] {
  const found = new Set<string>();
  const seen = new Set<object>();
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if ("kind" in value && value.kind === "name" && "name" in value && !("local" in value)) {
      found.add(String(value.name));
    }
    for (const member of Array.isArray(value) ? value : Object.values(value)) look(member);
  };
  look(facts);
  return [...found];
}
