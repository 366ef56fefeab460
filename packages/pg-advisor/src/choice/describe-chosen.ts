import type { Interval } from "@streamgate/core";
import { expectedMean, PREDICTION_CONFIDENCE } from "./calibration/time-model.ts";
import type { ChosenIndex, ReplacedIndex, SlowerStatement, StatementGain } from "./choice.ts";
import {
  type ConfigurationValue,
  type Contender,
  guardedWork,
  type Incumbent,
} from "./configuration-value.ts";
import type { SlowedStatement } from "./keep-fast.ts";
import type { TracedStatement } from "./weigh-statements.ts";

export interface DescribeInput {
  readonly chosen: readonly Contender[];
  readonly value: ConfigurationValue;
  readonly slowed: readonly SlowedStatement[];
  readonly gone: readonly Incumbent[];
}

/** Savings are counted one after the other, so that those of all indexes add up to the whole. */
export async function describeChosen({
  chosen,
  value,
  slowed,
  gone,
}: DescribeInput): Promise<readonly ChosenIndex[]> {
  const described: ChosenIndex[] = [];
  const claimed = new Set<string>();
  for (const [position, contender] of chosen.entries()) {
    const before = chosen.slice(0, position);
    const after = [...before, contender];
    const statements = value.touching(contender.table);
    const without = chosen.filter((one) => one !== contender);
    await value.book.ask(
      statements.flatMap((traced) =>
        [before, after, without, chosen, [contender]].map((set) => value.question(traced, set)),
      ),
    );
    const saved = savedBetween(value, statements, before, after);
    const missed = await value.step(without, chosen, statements);
    const replaces = gone.filter(({ id }) => contender.supersedes.includes(id) && !claimed.has(id));
    for (const { id } of replaces) claimed.add(id);
    described.push({
      candidate: contender.candidate,
      predictedSizeBytes: contender.sizeBytes,
      gains: statements.flatMap((traced) => gainOf(value, traced, contender, chosen)),
      savedMsPerHour: saved.point,
      saved,
      missedMsPerHour: missed.savedMs,
      writeCostMsPerHour: contender.writeMsPerHour,
      writeCost: contender.writeCost,
      slower: slowed.flatMap((one) => (one.by.includes(contender) ? [slowerOf(one)] : [])),
      replaces: replaces.map(replacedOf),
    });
  }
  return described.toSorted((one, other) => other.savedMsPerHour - one.savedMsPerHour);
}

/** What statements save an hour from one set to the next; the errors of one model are taken to go the same way. */
function savedBetween(
  value: ConfigurationValue,
  statements: readonly TracedStatement[],
  before: readonly Contender[],
  after: readonly Contender[],
): Interval {
  let point = 0;
  let low = 0;
  let high = 0;
  for (const traced of statements) {
    const one = expectedShare(value, traced, before);
    const other = expectedShare(value, traced, after);
    if (one === null || other === null || Math.abs(one.point - other.point) < 1e-9) continue;
    if (value.savedMs(traced, before) === value.savedMs(traced, after)) continue;
    point += traced.msPerHour * (one.point - other.point);
    low += traced.msPerHour * (one.point - other.high);
    high += traced.msPerHour * (one.point - other.low);
  }
  return { point, low, high, confidence: PREDICTION_CONFIDENCE };
}

/** The share of its time that a statement would take; null where it is not known. */
function expectedShare(
  value: ConfigurationValue,
  traced: TracedStatement,
  contenders: readonly Contender[],
): Interval | null {
  const base = value.base(traced);
  const answer = value.book.answer(value.question(traced, contenders));
  if (base === null || answer === undefined || answer instanceof Error) return null;
  const { model } = value;
  const guarded = guardedWork(base, answer);
  return expectedMean(model, 1, base.anatomy.work, answer.anatomy.work, guarded);
}

/** By the index alone, or beside the other chosen ones where it helps only together with them. */
function gainOf(
  value: ConfigurationValue,
  traced: TracedStatement,
  contender: Contender,
  chosen: readonly Contender[],
): readonly StatementGain[] {
  const base = value.base(traced);
  const set = [[contender], chosen].find((one) => {
    const reads = value.book.answer(value.question(traced, one));
    if (reads === undefined || reads instanceof Error) return false;
    return reads.used.includes(contender.id) && value.isHelped(1, value.ratio(traced, one));
  });
  if (base === null || set === undefined) return [];
  const answer = value.book.answer(value.question(traced, set));
  const share = expectedShare(value, traced, set);
  if (share === null || answer === undefined || answer instanceof Error) return [];
  const { fingerprint, meanMs } = traced.statement;
  const expected = {
    point: meanMs * share.point,
    low: meanMs * share.low,
    high: meanMs * share.high,
    confidence: share.confidence,
  };
  return [
    {
      fingerprint,
      costBefore: base.cost,
      costAfter: answer.cost,
      meanBeforeMs: meanMs,
      expectedMeanMs: expected.point,
      expectedMean: expected,
      workBefore: base.anatomy.work,
      workAfter: answer.anatomy.work,
    },
  ];
}

function slowerOf({ traced: { statement }, ratio }: SlowedStatement): SlowerStatement {
  return { fingerprint: statement.fingerprint, text: statement.text, ratio };
}

function replacedOf({ schema, name, sizeBytes, writeMsPerHour }: Incumbent): ReplacedIndex {
  return { schema, name, sizeBytes, writeCostMsPerHour: writeMsPerHour };
}
