/** What one request of a route may ask of the database. */
export interface Budget {
  /** Statements, transaction control included. */
  readonly maxStatements?: number;
  /** Sum of the statements' times, in milliseconds; what waited for its own connection does not count twice. */
  readonly maxDatabaseMs?: number;
}

/** Budgets by the name of the request; `*` is for all that have none of their own. */
export type Budgets = Readonly<Record<string, Budget>>;

/** What a request took. */
export interface Spending {
  readonly statements: number;
  readonly databaseMs: number;
}

export function budgetOf(budgets: Budgets, request: string): Budget | undefined {
  return Object.hasOwn(budgets, request) ? budgets[request] : budgets["*"];
}

/** By how much a budget is exceeded, in words; undefined where it is kept. */
export function excessOf(budget: Budget, spent: Spending): string | undefined {
  const { maxStatements = Number.POSITIVE_INFINITY, maxDatabaseMs = Number.POSITIVE_INFINITY } =
    budget;
  const excesses = [
    ...(spent.statements > maxStatements
      ? [`${spent.statements} statements where ${maxStatements} are allowed`]
      : []),
    ...(spent.databaseMs > maxDatabaseMs
      ? [`${spent.databaseMs.toFixed(1)} ms of database where ${maxDatabaseMs} ms are allowed`]
      : []),
  ];
  return excesses.length === 0 ? undefined : excesses.join(", ");
}
