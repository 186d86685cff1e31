/** Colours of a chart, as any CSS colour: a page that follows light and dark gives custom properties. */
export interface Palette {
  readonly ink: string;
  readonly quiet: string;
  readonly grid: string;
  readonly paper: string;
  readonly line: string;
  readonly accepted: string;
  readonly rejected: string;
  readonly local: string;
  readonly global: string;
}

/** The custom properties that the report's style sheet defines for both schemes. */
export const reportPalette: Palette = {
  ink: "var(--ink)",
  quiet: "var(--quiet)",
  grid: "var(--rule)",
  paper: "var(--paper)",
  line: "var(--line)",
  accepted: "var(--accepted)",
  rejected: "var(--rejected)",
  local: "var(--local)",
  global: "var(--global)",
};
