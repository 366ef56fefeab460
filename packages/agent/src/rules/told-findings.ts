import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { CHANNELS, type Finding, type PostgresFinding } from "@streamgate/core";
import type { FindingBoard } from "./finding-board.ts";

const MOST_FINDINGS = 200;
const RULE_NAME = "statements";

/**
 * Puts what StreamGate's libraries find in this process (N+1 and its kin) on the board beside what the rules see, for as long as the process
 * lives: what is mended in the code is gone with its next start.
 *
 * @returns ends it
 */
export function boardToldFindings(
  board: FindingBoard,
  where: { readonly service: string; readonly instance: string },
): () => void {
  const told = new Map<string, Finding>();
  const listener = (message: unknown): void => {
    const { finding } = message as PostgresFinding;
    if (told.size >= MOST_FINDINGS && !told.has(finding.id)) return;
    const { subject } = finding;
    const object = `${where.service}: ${subject.object}`;
    told.set(finding.id, { ...finding, subject: { ...subject, object } });
    board.replace(RULE_NAME, [...told.values()]);
  };
  subscribe(CHANNELS.postgresFinding, listener);
  return () => void unsubscribe(CHANNELS.postgresFinding, listener);
}
