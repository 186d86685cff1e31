import { NotificationType, RequestType } from "vscode-jsonrpc/node";
import * as z from "zod";
import { budgetsSchema } from "../run/budgets.ts";
import { outputSchema } from "./output.ts";

/**
 * What a kernel process and its parent say to each other: JSON-RPC with headers over a pipe of its own (descriptor 3 of
 * the kernel), so that what a cell writes to stdout or stderr is never taken for a message. The parent sends `initialize`
 * first; the kernel refuses another protocol version, naming both. Whatever arrives is checked with the schemas below, on
 * both sides.
 */
export const KERNEL_PROTOCOL = 2;

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
  /** `off`: runs and trials of the cells neither use nor keep recorded answers of models, whatever their code says. */
  cache: z.literal("off").optional(),
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

const limitsSchema = z.object({
  requestsPerMinute: z.number().positive().nullable(),
  tokensPerMinute: z.number().positive().nullable(),
  concurrency: z.number().int().positive(),
});

/**
 * Kernel to parent, a request: code in the kernel wants to send a request to a language model. Answered when it is its turn
 * among all kernels of the parent; cancelled when nobody wants it any more. What was answered is given back by `leave`.
 */
export const enterSchema = z.object({
  /** Names the turn, once in the life of a kernel. */
  turn: z.number().int(),
  provider: z.string(),
  model: z.string(),
  tokens: z.number().nonnegative(),
  limits: z.object({ provider: limitsSchema.optional(), model: limitsSchema.optional() }).optional(),
});
export type Enter = Readonly<z.infer<typeof enterSchema>>;

export const enterResultSchema = z.object({ waitedMs: z.number() });

/** Parent to kernel, a notification: why the turn of that number does not come for a while. */
export const waitsSchema = z.object({
  turn: z.number().int(),
  wait: z.object({
    provider: z.string(),
    why: z.enum(["requests", "tokens", "pause", "retry"]),
    perMinute: z.number().optional(),
    ms: z.number(),
  }),
});

/** What comes with the error that answers `enter` when the provider wants nothing for very long. */
export const closedGateSchema = z.object({ provider: z.string(), retryAfterMs: z.number() });
export type ClosedGate = Readonly<z.infer<typeof closedGateSchema>>;

const allowanceSchema = z.object({ limit: z.number(), remaining: z.number(), resetMs: z.number() });
const reportedLimitsSchema = z.object({ requests: allowanceSchema.optional(), tokens: allowanceSchema.optional() });

/** Kernel to parent, a notification: a request to a language model is over, or was never sent. */
export const leaveSchema = z.object({
  turn: z.number().int(),
  passage: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("answered"), tokens: z.number(), limits: reportedLimitsSchema.optional() }),
    z.object({
      kind: z.literal("limited"),
      retryAfterMs: z.number().optional(),
      limits: reportedLimitsSchema.optional(),
    }),
    z.object({ kind: z.literal("overloaded"), retryAfterMs: z.number().optional() }),
    z.object({ kind: z.literal("failed") }),
    z.object({ kind: z.literal("unused") }),
  ]),
});
export type Leave = Readonly<z.infer<typeof leaveSchema>>;

/**
 * Kernel to parent, a request: a request to a language model needs the key of a provider. The kernel keeps it in its memory
 * and nowhere else, and asks again once the provider has refused it.
 */
export const keySchema = z.object({
  provider: z.string(),
  /** Environment variable that holds it where nothing else does. */
  variable: z.string(),
  /** Where it is going to be sent, unless that is where the provider usually answers, or this machine. */
  address: z
    .object({ baseUrl: z.string(), said: z.object({ file: z.string(), line: z.number().int() }).optional() })
    .optional(),
});
export type KeyRequest = Readonly<z.infer<typeof keySchema>>;

export const keyResultSchema = z.object({
  /** Null where there is none, or where none may be given. */
  key: z.string().nullable(),
  /** How a person gives the key, to be told in messages. */
  remedy: z.string(),
  /** Why a key that there is must not be sent to that address, in words for the user. */
  refusal: z.string().optional(),
});
export type KeyAnswer = Readonly<z.infer<typeof keyResultSchema>>;

/** Kernel to parent, a notification: a key that the kernel has by itself. The parent shows it nowhere. */
export const secretSchema = z.object({ secret: z.string() });

/**
 * Kernel to parent, a request: one request to a model of the editor, which only the extension host can ask. Cancelled when
 * nobody wants the answer any more.
 */
export const completeSchema = z.object({
  /** As the user named it, without `vscode:`. */
  model: z.string(),
  messages: z.array(z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string() })),
  temperature: z.number(),
  maxTokens: z.number().int().positive(),
});
export type Complete = Readonly<z.infer<typeof completeSchema>>;

