import { badProofOption } from "./errors.ts";

/** How much a proof may run, and for how long. */
export interface ProofOptions {
  /** Rounds; each measures every statement with and without the fix. @default 15 */
  readonly rounds?: number;
  /** Timed calls of a version in a round. @default 2 */
  readonly callsPerRound?: number;
  /** Time that one statement may take over all rounds, both versions, in ms. @default 15_000 */
  readonly maxMsPerStatement?: number;
  /** Time after which no further round begins, in ms. @default 300_000 */
  readonly maxTotalMs?: number;
  /** A call that takes longer is cancelled and counted at this time, in ms. @default 30_000 */
  readonly statementTimeoutMs?: number;
  /** How many different sets of parameters a statement is run with. @default 5 */
  readonly samplesPerStatement?: number;
  /** How many statements beside the affected ones are watched for side effects. @default 4 */
  readonly bystanders?: number;
  /** Rows that a probe table holds before the cost of writing is measured. @default 50_000 */
  readonly writeProbeRows?: number;
  /** Leave the fix standing on the lab. @default false */
  readonly keepsFix?: boolean;
  /** Seed of the order and the parameters; drawn from the context where none is given. */
  readonly seed?: number;
}

export type ResolvedProofOptions = Required<Omit<ProofOptions, "seed">> &
  Pick<ProofOptions, "seed">;

const DEFAULTS: Required<Omit<ProofOptions, "seed">> = {
  rounds: 15,
  callsPerRound: 2,
  maxMsPerStatement: 15_000,
  maxTotalMs: 300_000,
  statementTimeoutMs: 30_000,
  samplesPerStatement: 5,
  bystanders: 4,
  writeProbeRows: 50_000,
  keepsFix: false,
};

const LEAST = { rounds: 2, callsPerRound: 1, samplesPerStatement: 1, statementTimeoutMs: 1 };

/** @throws StreamGateError `SG_PG_BAD_PROOF_OPTION` */
export function resolveProofOptions(options: ProofOptions = {}): ResolvedProofOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const resolved = { ...DEFAULTS, ...Object.fromEntries(given) };
  for (const [name, value] of Object.entries(resolved)) {
    if (typeof value !== "number") continue;
    const least = LEAST[name as keyof typeof LEAST] ?? 0;
    const isFine = Number.isInteger(value) && (name === "seed" || value >= least);
    if (!isFine) throw badProofOption(name, value, least);
  }
  return resolved;
}
