import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Whole programs, which wait for production to show something: begun last, they would run alone at the end. */
const LONG = /\/test\/end-to-end\//;

/** The order of vitest's own, but for what takes minutes: that comes first. */
export default class LongTestsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
