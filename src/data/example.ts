/** One row of data: the system's inputs and what the reward needs (paper: x). */
export type Example = Readonly<Record<string, unknown>> & { readonly id: string };
