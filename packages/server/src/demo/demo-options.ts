const DEFAULT_PORT = 4600;

/** How the demo is run. */
export interface DemoOptions {
  /** How much data: 1 is about 1.5 million rows. @default 0.5 */
  readonly scale: number;
  /** First port to try for the dashboard. @default 4600 */
  readonly port: number;
  /** Requests a second. @default 60 */
  readonly rate: number;
  readonly observeMs: number;
  readonly verifyMs: number;
  /** End after the turn. @default false */
  readonly isOnce: boolean;
  /** Forget the data of earlier demos. @default false */
  readonly isFresh: boolean;
}

export const DEMO_DEFAULTS: DemoOptions = {
  scale: 0.5,
  port: DEFAULT_PORT,
  rate: 60,
  observeMs: 8_000,
  verifyMs: 24_000,
  isOnce: false,
  isFresh: false,
};

/** What `--scale tiny` means: enough rows for an index to matter, loaded in a moment. */
export const TINY_SCALE = 0.1;
