import { z } from "zod";
import { duration, isWebAddress, type Kind, parse, toggle } from "../../config/kinds.ts";

/** A plain value of the alerts file, read with the kinds of the settings. */
export function field<T>(kind: Kind<T, string>) {
  return z.unknown().transform((value, context): T => {
    const isPlain = ["string", "number", "boolean"].includes(typeof value);
    const refuse = (message: string, remedy: string) => {
      const params = { limit: kind.limit, remedy };
      context.addIssue({ code: "custom", message, params, continue: false });
      return z.NEVER;
    };
    if (value === undefined || value === null) return refuse("is missing", kind.remedy);
    if (!isPlain) return refuse("is a list or a mapping", kind.remedy);
    const parsed = parse(kind, String(value));
    return parsed.ok ? parsed.value : refuse(parsed.problem, parsed.remedy);
  });
}

/** A kind of text that is right when a test passes. */
export function textKind(
  is: (text: string) => boolean,
  words: { readonly problem: string; readonly limit: string; readonly remedy: string },
): Kind<string> {
  const { problem, limit, remedy } = words;
  const schema = z.string().refine(is, problem);
  const rest = { placeholder: "TEXT", unit: "", suffix: "", show: String } as const;
  return { schema, limit, remedy, ...rest };
}

export const webAddress = textKind(isWebAddress, {
  problem: "is no address of the web without a user in it",
  limit: "http:// or https://, a host, a path",
  remedy: "write it as https://host/path; who calls is said with keys of their own",
});

export const mailAddress = textKind(
  (text) =>
    text.length <= 320 && /^([^<>\r\n]*<[^\s<>@,]+@[^\s<>@,]+>|[^\s<>@,]+@[^\s<>@,]+)$/.test(text),
  {
    problem: "is no mail address",
    limit: "USER@DOMAIN, or NAME <USER@DOMAIN>",
    remedy: "write one such as heartbeat@example.org",
  },
);

export const yesOrNo = toggle;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** When people are told, as `policy` and routes say it. */
export const policyFields = {
  delay: field(duration({ min: 0, max: HOUR_MS })).optional(),
  "group-window": field(duration({ min: 0, max: 5 * MINUTE_MS })).optional(),
  repeat: field(repeatKind()).optional(),
};

/** 0 is never; more often than once a minute is of no use to anybody. */
function repeatKind(): Kind<number, "Ms"> {
  const kind = duration({ min: MINUTE_MS, max: 30 * 24 * HOUR_MS });
  const schema = z.string().transform((text, context) => {
    if (/^0 *(ms|s|m|h|d)?$/.test(text)) return 0;
    const parsed = parse(kind, text);
    if (parsed.ok) return parsed.value;
    const { problem: message, remedy } = parsed;
    context.addIssue({ code: "custom", message, params: { remedy } });
    return z.NEVER;
  });
  return { ...kind, schema, limit: `0 for never, or ${kind.limit}` };
}
