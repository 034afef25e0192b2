import { limits } from "../config.ts";

/** Stands for one token, in a subscription. */
export const ANY = "*";
/** Stands for one token or more, at the end of a subscription. */
export const REST = ">";

/** What is wrong with a subject that somebody publishes to; undefined when nothing is. */
export function problemOfSubject(subject: string): string | undefined {
  const problem = problemOfTokens(subject);
  if (problem !== undefined) return problem;
  if (/[*>]/.test(subject)) return "has a wildcard, and a message goes to one subject";
  return undefined;
}

/** What is wrong with a subject that somebody subscribes to; undefined when nothing is. */
export function problemOfSubscription(subject: string): string | undefined {
  const problem = problemOfTokens(subject);
  if (problem !== undefined) return problem;
  const tokens = subject.split(".");
  for (const [index, token] of tokens.entries()) {
    if (token === REST && index < tokens.length - 1) return 'has a ">" before its end';
    if (token.length > 1 && /[*>]/.test(token))
      return "has a wildcard that is only part of a token";
  }
  return undefined;
}

function problemOfTokens(subject: string): string | undefined {
  if (subject === "") return "is empty";
  if (/\s/.test(subject)) return "has white space";
  const tokens = subject.split(".");
  if (tokens.includes("")) return "has an empty token";
  if (tokens.length > limits.subjectTokens) {
    return `has ${tokens.length} tokens, more than ${limits.subjectTokens}`;
  }
  return undefined;
}

/** Whether a subscription takes a message on this subject. */
export function matches(subscription: string, subject: string): boolean {
  const wanted = subscription.split(".");
  const tokens = subject.split(".");
  for (const [index, token] of wanted.entries()) {
    if (token === REST) return tokens.length > index;
    if (index >= tokens.length || (token !== ANY && token !== tokens[index])) return false;
  }
  return tokens.length === wanted.length;
}
