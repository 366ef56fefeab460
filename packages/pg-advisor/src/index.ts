export { type Cluster, type ClusterOptions, startCluster } from "./cluster/cluster.ts";
export { findFreePort } from "./cluster/free-port.ts";
