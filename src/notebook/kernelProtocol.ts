import { NotificationType, RequestType } from "vscode-jsonrpc/node";
import * as z from "zod";
import { outputSchema } from "./output.ts";

/**
 * What a kernel process and its parent say to each other: JSON-RPC with headers over a pipe of its own (descriptor 3 of
 * the kernel), so that what a cell writes to stdout or stderr is never taken for a message. The parent sends `initialize`
 * first; the kernel refuses another protocol version, naming both. Whatever arrives is checked with the schemas below, on
 * both sides.
 */
export const KERNEL_PROTOCOL = 1;

/** The descriptor that the pipe has in the kernel. */
export const CHANNEL_DESCRIPTOR = 3;

/** Parent to kernel, answered by `initializeResultSchema`. */
export const initializeSchema = z.object({
  protocol: z.number().int(),
  /** Folder that relative imports and data paths start in: the notebook's own. */
  folder: z.string(),
  /** Absolute path of the notebook; absent while it was never saved. */
  notebook: z.string().optional(),
  /** What runs of the cells do with accepted values where their code does not say: as options of `Workbench`. */
  values: z.object({ start: z.enum(["saved", "source"]).optional(), save: z.boolean().optional() }).optional(),
});
export type Initialize = Readonly<z.infer<typeof initializeSchema>>;

export const initializeResultSchema = z.object({ protocol: z.number().int(), version: z.string(), pid: z.number() });
export type InitializeResult = Readonly<z.infer<typeof initializeResultSchema>>;

/** Parent to kernel: run one cell; the next one is sent after the answer. */
export const executeSchema = z.object({
  /** Stable id of the cell. */
  cell: z.string(),
  /** Position among all executions of this kernel, from 1: what frames show as "cell [3]". */
  order: z.number().int().positive(),
  code: z.string(),
  language: z.enum(["typescript", "javascript"]),
  /** Folder of an interrupted run that the first experiment which would open a run goes on with instead. */
  resume: z.string().optional(),
  /** Absolute path of the notebook by now: one that was never saved when the kernel started may have been since. */
  notebook: z.string().optional(),
});
export type Execute = Readonly<z.infer<typeof executeSchema>>;

export const executeResultSchema = z.object({
  status: z.enum(["succeeded", "failed", "interrupted"]),
  /** Top-level names that the cell declares, and those of other cells that it reads: for stale marks. */
  declares: z.array(z.string()),
  uses: z.array(z.string()),
});
export type ExecuteResult = Readonly<z.infer<typeof executeResultSchema>>;

/**
 * Kernel to parent, a request: outputs of a cell in order. The kernel sends the next ones after the answer, so that a
 * parent that is slow to show them is not buried; what gathers meanwhile is joined and limited.
 */
export const outputsSchema = z.object({
  cell: z.string(),
  /** The execution that began the work: outputs may come after it has ended, when the cell may be running anew. */
  order: z.number().int().positive(),
  outputs: z.array(outputSchema),
});
export type Outputs = Readonly<z.infer<typeof outputsSchema>>;

/** Parent to kernel, a notification: abort the signal of the running cell. */
export const interruptSchema = z.object({
  cell: z.string(),
  /** Do not wait: terminate synchronous code, and end the cell whatever it still does. */
  force: z.boolean(),
});
export type Interrupt = Readonly<z.infer<typeof interruptSchema>>;

/** Kernel to parent, a notification: whether the running cell lets the process answer. */
export const responsiveSchema = z.object({ responsive: z.boolean() });

/** Kernel to parent, a notification: text that belongs to no cell. */
export const logSchema = z.object({ text: z.string() });

/** Kernel to parent, a notification: how the trainer fares, the kernel's child that fits local rewards. */
export const trainerHealthSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("started") }),
  z.object({
    kind: z.literal("died"),
    /** In words for the user. */
    reason: z.string(),
  }),
]);
export type TrainerHealth = Readonly<z.infer<typeof trainerHealthSchema>>;

export const kernelMessages = {
  initialize: new RequestType<Initialize, unknown, unknown>("initialize"),
  execute: new RequestType<Execute, unknown, unknown>("execute"),
  outputs: new RequestType<Outputs, unknown, unknown>("outputs"),
  interrupt: new NotificationType<Interrupt>("interrupt"),
  responsive: new NotificationType<z.infer<typeof responsiveSchema>>("responsive"),
  log: new NotificationType<z.infer<typeof logSchema>>("log"),
  trainer: new NotificationType<TrainerHealth>("trainer"),
};
