import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** Where StreamGate keeps what it must remember, and what it may forget. */
export interface DataFolder {
  readonly root: string;
  /** The embedded store. */
  readonly store: string;
  /** The demo's database. */
  readonly demo: string;
  /** Twins and labs of running processes; disposable. */
  readonly run: string;
}

/** The surroundings that decide the default. */
export interface Surroundings {
  readonly uid: number | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * The data folder: as named, else `/var/lib/streamgate` for root (whose PostgreSQL runs as another
 * user, who must be able to enter), else the user's own data folder (XDG Base Directory).
 */
export function dataFolderAt(
  named: string | undefined,
  surroundings: Surroundings = currentSurroundings(),
): DataFolder {
  const root = named === undefined ? defaultRoot(surroundings) : resolve(named);
  return {
    root,
    store: join(root, "store"),
    demo: join(root, "demo"),
    run: join(root, "run"),
  };
}

function defaultRoot({ uid, environment, home }: Surroundings): string {
  if (uid === 0) return "/var/lib/streamgate";
  const xdg = environment.XDG_DATA_HOME;
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, ".local", "share");
  return join(base, "streamgate");
}

function currentSurroundings(): Surroundings {
  return { uid: process.getuid?.(), environment: process.env, home: homedir() };
}
