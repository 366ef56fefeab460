import type { ParameterSample } from "../workload.ts";
import type { Repeated } from "./gather-statements.ts";

const GIVEN_SAMPLES_AT_MOST = 5;

/** The values that the file gave, most frequent first; parameters that it left open take drawn values. */
export function givenSamples(
  { given, parsed }: Repeated,
  drawn: readonly ParameterSample[],
): readonly ParameterSample[] {
  if (parsed.parameterCount === 0 || given.size === 0) return drawn;
  const often = [...given]
    .toSorted((one, other) => other[1] - one[1])
    .slice(0, GIVEN_SAMPLES_AT_MOST);
  const total = often.reduce((sum, [, calls]) => sum + calls, 0);
  const samples = often.map(([key, calls], index): ParameterSample | null => {
    const values = JSON.parse(key) as readonly (string | null | { unknown: true })[];
    const spare = drawn[index % drawn.length]?.values ?? [];
    const filled = Array.from({ length: parsed.parameterCount }, (_, position) => {
      const value = values[position];
      return value === undefined || (typeof value === "object" && value !== null)
        ? (spare[position] ?? null)
        : value;
    });
    const isAllOpen = values.every((value) => typeof value === "object" && value !== null);
    return isAllOpen ? null : { values: filled, weight: calls / total, origin: "given" };
  });
  const known = samples.filter((sample) => sample !== null);
  return known.length === samples.length ? known : drawn;
}
