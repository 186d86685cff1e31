/** The editor's translation of messages, as far as code that knows no editor needs it. */
export { english, type L10n } from "../run/l10n.ts";
