import type { Finding } from "@streamgate/core";
import { oneLine } from "./text/layout.ts";

const INDEX_TARGET = /\bON\s+(?:ONLY\s+)?(?<table>.+?)\s+USING\s+\w+\s+(?<keys>\(.*\).*)$/is;

/** A finding in a few words, for tables: `public.orders (user_id, created_at)`. */
export function shortNameOf({ subject, fix }: Finding): string {
  for (const step of fix?.steps ?? []) {
    const { table, keys } = (step.kind === "sql" && INDEX_TARGET.exec(step.apply)?.groups) || {};
    if (table !== undefined && keys !== undefined) return oneLine(`${table} ${keys}`);
  }
  return oneLine(subject.object);
}
