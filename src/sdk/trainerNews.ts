/** What becomes of the trainers of an experiment, as whoever shows the cell hears of it. */
export type TrainerNews =
  | { readonly kind: "started" }
  /** A line that the trainer wrote to stderr. */
  | { readonly kind: "said"; readonly line: string }
  /** One ended that nobody asked to; `reason` in words for the user. */
  | { readonly kind: "died"; readonly reason: string };
