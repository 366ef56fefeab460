import type { StatementProof } from "@streamgate/core";
import type { SetProof } from "@streamgate/pg-advisor";
import type { FindingView } from "../turn/turn-state.ts";
import { shortNameOf } from "./short-name.ts";
import { cut, oneLine, paragraph } from "./text/layout.ts";
import type { Paint } from "./text/paint.ts";
import { counted, formatSpeedup } from "./wording.ts";

const MARGIN = 3;
const LONGEST_TEXT = 70;
/** An interval wholly below this is slower. */
const SLOWER = 0.95;

/** What the proven fixes do together, and what each adds to the others. */
export function setLines(
  set: SetProof | null,
  findings: readonly FindingView[],
  width: number,
  paint: Paint,
): readonly string[] {
  if (set === null) return [];
  const nameOf = (id: string): string => {
    const view = findings.find(({ finding }) => finding.id === id);
    return view === undefined ? id : shortNameOf(view.finding);
  };
  const { whole, members, kept } = set;
  const together =
    whole === null ? [] : [`All ${kept.length} at once: ${oneLine(whole.explanation)}`];
  const eachAlone = members.map(({ finding, proof, isKept }) =>
    isKept
      ? `${nameOf(finding)}, beside the others: ${speedupOf(proof.statements)}.`
      : `${nameOf(finding)} is taken out. ${oneLine(proof.explanation)}`,
  );
  const slower = whole === null ? [] : whole.statements.filter(isSlower).map(slowerText);
  return [
    "",
    `${paint.bold("Together")} (measured, ${counted(kept.length, "fix", "fixes")} kept)`,
    ...[...together, ...eachAlone, ...slower].flatMap((line) => paragraph(line, width, MARGIN)),
  ];
}

function speedupOf(statements: readonly StatementProof[]): string {
  const best = statements
    .filter(({ role }) => role === "affected")
    .toSorted((one, other) => other.speedupOfMedian.point - one.speedupOfMedian.point)[0];
  return best === undefined
    ? "nothing"
    : `${formatSpeedup(best.speedupOfMedian)} for one statement`;
}

function isSlower({ speedupOfMedian }: StatementProof): boolean {
  return speedupOfMedian.high < SLOWER;
}

function slowerText({ text, speedupOfMedian }: StatementProof): string {
  return `Slower with all of them: ${cut(oneLine(text), LONGEST_TEXT)}, ${formatSpeedup(speedupOfMedian)}.`;
}
