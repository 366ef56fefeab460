export { type Asset, readAssets } from "./assets.ts";
export { type PageRequest, type RenderedPage, renderDashboard } from "./render-dashboard.tsx";
