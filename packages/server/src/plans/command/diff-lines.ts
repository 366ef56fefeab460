import { formatDuration } from "@streamgate/core";
import type { PlanChange, PlanDiff } from "@streamgate/pg-advisor";
import { oneLine, paragraph } from "../../report/text/layout.ts";
import type { Paint } from "../../report/text/paint.ts";
import { counted, groupDigits } from "../../report/wording.ts";

/** What changed between two plans, as a person reads it: steps first, then figures, then the whole. */
export function diffLines(diff: PlanDiff, width: number, paint: Paint): readonly string[] {
  const { changes, isSamePlan } = diff;
  const figures = changes.filter(({ isOfFigures }) => isOfFigures);
  const steps = changes.filter(({ isOfFigures }) => !isOfFigures);
  return [
    paint.bold(isSamePlan ? "the same plan" : `another plan: ${counted(steps.length, "change")}`),
    ...steps.flatMap((change) => changeLines(change, width)),
    ...(figures.length === 0 ? [] : ["", paint.bold("figures")]),
    ...figures.flatMap((change) => changeLines(change, width)),
    "",
    ...totalLines(diff),
  ];
}

function changeLines({ kind, sentence }: PlanChange, width: number): readonly string[] {
  return paragraph(`${kind.padEnd(12)} ${oneLine(sentence)}`, width, 15, 2);
}

function totalLines({ before, after }: PlanDiff): readonly string[] {
  return [
    `cost         ${groupDigits(before.cost)} → ${groupDigits(after.cost)} (estimated)`,
    ...(before.ms === null || after.ms === null
      ? []
      : [
          `time         ${formatDuration(before.ms)} → ${formatDuration(after.ms)} (measured, once each)`,
        ]),
    ...(before.blocks === null || after.blocks === null
      ? []
      : [`blocks       ${groupDigits(before.blocks)} → ${groupDigits(after.blocks)} (measured)`]),
  ];
}
