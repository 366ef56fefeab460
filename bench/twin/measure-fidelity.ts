import { seedMedia } from "@streamgate/example-media";
import { readSnapshot } from "@streamgate/pg-advisor";
import { MEDIA_STATEMENTS } from "../../test/support/media-statements.ts";
import { nastySchema } from "../../test/support/nasty/schema.ts";
import { NASTY_STATEMENTS } from "../../test/support/nasty/statements.ts";
import {
  type PostgresMajor,
  startTestPostgres,
  type TestPostgres,
} from "../../test/support/postgres.ts";
import { TRADE_SCHEMA } from "../../test/support/trade/schema.ts";
import { TRADE_STATEMENTS } from "../../test/support/trade/statements.ts";
import {
  compareOnTwin,
  describeDifferences,
  type Fidelity,
  fidelityOf,
  type StatementComparison,
} from "../../test/support/twin-fidelity.ts";
import type { BenchRow } from "../contract.ts";
import type { MakeTwin } from "./make-twin.ts";
import { shareRow } from "./rows.ts";

const MAJORS = [14, 15, 16, 17, 18] as const;
const MEDIA_SCALE = 0.1;
/** Statistics must not change between two looks, and a planner of its own reads them. */
const SETTINGS = { autovacuum: "off", shared_buffers: "256MB" };

interface Schema {
  readonly name: string;
  readonly statements: readonly string[];
  make(postgres: TestPostgres, database: string, major: PostgresMajor): Promise<void>;
}

const SCHEMAS: readonly Schema[] = [
  {
    name: "media",
    statements: MEDIA_STATEMENTS,
    make: async (postgres, database) => {
      await seedMedia({ databaseUrl: postgres.url(database), scale: MEDIA_SCALE });
      await postgres.query("vacuum analyze", undefined, database);
    },
  },
  {
    name: "nasty",
    statements: NASTY_STATEMENTS,
    make: async (postgres, database, major) => {
      await postgres.query(nastySchema(major, database), undefined, database);
    },
  },
  {
    name: "trade",
    statements: TRADE_STATEMENTS,
    make: async (postgres, database) => {
      const [tables = "", vacuum] = TRADE_SCHEMA.split(/(?=vacuum analyze)/);
      await postgres.query(tables, undefined, database);
      if (vacuum !== undefined) await postgres.query(vacuum, undefined, database);
    },
  },
];

/** How alike plans are, over three schemas, for a server of each major version. */
export interface FidelityFound {
  readonly rows: readonly BenchRow[];
  readonly statements: number;
  readonly sameShape: number;
  /** Against 18, the version that twins are of. */
  readonly sameToTheBit: number;
}

export async function measureFidelity(
  makeTwin: MakeTwin,
  tell: (line: string) => void,
): Promise<FidelityFound> {
  const rows: BenchRow[] = [];
  const all: StatementComparison[] = [];
  const newest: StatementComparison[] = [];
  for (const major of MAJORS) {
    const postgres = await startTestPostgres({
      major,
      settings: SETTINGS,
      hasStatementCounters: false,
    });
    try {
      for (const schema of SCHEMAS) {
        tell(`planning the ${schema.name} statements on PostgreSQL ${major} and its twin`);
        const compared = await compare(postgres, major, schema, makeTwin);
        all.push(...compared);
        if (major === 18) newest.push(...compared);
        tell(describeDifferences(compared));
        rows.push(...rowsOf(`${schema.name} on ${major}`, fidelityOf(compared)));
      }
    } finally {
      await postgres.stop();
    }
  }
  const whole = fidelityOf(all);
  rows.push(...rowsOf("all", whole));
  return {
    rows,
    statements: SCHEMAS.reduce((sum, { statements }) => sum + statements.length, 0),
    sameShape: whole.sameShape,
    sameToTheBit: fidelityOf(newest).sameToTheBit,
  };
}

async function compare(
  postgres: TestPostgres,
  major: PostgresMajor,
  schema: Schema,
  makeTwin: MakeTwin,
): Promise<readonly StatementComparison[]> {
  const url = await postgres.createDatabase(schema.name);
  await schema.make(postgres, schema.name, major);
  const twin = await makeTwin(await readSnapshot(url, { needsStatements: false }));
  try {
    return await compareOnTwin(url, twin, schema.statements);
  } finally {
    await twin.close();
  }
}

function rowsOf(subject: string, fidelity: Fidelity): readonly BenchRow[] {
  const { statements, sameShape, sameShapeAndRows, sameToTheBit } = fidelity;
  return [
    { ...shareRow(`same shape, of ${statements} plans`, sameShape), subject },
    { ...shareRow("same shape and rows", sameShapeAndRows), subject },
    { ...shareRow("equal to the bit", sameToTheBit), subject },
  ];
}
