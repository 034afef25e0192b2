import { SettingsError } from "../../config/problems.ts";

/** Everything that is wrong with the alerts file, at once. */
export class AlertsFileError extends SettingsError {}

/** The keys that lead to a place in the file. */
export type Path = readonly (string | number)[];

/** What is wrong there: the end of a sentence that begins with the place and its value. */
export interface Fault {
  readonly path: Path;
  /** As it was written. Left out where it may be secret. */
  readonly value?: unknown;
  readonly problem: string;
  readonly limit?: string | undefined;
  readonly remedy: string;
}

/** A path as people write it: "routes[0].match.kinds". */
export function pathText(path: Path): string {
  const parts = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`));
  return parts.join("").replace(/^\./, "");
}
