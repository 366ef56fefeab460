/** A statement that is really planned, and what is to be found in its plan. */
export interface PlanScenario {
  readonly name: string;
  /** Makes what the world has not; each statement by itself, so that VACUUM may be among them. */
  readonly setup?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  readonly statement: string;
  /** `kind @ node`, in any order: the node as its type with its table or index. */
  readonly expected: readonly string[];
  /** Where only some majors plan it so. @default all */
  readonly majors?: readonly number[];
  /** The statement is planned and not run. */
  readonly isNotRun?: boolean;
  /** The rules are given a snapshot of the database, too. */
  readonly hasSnapshot?: boolean;
}
