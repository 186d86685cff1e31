import type { SourceLanguage } from "./definition.ts";

/**
 * Whether a text is worth reading by itself. Whatever found definitions need from a text that was skipped, `Linker.missing`
 * asks for. Skipped for good are only classes of Python that extend classes of other files and name nothing of a component.
 */
export function mayHold(text: string, language: SourceLanguage): boolean {
  if (text.includes("optimas")) return true;
  if (language === "python") return text.includes("dspy") || /\b(?:input|output)_fields\b/.test(text);
  // Definitions through names that other files export under other names show only in their shape.
  return (
    (text.includes("outputs") && (text.includes("inputs") || text.includes("components"))) ||
    (text.includes("system") && text.includes("reward"))
  );
}
