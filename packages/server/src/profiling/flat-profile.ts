/** A function of a profile with what it took itself; `parent` is its caller's place in the list, -1 for the root. */
export interface FlatNode {
  readonly name: string;
  readonly place: string;
  readonly parent: number;
  readonly self: number;
}

/** Functions after those that called them. */
export type FlatProfile = readonly FlatNode[];

const LONGEST_NAME = 200;
const LONGEST_PLACE = 300;

/**
 * The functions of a CPU profile of V8 (`.cpuprofile`), with microseconds; undefined where it is none. The time in which nothing
 * was done is left out. It comes from a process that may say anything: no shape of it can take more than time in its own length.
 */
export function flatCpuProfile(profile: unknown): FlatProfile | undefined {
  const { nodes, samples, timeDeltas } = fieldsOf(profile);
  if (!Array.isArray(nodes) || !Array.isArray(samples) || !Array.isArray(timeDeltas))
    return undefined;
  const selfOf = sampleTimes(samples, timeDeltas);
  const byId = new Map<unknown, Fields>();
  for (const node of nodes) byId.set(fieldsOf(node).id, fieldsOf(node));
  const rootId = fieldsOf(nodes[0]).id;
  return flatten(rootId, (id) => {
    const node = byId.get(id);
    // Whoever is called twice is taken where he is met first: so that no circle turns for ever.
    if (node === undefined || !byId.delete(id)) return undefined;
    const called = describe(node.callFrame);
    const isIdle = called.name === "(idle)";
    return {
      ...called,
      self: isIdle ? 0 : (selfOf.get(id) ?? 0),
      children: listOf(node.children),
    };
  });
}

/** The same of a sampling heap profile (`.heapprofile`), with bytes. */
export function flatHeapProfile(profile: unknown): FlatProfile | undefined {
  const { head } = fieldsOf(profile);
  if (typeof head !== "object" || head === null) return undefined;
  return flatten(head, (node) => {
    const { callFrame, selfSize, children } = fieldsOf(node);
    return { ...describe(callFrame), self: amountOf(selfSize), children: listOf(children) };
  });
}

/** A sample lasts until the next one; V8 may hand them over out of order, and a negative difference is none. */
function sampleTimes(
  samples: readonly unknown[],
  timeDeltas: readonly unknown[],
): Map<unknown, number> {
  const times = new Map<unknown, number>();
  for (const [place, id] of samples.entries())
    times.set(id, (times.get(id) ?? 0) + amountOf(timeDeltas[place + 1]));
  return times;
}

interface ReadNode {
  readonly name: string;
  readonly place: string;
  readonly self: number;
  readonly children: readonly unknown[];
}

/** Goes down without recursion: a stack of a profile may be deeper than ours. */
function flatten(root: unknown, read: (node: unknown) => ReadNode | undefined): FlatProfile {
  const flat: FlatNode[] = [];
  const left: { readonly node: unknown; readonly parent: number }[] = [{ node: root, parent: -1 }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const node = read(next.node);
    if (node === undefined) continue;
    const { name, place, self, children } = node;
    const parent = flat.push({ name, place, self, parent: next.parent }) - 1;
    for (const child of children) left.push({ node: child, parent });
  }
  return flat;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function amountOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}

function describe(callFrame: unknown): Pick<FlatNode, "name" | "place"> {
  const { functionName, url, lineNumber } = fieldsOf(callFrame);
  const name = textOf(functionName, LONGEST_NAME);
  const file = textOf(url, LONGEST_PLACE).replace(/^file:\/\//, "");
  const line = typeof lineNumber === "number" && lineNumber >= 0 ? `:${lineNumber + 1}` : "";
  return {
    name: name === "" ? "(anonymous)" : name,
    place: file === "" ? "" : `${file}${line}`,
  };
}

function textOf(value: unknown, mostCharacters: number): string {
  if (typeof value !== "string") return "";
  return value.slice(0, mostCharacters).replace(/[\p{Cc}\p{Cs}]/gu, "");
}
