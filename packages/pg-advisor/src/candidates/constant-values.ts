import type { Operand } from "../workload/shape/statement-shape.ts";
import type { Statement } from "../workload/workload.ts";

/** What is known of a statement's values. */
export type StatementValues = Pick<Statement, "samples" | "calls">;

/** Calls from which on a literal that never changes is one of the program, not of a user. */
const CALLS_THAT_TELL = 2;

/** The value that a condition has in every call; undefined where it changes or nobody knows. */
export function constantOf(operand: Operand, values: StatementValues): string | undefined {
  if (operand.kind === "constant") return operand.text;
  if (operand.kind !== "parameter" || values.calls < CALLS_THAT_TELL) return undefined;
  const [first, ...rest] = values.samples;
  const value = first?.values[operand.number - 1];
  if (value === null || value === undefined) return undefined;
  const isSame = rest.every((sample) => sample.values[operand.number - 1] === value);
  const isGiven = values.samples.every(({ origin }) => origin === "given");
  return isGiven && isSame ? value : undefined;
}

/** The values of a list whose members are the same in every call; undefined where one changes. */
export function constantsOf(
  operand: Operand,
  values: StatementValues,
): readonly string[] | undefined {
  if (operand.kind !== "list") return undefined;
  const constants: string[] = [];
  for (const member of operand.members) {
    const value = constantOf(member, values);
    if (value === undefined) return undefined;
    constants.push(value);
  }
  return constants.length === 0 ? undefined : [...new Set(constants)].toSorted();
}

/** The values that a condition is known or thought to have, each once. */
export function valuesOf(operand: Operand, { samples, calls }: StatementValues): readonly string[] {
  if (operand.kind === "list") {
    return [...new Set(operand.members.flatMap((member) => valuesOf(member, { samples, calls })))];
  }
  if (operand.kind === "constant") return [operand.text];
  if (operand.kind !== "parameter") return [];
  const values = samples.map((sample) => sample.values[operand.number - 1]);
  return [...new Set(values.filter((value) => value !== null && value !== undefined))];
}

/** Whether a LIKE pattern may begin with a letter: where nothing is known it may. */
export function mayStartPlain(operand: Operand, values: StatementValues): boolean {
  const known = valuesOf(operand, values);
  return known.length === 0 || known.some((pattern) => /^[^%_]/.test(pattern));
}

/** Whether a pattern may hold letters enough for trigrams where a B-tree finds no beginning. */
export function mayHoldTrigrams(operand: Operand, values: StatementValues): boolean {
  const known = valuesOf(operand, values);
  return known.length === 0 || known.some((pattern) => /[^%_\s]{3,}/.test(pattern));
}
