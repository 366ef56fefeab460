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

/**
 * Savings are counted one index after the other, the one that saves most beside those before it first, so that they add up to the whole and
 * no statement's time is saved twice.
 */
export async function describeChosen({
  chosen: unordered,
  value,
  slowed,
  gone,
}: DescribeInput): Promise<readonly ChosenIndex[]> {
  const chosen = await inOrderOfSaving(value, unordered);
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
  return described;
}

/** The order in which somebody who may build one at a time would build them. */
async function inOrderOfSaving(
  value: ConfigurationValue,
  chosen: readonly Contender[],
): Promise<readonly Contender[]> {
  const ordered: Contender[] = [];
  let left = chosen;
  while (left.length > 0) {
    let best: { readonly one: Contender; readonly savedMs: number } | null = null;
    for (const one of left) {
      const statements = value.touching(one.table);
      const { savedMs } = await value.step(ordered, [...ordered, one], statements);
      if (best === null || savedMs > best.savedMs) best = { one, savedMs };
    }
    if (best === null) break;
    const { one: next } = best;
    ordered.push(next);
    left = left.filter((one) => one !== next);
  }
  return ordered;
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

/**
 * What the index spares a statement beside those before it: of today's mean only its own share goes. Where it helps only together with ones
 * that come later, what all of them spare.
 */
function gainOf(
  value: ConfigurationValue,
  traced: TracedStatement,
  contender: Contender,
  chosen: readonly Contender[],
): readonly StatementGain[] {
  const before = chosen.slice(0, chosen.indexOf(contender));
  const without = chosen.filter((one) => one !== contender);
  const steps = [
    { before, after: [...before, contender] },
    { before: without, after: chosen },
  ];
  const step = steps.find(
    ({ before: one, after }) =>
      isRead(value, traced, after, contender) &&
      value.isHelped(value.ratio(traced, one), value.ratio(traced, after)),
  );
  const base = value.base(traced);
  if (base === null || step === undefined) return [];
  const answer = value.book.answer(value.question(traced, step.after));
  const one = expectedShare(value, traced, step.before);
  const other = expectedShare(value, traced, step.after);
  if (answer === undefined || answer instanceof Error || one === null || other === null) return [];
  const { fingerprint, meanMs } = traced.statement;
  const expectedMs = (share: number): number => Math.max(0, meanMs * (1 - one.point + share));
  const alone = expectedShare(value, traced, [contender]);
  return [
    {
      fingerprint,
      costBefore: base.cost,
      costAfter: answer.cost,
      meanBeforeMs: meanMs,
      expectedMeanMs: expectedMs(other.point),
      expectedMean: {
        point: expectedMs(other.point),
        low: expectedMs(other.low),
        high: expectedMs(other.high),
        confidence: other.confidence,
      },
      ...(alone === null ? {} : { expectedAloneMs: meanMs * alone.point }),
    },
  ];
}

function isRead(
  value: ConfigurationValue,
  traced: TracedStatement,
  set: readonly Contender[],
  contender: Contender,
): boolean {
  const answer = value.book.answer(value.question(traced, set));
  return answer !== undefined && !(answer instanceof Error) && answer.used.includes(contender.id);
}

function slowerOf({ traced: { statement }, ratio }: SlowedStatement): SlowerStatement {
  return { fingerprint: statement.fingerprint, text: statement.text, ratio };
}

function replacedOf({ schema, name, sizeBytes, writeMsPerHour }: Incumbent): ReplacedIndex {
  return { schema, name, sizeBytes, writeCostMsPerHour: writeMsPerHour };
}
