import { shown } from "../errors.ts";

/** One thing that is wrong with the settings. */
export interface SettingProblem {
  /** The setting, or what else is wrong. */
  readonly subject: string;
  /** The value as it was written. */
  readonly value?: string;
  /** Where it was written. */
  readonly from?: string;
  /** The end of a sentence that begins with the subject: "is too short". */
  readonly problem: string;
  /** What would have been taken. */
  readonly limit?: string;
  readonly remedy: string;
}

/** Everything that is wrong with the settings, at once: who starts a server wants to try again once. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    super(problems.map(problemLine).join("\n"));
    this.problems = problems;
  }
}

/** One line: what, where, why, and what to do. */
export function problemLine({
  subject,
  value,
  from,
  problem,
  limit,
  remedy,
}: SettingProblem): string {
  const what = value === undefined ? subject : `${subject} ${shown(value)}`;
  const where = from === undefined ? "" : ` (${from})`;
  const bound = limit === undefined ? "" : ` (limit: ${limit})`;
  return `${what}${where} ${problem}${bound}; ${remedy}`;
}