export const completeResultSchema = z.object({
  text: z.string(),
  stop: z.enum(["end", "length", "refused", "filtered", "empty", "thought"]),
  usage: z.object({
    inputTokens: z.number().int().nonnegative(),
    outputTokens: z.number().int().nonnegative(),
    estimated: z.literal(true).optional(),
  }),
});
export type Completed = Readonly<z.infer<typeof completeResultSchema>>;

/** What comes with the error that answers `complete` when the model did not. */
export const refusedModelSchema = z.object({
  kind: z.enum(["authentication", "quota", "unknown model", "overloaded", "too long", "bad request"]),
});
export type RefusedModel = Readonly<z.infer<typeof refusedModelSchema>>;

/**
 * Kernel to parent, a request: may something begin that may cost so much? Asked before anything of it is spent, where no
 * budget holds it. The parent knows above which amount a person is asked.
 */
export const consentSchema = z.object({
  /** What the run is called: the name of its system. */
  system: z.string(),
  /** What is to be done; a run where it is not said. The last three are trials, outside of any run. */
  what: z.enum(["run", "evaluation", "rewards", "landscape", "value", "check", "rows"]).optional(),
  /** US dollars at most, what the same run or trials have spent before included; null where a price is not known. */
  mostUsd: z.number().nullable(),
  /** US dollars that were spent before. */
  spentUsd: z.number().optional(),
  /** The estimate, a figure each: what it is of, and what it is. */
  figures: z.array(z.object({ what: z.string(), figure: z.string() })),
  sentences: z.array(z.string()),
  /** Budgets that it has; there for what may begin with others, which the answer brings. */
  budgets: budgetsSchema.optional(),
});
export type Consent = Readonly<z.infer<typeof consentSchema>>;

export const consentResultSchema = z.object({
  /** Null where nobody can be asked. */
  agreed: z.boolean().nullable(),
  /** US dollars in all up to which nobody needs to be asked again; `mostUsd` by default, null for whatever it costs. */
  upToUsd: z.number().nullable().optional(),
  /** Take the place of those that it has. */
  budgets: budgetsSchema.optional(),
  /** Why not, in words for the user, where there is more to say than that it was declined. */
  reason: z.string().optional(),
});
export type ConsentAnswer = Readonly<z.infer<typeof consentResultSchema>>;

/** Kernel to parent, a request: on which backbone do runs learn whose experiment names none? */
export const backboneResultSchema = z.object({
  /** "lexical", the absolute path of a folder, or "hub:owner/name"; null where nobody says. */
  backbone: z.string().nullable(),
});

/** Kernel to parent, a request: may a backbone be downloaded? Cancelled when nobody wants it any more. */
export const downloadSchema = z.object({
  /** "owner/name". */
  name: z.string(),
  /** Where it comes from. */
  host: z.string(),
  bytes: z.number(),
  /** How much of it is here already. */
  present: z.number(),
});
export type Download = Readonly<z.infer<typeof downloadSchema>>;

export const downloadResultSchema = z.object({
  /** Null where nobody can be asked. */
  agreed: z.boolean().nullable(),
});

/** Kernel to parent, a notification: how a download goes, or that it is over, however it ended. */
export const downloadNewsSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("progress"), name: z.string(), present: z.number(), total: z.number() }),
  z.object({ kind: z.literal("over"), name: z.string() }),
]);
export type DownloadNews = Readonly<z.infer<typeof downloadNewsSchema>>;

export const kernelMessages = {
  initialize: new RequestType<Initialize, unknown, unknown>("initialize"),
  execute: new RequestType<Execute, unknown, unknown>("execute"),
  outputs: new RequestType<Outputs, unknown, unknown>("outputs"),
  interrupt: new NotificationType<Interrupt>("interrupt"),
  responsive: new NotificationType<z.infer<typeof responsiveSchema>>("responsive"),
  log: new NotificationType<z.infer<typeof logSchema>>("log"),
  trainer: new NotificationType<TrainerHealth>("trainer"),
  enter: new RequestType<Enter, unknown, unknown>("model/enter"),
  leave: new NotificationType<Leave>("model/leave"),
  waits: new NotificationType<z.infer<typeof waitsSchema>>("model/waits"),
  key: new RequestType<KeyRequest, unknown, unknown>("model/key"),
  complete: new RequestType<Complete, unknown, unknown>("model/complete"),
  consent: new RequestType<Consent, unknown, unknown>("model/consent"),
  backbone: new RequestType<object, unknown, unknown>("backbone/named"),
  download: new RequestType<Download, unknown, unknown>("backbone/download"),
  downloads: new NotificationType<DownloadNews>("backbone/downloads"),
  secret: new NotificationType<z.infer<typeof secretSchema>>("model/secret"),
};
