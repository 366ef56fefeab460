/** Those of StreamGate's own embedded store. */
export const STORE_SETTINGS = {
  shared_buffers: "8MB",
  max_connections: "40",
  max_wal_size: "64MB",
  autovacuum_max_workers: "1",
  max_parallel_workers: "0",
  log_checkpoints: "off",
} as const;
