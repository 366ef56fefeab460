import { ROUTES } from "../app/routes.ts";
import { whenIdle } from "./when-idle.ts";

/** Loads the modules of the pages in the navigation one after the other, so that the first click on one waits for its data alone. */
export async function prefetchPages(): Promise<void> {
  const { connection } = navigator as { readonly connection?: { readonly saveData: boolean } };
  if (connection?.saveData === true) return;
  for (const { label, load } of ROUTES) {
    if (label === undefined) continue;
    await new Promise<void>((resolve) => whenIdle(resolve));
    await load().catch(() => undefined);
  }
}
