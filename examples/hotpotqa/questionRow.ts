/** One paragraph of a question's context; sentences after the first begin with a space. */
export interface Paragraph {
  readonly title: string;
  readonly sentences: readonly string[];
}

/** A row of HotpotQA (distractor setting), as far as this example reads it. */
export interface QuestionRow extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly question: string;
  /** A short answer, or `yes` or `no`. */
  readonly answer: string;
  readonly type: string;
  readonly level: string;
  readonly context: readonly Paragraph[];
  /** Where the answer stands: a title of the context and a position among its sentences, from 0. */
  readonly supporting_facts: readonly { readonly title: string; readonly sentence: number }[];
}
