import { leastRatio } from "../calibration/time-model.ts";
import type { ConfigurationValue, Contender } from "../configuration-value.ts";
import type { TracedStatement } from "../weigh-statements.ts";

/** What a statement can save at the most while none of the indexes of the rungs above exist. */
interface Rung {
  /** Ids of the indexes that the best plan reads. */
  readonly ids: readonly string[];
  readonly savedMsAtMost: number;
  /** False of the last rung where the ladder was not climbed to its end: any of its ids may help. */
  readonly isPlanned: boolean;
}

/**
 * A statement's rungs, most saving first. Without any index of the first n rungs it cannot save more than the next one says, and
 * without any index of the ladder nothing.
 */
export interface GainLadder {
  readonly traced: TracedStatement;
  readonly rungs: readonly Rung[];
}

const MOST_RUNGS = 8;

interface Climb {
  readonly traced: TracedStatement;
  readonly left: Map<string, Contender>;
  readonly rungs: Rung[];
}

/**
 * Plans each statement with all candidates, then without those that its plan reads, and so on until nothing helps. More indexes never
 * make the planner's cheapest plan dearer, so each cost is the least of any set of the candidates that are left; the time of a
 * plan of that cost is at the least that of the fastest kind of work.
 */
export async function climbLadders(
  value: ConfigurationValue,
  contenders: readonly Contender[],
): Promise<readonly GainLadder[]> {
  const byTable = new Map<string, Contender[]>();
  for (const contender of contenders) {
    const known = byTable.get(contender.table);
    if (known === undefined) byTable.set(contender.table, [contender]);
    else known.push(contender);
  }
  const climbs = value.weighed.map((traced): Climb => {
    const own = [...traced.tables].flatMap((table) => byTable.get(table) ?? []);
    return { traced, left: new Map(own.map((one) => [one.id, one])), rungs: [] };
  });
  let active = climbs.filter(({ traced, left }) => value.base(traced) !== null && left.size > 0);
  while (active.length > 0) {
    const questions = active.map(({ traced, left }) => value.question(traced, [...left.values()]));
    await value.book.ask(questions, false);
    active = active.filter((climb) => takeRung(value, climb));
  }
  return climbs.map(({ traced, rungs }) => ({ traced, rungs }));
}

/** Adds the next rung; false where the ladder has ended. */
function takeRung(value: ConfigurationValue, { traced, left, rungs }: Climb): boolean {
  const before = rungs.at(-1)?.savedMsAtMost ?? traced.msPerHour;
  const base = value.base(traced);
  const answer = value.book.answer(value.question(traced, [...left.values()]));
  const isKnown = base !== null && answer !== undefined && !(answer instanceof Error);
  if (!isKnown || rungs.length >= MOST_RUNGS) {
    rungs.push({ ids: [...left.keys()], savedMsAtMost: before, isPlanned: false });
    return false;
  }
  const ids = answer.used.filter((id) => left.has(id));
  const share = 1 - leastRatio(value.model, base.anatomy.work, answer.cost);
  if (ids.length === 0 || !value.isHelped(1, 1 - share)) return false;
  const savedMsAtMost = Math.min(before, traced.msPerHour * share);
  rungs.push({ ids, savedMsAtMost, isPlanned: true });
  for (const id of ids) left.delete(id);
  return left.size > 0;
}
