/**
 * A mistake that the user can mend: the message says what is wrong, where, and what to do about it. Everything else that
 * is thrown is a defect of ours or of the user's own code and keeps its stack.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** The message of anything that was thrown. */
export function errorMessage(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  try {
    return String(thrown);
  } catch {
    // Such as an object whose `toString` is none.
    return "something that has no words was thrown";
  }
}
