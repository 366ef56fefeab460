import type { DataFolder } from "../configuration/data-folder.ts";
import { findRunningServer } from "../store/running-server.ts";

/** How the store names the demo's database, whose port changes from start to start. */
export const DEMO_TARGET = "demo";
export const DEMO_DATABASE = "media";

/** Connection string of the demo that another process runs. */
export async function findRunningDemo(folder: DataFolder): Promise<string | undefined> {
  const sighting = await findRunningServer(folder.demo);
  return sighting.kind === "running" ? sighting.server.url(DEMO_DATABASE) : undefined;
}
