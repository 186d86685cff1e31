/** One row of data: the system's inputs and what the reward needs, under an id that is unique over all splits. */
export type Example = Readonly<Record<string, unknown>> & { readonly id: string };

export type SplitName = "train" | "validation" | "test";
