import type { Question } from "./plan-book.ts";
import type { IndexSet } from "./statement-plans.ts";

/** A question with the indexes that concern it. */
export interface WorldlyQuestion extends Question {
  readonly world: IndexSet;
  /** The ids of the world by table, joined. */
  readonly keysByTable: ReadonlyMap<string, string>;
}

/** Questions that one world answers. */
export interface PackedQuestions {
  readonly questions: readonly WorldlyQuestion[];
  readonly present: ReadonlySet<string>;
}

interface OpenPack {
  readonly questions: WorldlyQuestion[];
  readonly present: Set<string>;
  /** For each table that a question of the pack reads, the indexes that it asked for. */
  readonly keysByTable: Map<string, string>;
  plans: number;
}

/** So many packs are looked through for one that a question fits. */
const OPEN_PACKS = 24;

/**
 * Puts questions of different worlds into few: indexes on tables that a statement does not read change nothing for it, so that questions
 * about different tables share a world. First fit, in the order of the questions.
 */
export function packQuestions(
  questions: readonly WorldlyQuestion[],
  plansAtMost: number,
): readonly PackedQuestions[] {
  const packs: OpenPack[] = [];
  const open: OpenPack[] = [];
  for (const question of questions) {
    const plans = question.traced.samples.length;
    let pack = open.find((one) => one.plans + plans <= plansAtMost && fits(one, question));
    if (pack === undefined) {
      pack = { questions: [], present: new Set(), keysByTable: new Map(), plans: 0 };
      packs.push(pack);
      open.push(pack);
      if (open.length > OPEN_PACKS) open.shift();
    }
    pack.questions.push(question);
    pack.plans += plans;
    for (const id of question.world.ids) pack.present.add(id);
    for (const [table, key] of question.keysByTable) pack.keysByTable.set(table, key);
  }
  return packs;
}

/** Statements that share a table must ask for the same indexes on it. */
function fits(pack: OpenPack, { keysByTable }: WorldlyQuestion): boolean {
  for (const [table, key] of keysByTable) {
    const asked = pack.keysByTable.get(table);
    if (asked !== undefined && asked !== key) return false;
  }
  return true;
}
