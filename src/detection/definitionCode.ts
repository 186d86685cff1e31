import type { ComponentDefinition } from "./definition.ts";
import { valuesOf } from "./workspaceModel.ts";

/**
 * The code of a definition as far as what it does depends on it: without the value of its variable, which is what runs
 * change, and without blanks and commas that only formatting moves.
 * @param text of the file or cell that the definition was found in
 */
export function definitionCode(text: string, component: ComponentDefinition): string {
  const { span, at } = component;
  const values = valuesOf(component)
    .flatMap((value) =>
      value.kind === "literal" && value.at.uri === at.uri && value.at.cell === at.cell ? value.span : [],
    )
    .filter(({ from, to }) => from >= span.from && to <= span.to)
    .sort((a, b) => a.from - b.from);
  let kept = "";
  let from = span.from;
  for (const value of values) {
    kept += text.slice(from, Math.max(from, value.from));
    from = Math.max(from, value.to);
  }
  return formattingApart(kept + text.slice(from, span.to));
}

/** Formatters move blanks, and add or remove a comma before a closing bracket. */
function formattingApart(code: string): string {
  return code.replace(/\s+/g, "").replace(/,(?=[)\]}])/g, "");
}
