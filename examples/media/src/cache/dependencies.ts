import type { MediaTable } from "../population/sizes.ts";
import type { Resource } from "./lifetimes.ts";

type Table = `table:${MediaTable}`;
type Query =
  | "query:content"
  | "query:newest-content"
  | "query:feed"
  | "query:owners"
  | "query:tags"
  | "query:profile"
  | "query:keywords"
  | "query:filter"
  | "query:daily-counts"
  | "query:classification"
  | "query:tokens"
  | "query:holders"
  | "query:transactions";

const QUERIES: Readonly<Record<Query, readonly Table[]>> = {
  "query:content": ["table:content"],
  "query:newest-content": ["table:content"],
  "query:feed": ["table:content", "table:nft"],
  "query:owners": ["table:users"],
  "query:tags": ["table:keywords"],
  "query:profile": ["table:users"],
  "query:keywords": ["table:keywords"],
  "query:filter": ["table:filter_configs"],
  "query:daily-counts": ["table:analytics_events"],
  "query:classification": ["table:ai_classification_cache"],
  "query:tokens": ["table:nft"],
  "query:holders": ["table:nft"],
  "query:transactions": ["table:transactions"],
};

const ANSWERS: Readonly<Record<`answer:${Resource}`, readonly Query[]>> = {
  "answer:user": ["query:profile"],
  "answer:keywords": ["query:keywords"],
  "answer:filter-configuration": ["query:filter"],
  "answer:analytics": ["query:daily-counts"],
  "answer:classification": ["query:classification"],
  "answer:catalogue": ["query:newest-content", "query:owners", "query:tags"],
  "answer:content": ["query:content", "query:owners", "query:tags"],
  "answer:feed": ["query:feed"],
  "answer:stream": ["query:content"],
  "answer:token-holder": ["query:holders"],
  "answer:token": ["query:tokens"],
  "answer:contract-tokens": ["query:tokens"],
  "answer:wallet-tokens": ["query:tokens"],
  "answer:transactions": ["query:transactions"],
};

/**
 * What depends on what: table → query → answer. Rows that the API writes fall by tags of their own; this graph is for what is
 * written past it: whoever loads a table in bulk invalidates `table:content`, and every answer made from it falls.
 */
export const DEPENDENCIES: Readonly<Record<string, readonly string[]>> = { ...QUERIES, ...ANSWERS };

export function tableTag(table: MediaTable): Table {
  return `table:${table}`;
}

/** All that stands behind the answers of a resource, itself included. */
export function foundationsOf(resource: Resource): readonly string[] {
  const reached = new Set<string>([`answer:${resource}`]);
  for (const node of reached) {
    for (const below of DEPENDENCIES[node] ?? []) reached.add(below);
  }
  return [...reached];
}
