import type { Expression } from "./fileFacts.ts";

/** An expression in few words, for a sentence: names as they are written, the rest by its outside. */
export function described(expression: Expression): string {
  switch (expression.kind) {
    case "name":
      return expression.name;
    case "member":
      return `${described(expression.object)}.${expression.property}`;
    case "call":
      return `${described(expression.callee)}(...)`;
    case "spread":
      return `...${described(expression.value)}`;
    case "module":
      return expression.specifier;
    case "literal":
      return typeof expression.value === "string" ? JSON.stringify(expression.value) : String(expression.value);
    case "object":
      return "{...}";
    case "list":
      return "[...]";
    case "nothing":
      return "nothing";
    case "function":
      return "a function";
    case "computed":
      return expression.code;
    default:
      return "...";
  }
}
