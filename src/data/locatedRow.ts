/** A row and where it stands ("train.jsonl, line 12"), so that every complaint can say where. */
export interface LocatedRow {
  readonly value: unknown;
  readonly where: string;
}
