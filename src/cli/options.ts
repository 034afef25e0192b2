import type { DescEnum } from "@bufbuild/protobuf";
import { type Timestamp, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Clock } from "../clock.ts";
import { count, duration, type Kind, parse } from "../config/kinds.ts";
import { nearest } from "../config/nearest.ts";
import { limits } from "../config.ts";
import { wordsOf } from "./words.ts";

/** Readers of flags. Each throws what the command line's parser turns into an error with exit code 2. */

function refuse(problem: string, limit: string, remedy: string): never {
  throw new InvalidArgumentError(`It ${problem} (limit: ${limit}); ${remedy}`);
}

/** A flag with a value of one of the settings' kinds. */
export function flag<T>(usage: string, description: string, kind: Kind<T, string>): Option {
  return new Option(usage, description).argParser((text: string) => {
    const parsed = parse(kind, text);
    return parsed.ok ? parsed.value : refuse(parsed.problem, kind.limit, parsed.remedy);
  });
}

const anySpan = duration({ min: 0, max: 3650 * 86_400_000 });
const sequence = count({ min: 0, max: Number.MAX_SAFE_INTEGER }, "events");

export const spanFlag = (usage: string, description: string, kind = anySpan): Option =>
  flag(usage, description, kind);

export const sequenceFlag = (usage: string, description: string): Option =>
  flag(usage, description, sequence);

/** `--label key=value`, as often as needed. */
export function labelFlag(description: string): Option {
  type Labels = Record<string, string>;
  const parser = (text: string, before: Labels | undefined): Labels => {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (key === undefined || value === undefined) {
      return refuse("is no label", "KEY=VALUE", "write the label as zone=eu-1");
    }
    return { ...before, [key]: value };
  };
  return new Option("--label <KEY=VALUE>", `${description}; may be given several times`).argParser(
    parser,
  );
}

/** Words of an enum of the contract, parted by commas or given several times. */
export function wordsFlag(usage: string, description: string, schema: DescEnum): Option {
  const words = wordsOf(schema);
  const parser = (text: string, before: number[] = []): number[] => [
    ...before,
    ...text.split(",").map((part) => readWord(part.trim(), words, schema)),
  ];
  return new Option(usage, `${description}: ${words.join(", ")}`).argParser(parser);
}

/** One word of an enum of the contract. */
export function wordFlag(usage: string, description: string, schema: DescEnum): Option {
  const words = wordsOf(schema);
  return new Option(usage, `${description}: ${words.join(", ")}`).argParser((text: string) =>
    readWord(text.trim(), words, schema),
  );
}

function readWord(text: string, words: readonly string[], schema: DescEnum): number {
  const wanted = text.toUpperCase().replaceAll("-", "_");
  const index = words.indexOf(wanted);
  if (index === -1) {
    const meant = nearest(wanted, words);
    const remedy = meant === undefined ? "write one of these words" : `did you mean ${meant}?`;
    return refuse("is not known", words.join(", "), remedy);
  }
  return schema.values.filter(({ number }) => number !== 0)[index]!.number;
}

/** An instant: a span back from now, or a time such as 2026-01-31T12:00:00Z. */
export function timeFlag(usage: string, description: string, clock: Clock): Option {
  return instantFlag(usage, description, clock, -1);
}

/** An instant that is to come: a span from now, or a time such as 2026-01-31T12:00:00Z. */
export function futureFlag(usage: string, description: string, clock: Clock): Option {
  return instantFlag(usage, description, clock, 1);
}

function instantFlag(usage: string, description: string, clock: Clock, sign: 1 | -1): Option {
  return new Option(usage, description).argParser((text: string): Timestamp => {
    const away = parse(anySpan, text);
    if (away.ok) return timestampFromMs(clock.now().wall + sign * away.value);
    const wall = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(wall)) return timestampFromMs(wall);
    return refuse("is no time", "a span or an ISO 8601 time", "write 1h or 2026-01-31T12:00:00Z");
  });
}

/** How much of a long answer is wanted. */
export interface Extent {
  readonly limit?: number;
  readonly all?: boolean;
}

/** `--limit` and `--all`. */
export function withExtent(command: Command, noun: string): Command {
  const many = count({ min: 1, max: Number.MAX_SAFE_INTEGER }, noun);
  const standard = limits.pageSize.default;
  return command
    .addOption(
      flag("--limit <NUMBER>", `${noun} at most (default: ${standard})`, many).conflicts("all"),
    )
    .option("--all", `all ${noun} that match, however many`);
}

export function wanted({ limit, all }: Extent): number {
  return all ? Number.POSITIVE_INFINITY : (limit ?? limits.pageSize.default);
}
