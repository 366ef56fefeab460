/**
 * Names of the `node:diagnostics_channel` channels on which StreamGate's libraries publish, with
 * the payload of each. A channel costs nothing while nobody listens.
 */
export const CHANNELS = {
  progress: "streamgate:progress",
} as const;

/** Published on `CHANNELS.progress` by long work. */
export interface Progress {
  /** What is being done, in the present participle: `copying public.users`. */
  readonly activity: string;
  readonly done: number;
  /** Absent where the total is unknown. */
  readonly total?: number;
  readonly unit: string;
}

/** The payload type of every channel. */
export interface ChannelPayloads {
  readonly "streamgate:progress": Progress;
}
