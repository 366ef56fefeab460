/** An instant as COPY reads it. */
export function copyTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
