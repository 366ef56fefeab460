import type { Random } from "@streamgate/core";
import { formatArrayText } from "../../snapshot/array-text.ts";
import { type ColumnValues, drawValue, type ValueRank } from "./value-source.ts";

/** Where in the members, most common first, a rank begins and ends, as shares of their number. */
const PLACES: Readonly<Record<ValueRank, readonly [number, number]>> = {
  favourite: [0, 0.05],
  popular: [0.05, 0.3],
  typical: [0.3, 0.8],
  rare: [0.8, 1],
};

/** What an array, a document or a text could be asked for; null where the statistics show none of it. */
export function drawMember(
  values: ColumnValues,
  operator: "contains" | "has key" | "matches",
  rank: ValueRank,
  random: Random,
): string | null {
  const member = pickMember(values.members, rank, random);
  if (member !== null) return operator === "contains" ? formatArrayText([member]) : member;
  const value = drawValue(values, rank, random);
  if (value === null) return null;
  if (operator === "matches") return /\p{L}{3,}/u.exec(value)?.[0] ?? null;
  const document = documentOf(value);
  if (document === null) return operator === "contains" ? value : null;
  const [entry] = Object.entries(document);
  if (entry === undefined) return null;
  return operator === "contains" ? JSON.stringify(Object.fromEntries([entry])) : entry[0];
}

function pickMember(members: readonly string[], rank: ValueRank, random: Random): string | null {
  const [from, to] = PLACES[rank];
  const share = from + random.next() * (to - from);
  return members[Math.min(members.length - 1, Math.floor(share * members.length))] ?? null;
}

function documentOf(value: string): Readonly<Record<string, unknown>> | null {
  if (!value.startsWith("{")) return null;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}
