import type { Proof } from "@streamgate/core";
import { findingUnknown } from "../errors.ts";
import { addressOf } from "../secrets/redact.ts";
import { openConnection, type Query, type StoreConnection } from "./connection.ts";
import {
  advance,
  type FindingState,
  JUDGED_STATES,
  STANDING_STATES,
  stateOfProof,
  stateOfVerification,
} from "./finding-state.ts";
import { migrate, readMigrations } from "./migrations.ts";
import { processActor } from "./process-actor.ts";
import * as sql from "./queries.ts";
import { RECENT_PROOF_MS } from "./recent-proof.ts";
import type { Act } from "./records.ts";
import { applicationOf, findingOf, historyEntryOf, type Row } from "./rows.ts";
import { storableDocument, storableText } from "./storable.ts";
import type { Store } from "./store.ts";

/** What a store needs beside its connection. */
export interface StoreServer {
  /** The connection string at this moment. */
  readonly locate: () => Promise<string>;
  /** Whether it waits for its connections to end, to end itself. @default never */
  readonly isStopping?: () => Promise<boolean>;
  readonly serverPid: number | null;
  close(): Promise<void>;
}

/** Opens the store on a PostgreSQL and brings its schema up to date. */
export async function openPostgresStore(server: StoreServer): Promise<Store> {
  const connection = await openConnection(server.locate, server.isStopping);
  try {
    await migrate(connection, await readMigrations());
  } catch (error) {
    await connection.close();
    throw error;
  }
  return storeOn(connection, server, addressOf(await server.locate()));
}

function storeOn(connection: StoreConnection, server: StoreServer, address: string): Store {
  const { query, transaction } = connection;
  // A session gets a lock that it holds already: what this process works on, it must know by itself.
  const ownWork = new Set<string>();
  return {
    address,
    serverPid: server.serverPid,

    beginRun: async ({ target, connection: connectedAs, goal, isWhole = true }) => {
      const { rows } = await query(sql.INSERT_RUN, [target, connectedAs, goal, isWhole]);
      return String(firstOf(rows).id);
    },
    endRun: async (run, outcome, report) => {
      await query(sql.END_RUN, [run, outcome, storableDocument(report)]);
    },

    recordFinding: async (run, target, finding) => {
      const { rows } = await query(sql.UPSERT_FINDING, [
        target,
        finding.id,
        finding.kind,
        finding.severity,
        storableText(finding.subject.object),
        storableText(finding.summary),
        finding.savedMsPerHour,
        run,
        storableDocument(finding),
        // What is under way, or not wanted, stays so. A fix that stood is gone when its problem is found anew.
        ["applying", "reverting", "dismissed"],
        STANDING_STATES,
        JUDGED_STATES,
        RECENT_PROOF_MS,
      ]);
      return findingOf(firstOf(rows));
    },
    recordProof: (run, target, finding, proof) =>
      transaction(async (inside) => {
        await moveTo(inside, target, finding, stateOfProof(proof.verdict));
        await inside(sql.INSERT_PROOF, [
          run,
          target,
          finding,
          proof.verdict,
          storableDocument(proof),
        ]);
      }),
    latestProofs: async (target, limit) => {
      const { rows } = await query(sql.LATEST_PROOFS, [target, limit]);
      return (rows as readonly { readonly document: Proof }[]).map(({ document }) => document);
    },
    recordVerification: (run, target, finding, verification) =>
      transaction(async (inside) => {
        const { verdict } = verification;
        await moveTo(inside, target, finding, stateOfVerification(verdict));
        await inside(sql.INSERT_VERIFICATION, [
          run,
          target,
          finding,
          verdict,
          storableDocument(verification),
        ]);
      }),

    beginApplication: ({ run, target, finding, direction, reason, fix }) =>
      transaction(async (inside) => {
        const isApply = direction === "apply";
        await moveTo(inside, target, finding, isApply ? "applying" : "reverting");
        const { rows } = await inside(sql.INSERT_APPLICATION, [
          run,
          target,
          finding,
          direction,
          storableText(reason),
          storableDocument(fix),
        ]);
        const id = String(firstOf(rows).id);
        await inside(sql.HOLD_APPLICATION, [id]);
        ownWork.add(id);
        await insertAct(inside, {
          act: `${direction} started`,
          target,
          finding,
          ...(run === null ? {} : { run }),
          details: { reason, steps: fix.steps },
        });
        return id;
      }),
    endApplication: (application, outcome, state, document) =>
      transaction(async (inside) => {
        const { rows } = await inside(sql.END_APPLICATION, [
          application,
          outcome,
          storableDocument(document),
        ]);
        const { run, target, finding, direction } = applicationOf(firstOf(rows));
        await moveTo(inside, target, finding, state);
        await inside(sql.RELEASE_APPLICATION, [application]);
        await insertAct(inside, {
          act: `${direction} ${outcome}`,
          target,
          finding,
          ...(run === null ? {} : { run }),
        });
      }).finally(() => ownWork.delete(application)),
    abandonedApplications: async (target) => {
      const { rows } = await query(sql.APPLICATIONS_UNDER_WAY, [target]);
      const abandoned = [];
      for (const application of rows.map(applicationOf)) {
        if (ownWork.has(application.id)) continue;
        const lock = await query(sql.HOLD_APPLICATION, [application.id]);
        if (firstOf(lock.rows).held !== true) continue;
        // Whoever held it may have ended in order since the list was read.
        const { rows: still } = await query(sql.APPLICATION_UNDER_WAY, [application.id]);
        if (still.length > 0) abandoned.push(application);
        else await query(sql.RELEASE_APPLICATION, [application.id]);
      }
      return abandoned;
    },

    findingsWithId: async (prefix) =>
      (await query(sql.HISTORY_BY_ID, [prefix])).rows.map(historyEntryOf),
    moveFinding: (target, finding, state) =>
      transaction((inside) => moveTo(inside, target, finding, state)),
    lastApplyDocument: async (target, finding) =>
      (await query(sql.LAST_APPLY_DOCUMENT, [target, finding])).rows[0]?.document ?? null,
    standingFindings: async (target) =>
      (await query(sql.FINDINGS_IN_STATES, [target, STANDING_STATES])).rows.map(findingOf),
    provenFindings: async (target) =>
      (await query(sql.FINDINGS_IN_STATES, [target, ["proven"]])).rows.map(findingOf),
    history: async (limit) => (await query(sql.NEWEST_HISTORY, [limit])).rows.map(historyEntryOf),

    note: (act) => insertAct(query, act),
    close: async () => {
      await connection.close().catch(() => undefined);
      await server.close();
    },
  };
}

/** Moves a finding to a state under a row lock, so that two processes cannot both do it. */
async function moveTo(
  query: Query,
  target: string,
  finding: string,
  state: FindingState,
): Promise<void> {
  const { rows } = await query(sql.LOCK_FINDING, [target, finding]);
  if (rows[0] === undefined) throw findingUnknown(finding, []);
  await query(sql.SET_STATE, [target, finding, advance(finding, findingOf(rows[0]).state, state)]);
}

async function insertAct(
  query: Query,
  { actor, act, target, finding, run, details }: Act,
): Promise<void> {
  await query(sql.INSERT_ACT, [
    storableText(actor ?? processActor()),
    act,
    target,
    finding ?? null,
    run ?? null,
    storableDocument(details ?? {}),
  ]);
}

function firstOf(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error("the store returned no row");
  return row;
}
