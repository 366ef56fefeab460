import { type Metric, onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals";

/** Tells the console what this page is like for whoever uses it: for those who set `streamgate-vitals` in the local storage. */
export function reportVitals(): void {
  const report = ({ name, value, rating }: Metric): void =>
    console.info(`${name} ${Number(value.toPrecision(3))} (${rating})`);
  for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) on(report);
}
