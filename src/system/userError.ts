/**
 * A mistake that the user can mend: the message says what is wrong, where, and what to do about it. Everything else that
 * is thrown is a defect of ours or of the user's own code and keeps its stack.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** The message of anything that was thrown. */
export function errorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
