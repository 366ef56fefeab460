export {
  type BufferPool,
  type BufferPoolOptions,
  type BufferPoolStats,
  createBufferPool,
  type LentBuffer,
} from "./workers/buffer-pool.ts";
export {
  createWorkerPool,
  type RunOptions,
  type Transferable,
  type WorkerPool,
  type WorkerPoolOptions,
  type WorkerPoolStats,
} from "./workers/worker-pool.ts";
