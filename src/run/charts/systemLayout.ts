/** What is known of a component's place in its system. */
export interface WiredComponent {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A place in the picture of a system: columns count from the left, rows from the top; both are of components' size. */
export interface LaidPoint {
  readonly column: number;
  readonly row: number;
}

/** One end of a wire: a component by its place in the list, what every example brings, or what the reward reads. */
export type WireEnd = number | "inputs" | "outputs";

export interface LaidWire {
  readonly from: WireEnd;
  readonly to: WireEnd;
  /** Names of the fields that go this way. */
  readonly fields: readonly string[];
  /** From the end it leaves to the one it reaches, by way of one point in each column between. */
  readonly way: readonly LaidPoint[];
}

/** A system as a picture: columns in the order of execution, nothing on top of anything else. */
export interface SystemLayout {
  readonly columns: number;
  readonly rows: number;
  /** Places of the components, in the order of the list. */
  readonly components: readonly LaidPoint[];
  /** Fields that no component writes, and where they come in. */
  readonly inputs: { readonly fields: readonly string[]; readonly at: LaidPoint };
  readonly outputs: { readonly fields: readonly string[]; readonly at: LaidPoint };
  readonly wires: readonly LaidWire[];
}

/** A slot of a column: a card, or the place where a longer wire passes. */
interface Slot {
  readonly column: number;
  readonly height: number;
  readonly before: Slot[];
  readonly after: Slot[];
  row: number;
}

interface Wire {
  readonly from: WireEnd;
  readonly to: WireEnd;
  readonly fields: string[];
}

const WIRE_HEIGHT = 0.22;
const SWEEPS = 6;

/**
 * Lays a system out from left to right. Wires of a component stand beside those of others as far as an order within each
 * column allows it (the method of Sugiyama, Tagawa and Toda 1981: columns by longest way, order by mean neighbour).
 * @param components in the order of execution: each reads only what earlier ones, or nobody, writes
 * @param outputs fields that the reward reads
 */
export function systemLayout(components: readonly WiredComponent[], outputs: readonly string[]): SystemLayout {
  const wires = wiresOf(components, outputs);
  const columnOf = columnsOf(components, wires);
  const columns = components.reduce((most, _, index) => Math.max(most, columnOf(index)), 0) + 2;
  const slots: Slot[][] = Array.from({ length: columns }, () => []);
  const slotIn = (column: number, height: number): Slot => {
    const slot: Slot = { column, height, before: [], after: [], row: 0 };
    slots[column]?.push(slot);
    return slot;
  };
  const inputSlot = slotIn(0, 1);
  const cards = components.map((_, index) => slotIn(columnOf(index), 1));
  const outputSlot = slotIn(columns - 1, 1);
  const slotOf = (end: WireEnd): Slot => {
    const slot = end === "inputs" ? inputSlot : end === "outputs" ? outputSlot : cards[end];
    if (slot === undefined) throw new Error(`no component stands at place ${end} of ${components.length}`);
    return slot;
  };
  const ways = wires.map(({ from, to }) => {
    const way = [slotOf(from)];
    const [first, last] = [slotOf(from).column, slotOf(to).column];
    for (let column = first + 1; column < last; column++) way.push(slotIn(column, WIRE_HEIGHT));
    way.push(slotOf(to));
    way.forEach((slot, index) => {
      const next = way[index + 1];
      if (next === undefined) return;
      slot.after.push(next);
      next.before.push(slot);
    });
    return way;
  });
  const rows = order(slots);
  const point = ({ column, row }: Slot): LaidPoint => ({ column, row });
  return {
    columns,
    rows,
    components: cards.map(point),
    inputs: { fields: wires.filter(({ from }) => from === "inputs").flatMap(unique()), at: point(inputSlot) },
    outputs: { fields: [...outputs], at: point(outputSlot) },
    wires: wires.map((wire, index) => ({ ...wire, way: (ways[index] ?? []).map(point) })),
  };
}

/** Fields not met before. */
function unique(): (wire: Wire) => string[] {
  const met = new Set<string>();
  return ({ fields }) => fields.filter((field) => !met.has(field) && met.add(field));
}

function wiresOf(components: readonly WiredComponent[], outputs: readonly string[]): Wire[] {
  const writerOf = new Map(components.flatMap(({ outputs: fields }, index) => fields.map((field) => [field, index])));
  const wires: Wire[] = [];
  const read = (fields: readonly string[], to: WireEnd, readable: (writer: number) => boolean) => {
    for (const field of fields) {
      const writer = writerOf.get(field);
      const from = writer !== undefined && readable(writer) ? writer : "inputs";
      const known = wires.find((wire) => wire.from === from && wire.to === to);
      if (known === undefined) wires.push({ from, to, fields: [field] });
      else known.fields.push(field);
    }
  };
  // A log tells components in the order of execution; whatever else it told must not run in a circle.
  components.forEach(({ inputs }, index) => {
    read(inputs, index, (writer) => writer < index);
  });
  read(outputs, "outputs", () => true);
  return wires;
}

/** Columns by the longest way from the inputs, which stand in column 0; the outputs' is the last. */
function columnsOf(components: readonly WiredComponent[], wires: readonly Wire[]): (component: number) => number {
  const columns: number[] = [];
  components.forEach((_, index) => {
    const before = wires.flatMap(({ from, to }) => (to === index && typeof from === "number" ? [from] : []));
    columns.push(1 + before.reduce((most, writer) => Math.max(most, columns[writer] ?? 0), 0));
  });
  return (component) => columns[component] ?? 1;
}

/** Orders every column and gives each slot its row. @returns rows of the tallest column */
function order(slots: readonly Slot[][]): number {
  const heightOf = (column: readonly Slot[]) => column.reduce((sum, { height }) => sum + height, 0);
  const rows = slots.reduce((most, column) => Math.max(most, heightOf(column)), 1);
  const stack = (column: readonly Slot[]) => {
    let top = (rows - heightOf(column)) / 2;
    for (const slot of column) {
      slot.row = top + slot.height / 2;
      top += slot.height;
    }
  };
  const settle = (columns: readonly Slot[][], beside: (slot: Slot) => readonly Slot[]) => {
    for (const column of columns) {
      const wish = new Map(column.map((slot) => [slot, meanRow(beside(slot)) ?? slot.row]));
      column.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
      stack(column);
    }
  };
  for (const column of slots) stack(column);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    if (sweep % 2 === 0) settle(slots, ({ before }) => before);
    else settle(slots.toReversed(), ({ after }) => after);
  }
  return rows;
}

function meanRow(slots: readonly Slot[]): number | undefined {
  if (slots.length === 0) return undefined;
  return slots.reduce((sum, { row }) => sum + row, 0) / slots.length;
}
