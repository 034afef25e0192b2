/**
 * What a report, an agent or an event must be like: plain data, compared field by field. Fields that a
 * pattern does not name may be anything.
 */

/** Instead of a value. */
export type Rule =
  /** Anything but nothing, remembered under a name. */
  | { readonly rule: "keep"; readonly as: string }
  /** What was remembered; or a number that is not less, or is more. */
  | { readonly rule: "kept" | "kept-or-more" | "more-than-kept"; readonly as: string }
  | { readonly rule: "between"; readonly min: number; readonly max: number }
  /** A text with all of these forms in it. */
  | { readonly rule: "like"; readonly forms: readonly RegExp[] };

/** `null` stands for nothing: a field that is null or is not there. */
export type Pattern =
  | string
  | number
  | boolean
  | null
  | Rule
  | { readonly [field: string]: Pattern };

export type Memory = Map<string, unknown>;

export const keep = (as: string): Rule => ({ rule: "keep", as });
export const kept = (as: string): Rule => ({ rule: "kept", as });
export const keptOrMore = (as: string): Rule => ({ rule: "kept-or-more", as });
export const moreThanKept = (as: string): Rule => ({ rule: "more-than-kept", as });
export const between = (min: number, max: number): Rule => ({ rule: "between", min, max });
export const atLeast = (min: number): Rule => between(min, Number.POSITIVE_INFINITY);
export const atMost = (max: number): Rule => between(0, max);
export const like = (...forms: readonly RegExp[]): Rule => ({ rule: "like", forms });

/** Why `actual` is not as the pattern has it, as a sentence; undefined when it is. */
export function mismatch(
  pattern: Pattern,
  actual: unknown,
  memory: Memory,
  name = "it",
): string | undefined {
  if (pattern === null || typeof pattern !== "object") {
    const same = pattern === null ? actual == null : pattern === actual;
    return same ? undefined : `${name} is ${told(actual)}, not ${told(pattern)}`;
  }
  if (isRule(pattern)) return breach(pattern, actual, memory, name);
  if (actual == null || typeof actual !== "object") return `${name} is ${told(actual)}`;
  for (const [field, wanted] of Object.entries(pattern)) {
    const found = (actual as Record<string, unknown>)[field];
    const reason = mismatch(wanted, found, memory, name === "it" ? field : `${name}.${field}`);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function isRule(pattern: object): pattern is Rule {
  return "rule" in pattern;
}

function breach(rule: Rule, actual: unknown, memory: Memory, name: string): string | undefined {
  if (actual == null) return `${name} is missing`;
  switch (rule.rule) {
    case "keep":
      memory.set(rule.as, actual);
      return undefined;
    case "kept":
      return mismatch(memory.get(rule.as) as Pattern, actual, memory, name);
    case "kept-or-more":
    case "more-than-kept": {
      const before = memory.get(rule.as);
      const step = BigInt(String(actual)) - BigInt(String(before));
      if (step > 0n || (step === 0n && rule.rule === "kept-or-more")) return undefined;
      return `${name} is ${told(actual)} after ${told(before)}`;
    }
    case "between": {
      const value = Number(actual);
      if (value >= rule.min && value <= rule.max) return undefined;
      return `${name} is ${told(actual)}, not within ${rule.min} to ${rule.max}`;
    }
    case "like": {
      const missed = rule.forms.find((form) => !form.test(String(actual)));
      return missed && `${name} is ${told(actual)}, not like ${missed}`;
    }
  }
}

function told(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}
