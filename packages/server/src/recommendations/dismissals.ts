import type { StorePool } from "../platform/store-pool.ts";
import { storableText } from "../store/storable.ts";

/** That a finding that is only told is not wanted. */
export interface Dismissal {
  readonly target: string;
  readonly finding: string;
  readonly at: string;
}

/** The dismissals of findings that no turn found. */
export interface Dismissals {
  list(): Promise<readonly Dismissal[]>;
  add(target: string, finding: string, by: string, reason: string | null): Promise<void>;
  remove(target: string, finding: string): Promise<void>;
}

export function dismissalTable({ query }: Pick<StorePool, "query">): Dismissals {
  return {
    list: async () =>
      (
        await query<{ readonly target: string; readonly finding: string; readonly at: Date }>(
          "select target, finding, at from streamgate.dismissals",
        )
      ).map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() })),
    add: async (target, finding, by, reason) => {
      await query(
        `insert into streamgate.dismissals (target, finding, dismissed_by, reason) values ($1, $2, $3, $4)
         on conflict (target, finding) do nothing`,
        [target, finding, storableText(by), reason === null ? null : storableText(reason)],
      );
    },
    remove: async (target, finding) => {
      await query("delete from streamgate.dismissals where target = $1 and finding = $2", [
        target,
        finding,
      ]);
    },
  };
}
