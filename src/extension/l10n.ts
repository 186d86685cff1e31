/** The editor's translation of messages, as far as code that knows no editor needs it. */
export interface L10n {
  t(message: string, ...args: (string | number | boolean)[]): string;
}

/** English as it is written, for tests. */
export const english: L10n = {
  t: (message, ...args) => message.replaceAll(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)])),
};
