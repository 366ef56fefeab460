import type { ParameterRole } from "../shape/statement-shape.ts";
import type { ParameterSample } from "../workload.ts";
import { drawParameter, type SampleSources } from "./draw-parameter.ts";
import { commonShare, type ValueRank } from "./value-source.ts";

export interface SampleRequest {
  readonly parameterCount: number;
  readonly roles: ReadonlyMap<number, ParameterRole>;
  /** Type names by position; empty string where unknown. */
  readonly types: readonly string[];
}

const ORIGINS: Readonly<Record<ValueRank, ParameterSample["origin"]>> = {
  favourite: "common",
  popular: "common",
  typical: "typical",
  rare: "rare",
};
/** Two typical draws: most calls are for values that are neither the favourites nor the tail. */
const DRAWS: readonly ValueRank[] = ["favourite", "popular", "typical", "typical", "rare"];

/**
 * Values for a statement's parameters. The common samples weigh what the common values hold of the
 * rows (0.1 to 0.8), half for the favourites and half for the others, so that the cost of the few
 * large keys is neither missed nor all there is; of the rest a quarter is rare.
 */
export function drawSamples(
  request: SampleRequest,
  sources: SampleSources,
): readonly ParameterSample[] {
  if (request.parameterCount === 0) return [{ values: [], weight: 1, origin: "typical" }];
  const common = Math.min(0.8, Math.max(0.1, shareOfCommonValues(request, sources)));
  const weights: Readonly<Record<ValueRank, number>> = {
    favourite: common / 2,
    popular: common / 2,
    typical: ((1 - common) * 0.75) / 2,
    rare: (1 - common) * 0.25,
  };
  const drawn = DRAWS.map((rank) => ({
    values: drawRow(request, sources, rank),
    weight: weights[rank],
    origin: ORIGINS[rank],
  }));
  return mergeEqual(drawn);
}

/** The most selective equality decides: its favourites are what most calls ask for. */
function shareOfCommonValues({ roles }: SampleRequest, { values }: SampleSources): number {
  const shares = [...roles.values()].flatMap((role) =>
    role.kind === "compared" && (role.operator === "=" || role.operator === "any")
      ? [commonShare(values.valuesOf(role.column))]
      : [],
  );
  return shares.length === 0 ? 0.4 : Math.min(...shares);
}

function drawRow(
  request: SampleRequest,
  sources: SampleSources,
  rank: ValueRank,
): readonly (string | null)[] {
  const place = sources.random.next();
  return Array.from({ length: request.parameterCount }, (_, index) => {
    const role = request.roles.get(index + 1);
    const type = request.types[index] ?? "";
    return drawParameter(role, type, sources, rank, place);
  });
}

function mergeEqual(samples: readonly ParameterSample[]): readonly ParameterSample[] {
  const merged = new Map<string, ParameterSample>();
  for (const sample of samples) {
    const key = JSON.stringify(sample.values);
    const same = merged.get(key);
    merged.set(key, same === undefined ? sample : { ...same, weight: same.weight + sample.weight });
  }
  return [...merged.values()];
}
