import { join } from "node:path";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { createTwin, type Twin } from "../../src/what-if/twin/twin.ts";
import { quietContext, temporaryFolder } from "../twin-support.ts";

/** A twin in a folder of its own, which its `close` removes. */
export async function openTwin(snapshot: Snapshot): Promise<Twin> {
  return createTwin({
    snapshot,
    folder: await temporaryFolder(),
    sharedFolder: join("/tmp", "streamgate-test-shared"),
    context: quietContext(),
  });
}
