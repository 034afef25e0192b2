import type { Outcome } from "./runner.ts";
import type { Language } from "./testees.ts";

export type Verdict = Outcome["verdict"] | "skipped";

/** A scenario and what came of it for each language. */
export interface Row {
  readonly name: string;
  readonly promise: string;
  readonly verdicts: ReadonlyMap<Language, Verdict>;
}

/** What came of what, as far as it is known; what was not tried is skipped. */
export class Verdicts {
  readonly rows: readonly (Row & { readonly verdicts: Map<Language, Verdict> })[];

  constructor(parts: readonly Pick<Row, "name" | "promise">[], languages: readonly Language[]) {
    this.rows = parts.map(({ name, promise }) => ({
      name,
      promise,
      verdicts: new Map(languages.map((language) => [language, "skipped"])),
    }));
  }

  set(name: string, language: Language, verdict: Verdict): void {
    this.rows.find((row) => row.name === name)?.verdicts.set(language, verdict);
  }

  setAll(language: Language, verdict: Verdict): void {
    for (const { verdicts } of this.rows) verdicts.set(language, verdict);
  }

  get anyFailed(): boolean {
    return this.rows.some(({ verdicts }) => [...verdicts.values()].includes("FAILED"));
  }
}

/** "41 passed, 0 failed, 3 skipped". */
export function closingLine(rows: readonly Row[]): string {
  const all = rows.flatMap(({ verdicts }) => [...verdicts.values()]);
  const count = (wanted: Verdict) => all.filter((verdict) => verdict === wanted).length;
  return `${count("ok")} passed, ${count("FAILED")} failed, ${count("skipped")} skipped`;
}
