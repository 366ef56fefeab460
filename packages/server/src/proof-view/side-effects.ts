import type { Figure, ProofView } from "@streamgate/contract";
import type { Interval, Proof, Rung, Verification } from "@streamgate/core";

type SideEffect = ProofView["sideEffects"][number];

/** What the fix costs, or might: rows that are written, disk, statements that it is not meant for. */
export function sideEffectsOf(
  proof: Proof | null,
  verification: Verification | null,
): readonly SideEffect[] {
  return [
    ...(proof === null ? [] : [...writeCost(proof), ...disk(proof), ...slowerInTheLab(proof)]),
    ...(verification === null ? [] : slowerInProduction(verification)),
  ];
}

function writeCost({ writeCost: cost }: Proof): readonly SideEffect[] {
  if (cost === undefined) return [];
  return [
    {
      what: `time to insert a row into ${cost.table}, after ÷ before`,
      figure: ratioOf(cost.ratio, "measured"),
      isHarm: cost.ratio.low > 1,
    },
    {
      what: `more for each row that is inserted into ${cost.table}`,
      figure: { value: (cost.afterUs - cost.beforeUs) / 1_000, unit: "ms", rung: "measured" },
      isHarm: cost.ratio.low > 1,
    },
  ];
}

/** Another way of asking takes none. */
function disk({ realSizeBytes, predictedSizeBytes, statements }: Proof): readonly SideEffect[] {
  const isAskedOtherwise = statements.some(({ replacedBy }) => replacedBy !== undefined);
  if (isAskedOtherwise && realSizeBytes === 0 && predictedSizeBytes === 0) return [];
  return [
    {
      what: "disk space that it takes",
      figure: { value: realSizeBytes, unit: "bytes", rung: "measured" },
      isHarm: false,
    },
  ];
}

/** The bystanders that got slower beyond doubt; where none did, that is said. */
function slowerInTheLab({ statements }: Proof): readonly SideEffect[] {
  const bystanders = statements.filter(({ role }) => role === "bystander");
  if (bystanders.length === 0) return [];
  return slower(
    bystanders.map(({ text, speedupOfMedian }) => ({ text, speedup: speedupOfMedian })),
    "measured",
    "in the lab",
  );
}

function slowerInProduction({ statements }: Verification): readonly SideEffect[] {
  const others = statements.filter(({ role }) => role !== "target");
  return others.length === 0 ? [] : slower(others, "verified", "in production");
}

function slower(
  statements: readonly { readonly text: string; readonly speedup: Interval }[],
  rung: Rung,
  where: string,
): readonly SideEffect[] {
  const harmed = statements.filter(({ speedup }) => speedup.high < 1);
  const count: SideEffect = {
    what: `of ${statements.length} other statements on the same tables got slower ${where}`,
    figure: { value: harmed.length, unit: "count", rung },
    isHarm: harmed.length > 0,
  };
  return [
    count,
    ...harmed.map(({ text, speedup }) => ({
      what: `after ÷ before of ${text.replace(/\s+/g, " ").slice(0, 120)}`,
      figure: ratioOf(inverse(speedup), rung),
      isHarm: true,
    })),
  ];
}

function inverse({ point, low, high, confidence }: Interval): Interval {
  return { point: 1 / point, low: 1 / high, high: 1 / low, confidence };
}

/** An interval as a figure; bounds that nobody knows are left out. */
export function ratioOf({ point, low, high }: Interval, rung: Rung): Figure {
  const isKnown = Number.isFinite(low) && Number.isFinite(high) && high < Number.MAX_VALUE;
  return {
    value: Number.isFinite(point) ? point : null,
    unit: "ratio",
    rung,
    ...(isKnown ? { low, high } : {}),
  };
}
